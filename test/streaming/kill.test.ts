import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Random } from "../../src/core/util/random.js";
import { useDirectory } from "./helpers/streams.js";

const temporary = useDirectory();
const program = fileURLToPath(new URL("programs/counter.js", import.meta.url));

/** Kills of one run of the test; the moments come from the seed. */
const KILLS = 12;
const SEED = 20_261_123;
/** Of the program, ms. */
const BATCH = 10;
const WINDOW = 50;
/** Lines a batch. */
const TAKEN = 7;

test("a process that is killed at any moment goes on with the exact state, window and positions", async () => {
  const random = new Random(SEED);
  const lines = Array.from({ length: 4000 }, () => `key ${random.below(20)}`);
  const file = path.join(temporary.path, "lines");
  const results = path.join(temporary.path, "results");
  mkdirSync(results);
  writeFileSync(file, `${lines.join("\n")}\n`);
  const start = (batches: number) =>
    spawn(process.execPath, [program, file, path.join(temporary.path, "checkpoints"), results, String(batches)], {
      stdio: ["ignore", "pipe", "ignore"],
    });

  for (let kill = 0; kill < KILLS; kill++) {
    const child = start(1_000_000);
    const ended = once(child, "exit");
    // How far it comes is drawn; the moment within what it does then is the machine's own.
    let left = 1 + random.below(40);
    for await (const chunk of child.stdout) {
      left -= String(chunk).split("\n").length - 1;
      if (left <= 0) break;
    }
    child.kill("SIGKILL");
    await ended;
  }
  const last = start(20);
  last.stdout.resume();
  const [code] = await once(last, "exit");
  assert.equal(code, 0);

  const times = readdirSync(results)
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  assert.ok(times.length > KILLS);
  const first = times[0]!;
  assert.deepEqual(
    times,
    Array.from({ length: times.length }, (_, i) => first + i * BATCH),
    "a result for every batch",
  );
  for (const [i, time] of times.entries()) {
    const state = count(lines.slice(0, (i + 1) * TAKEN));
    const window = count(lines.slice(Math.max(0, (i + 1 - WINDOW / BATCH) * TAKEN), (i + 1) * TAKEN));
    const result = JSON.parse(readFileSync(path.join(results, String(time)), "utf8")) as [string, [number, number?]][];
    assert.deepEqual(
      result.map(([key, [n, recent]]) => [key, n, recent ?? 0]),
      [...state].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, n]) => [key, n, window.get(key) ?? 0]),
      `batch ${i}`,
    );
  }
});

test("a receiver's process that is killed at any moment loses nothing that was acknowledged", async () => {
  const random = new Random(SEED);
  const receiver = fileURLToPath(new URL("programs/receiver.js", import.meta.url));
  const results = path.join(temporary.path, "received");
  mkdirSync(results);
  const acknowledged: string[] = [];
  for (let kill = 0; kill <= KILLS; kill++) {
    const batches = kill < KILLS ? 1_000_000 : 5;
    const checkpoints = path.join(temporary.path, "receiver-checkpoints");
    const child = spawn(process.execPath, [receiver, String(kill), checkpoints, results, String(batches)], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = once(child, "exit");
    let said = "";
    // Until so many were acknowledged; then at once, in the middle of whatever it does.
    const enough = kill < KILLS ? 1 + random.below(400) : Number.POSITIVE_INFINITY;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.split("\n").length > enough) child.kill("SIGKILL");
    });
    await ended;
    acknowledged.push(...said.split("\n").slice(0, -1));
  }
  const counts = count(
    readdirSync(results)
      .filter(name => /^\d+$/.test(name))
      .flatMap(name => JSON.parse(readFileSync(path.join(results, name), "utf8")) as string[]),
  );
  assert.ok(acknowledged.length > KILLS);
  const lost = acknowledged.filter(element => counts.get(element) !== 1);
  assert.deepEqual(lost, [], "each in one batch");
});

function count(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
