// Programs that are processes of their own and are killed at any moment, and what must be there when they have gone on.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../../src/core/util/random.js";

const COUNTER = fileURLToPath(new URL("../programs/counter.js", import.meta.url));
const RECEIVER = fileURLToPath(new URL("../programs/receiver.js", import.meta.url));

/** The moments come from it. */
const SEED = 20_261_123;
/** Of the program, ms. */
const BATCH = 10;
const WINDOW = 50;
/** Lines a batch. */
const TAKEN = 7;

/** What a run works with. */
export interface KillRun {
  /** Of this machine, empty: for lines and results. */
  readonly directory: string;
  /** Where the streams are kept. */
  readonly checkpoints: string;
  readonly kills: number;
  /** A receiver is killed when at most so many elements were acknowledged. */
  readonly acknowledged?: number;
}

/** Kills a stateful, windowed program over and over: the state, the window and the positions are exact. */
export async function killCounter({ directory, checkpoints, kills }: KillRun): Promise<void> {
  const random = new Random(SEED);
  const lines = Array.from({ length: 4000 }, () => `key ${random.below(20)}`);
  const file = path.join(directory, "lines");
  const results = path.join(directory, "results");
  mkdirSync(results);
  writeFileSync(file, `${lines.join("\n")}\n`);
  const start = (batches: number) =>
    spawn(process.execPath, [COUNTER, file, checkpoints, results, String(batches)], {
      stdio: ["ignore", "pipe", "ignore"],
    });

  for (let kill = 0; kill < kills; kill++) {
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
  assert.ok(times.length > kills);
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
}

/** Kills a program with a receiver and a write-ahead log over and over: nothing that was acknowledged is lost. */
export async function killReceiver({
  directory,
  checkpoints,
  kills,
  acknowledged: most = 400,
}: KillRun): Promise<void> {
  const random = new Random(SEED);
  const results = path.join(directory, "received");
  mkdirSync(results);
  const acknowledged: string[] = [];
  for (let kill = 0; kill <= kills; kill++) {
    const batches = kill < kills ? 1_000_000 : 5;
    const child = spawn(process.execPath, [RECEIVER, String(kill), checkpoints, results, String(batches)], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = once(child, "exit");
    let said = "";
    // Until so many were acknowledged; then at once, in the middle of whatever it does.
    const enough = kill < kills ? 1 + random.below(most) : Number.POSITIVE_INFINITY;
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
  assert.ok(acknowledged.length > kills);
  const lost = acknowledged.filter(element => counts.get(element) !== 1);
  assert.deepEqual(lost, [], "each in one batch");
}

function count(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
