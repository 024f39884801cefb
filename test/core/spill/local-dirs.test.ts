import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { cleanLocalDirs } from "../../../src/core/storage/clean-local-dirs.js";
import { LocalDir } from "../../../src/core/storage/local-dir.js";
import { thisOwner } from "../../../src/core/storage/owner.js";
import { withContext } from "../with-context.js";

const dir = mkdtempSync(path.join(tmpdir(), "dirs-test-"));
after(() => rmSync(dir, { recursive: true }));
const program = fileURLToPath(new URL("programs/spilling.js", import.meta.url));

/** A process in the middle of a job that has spilled. */
async function spillingProcess(master: string): Promise<{ child: ChildProcess; ended: Promise<unknown[]> }> {
  const child = spawn(process.execPath, [program, dir, master], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  // Each partition says it: the pipe stays open.
  await new Promise<void>(resolve => child.stdout.on("data", chunk => String(chunk).includes("spilled") && resolve()));
  return { child, ended };
}

const apps = () => readdirSync(dir);
const filesOf = (app: string) => readdirSync(path.join(dir, app));

/** A context starts and stops. */
const nextStart = () => withContext("local[1]", async sc => void (await sc.whenReady()), { "spark.local.dir": dir });

for (const master of ["local[1]", "local[2]"]) {
  test(`kill -9 in the middle of a spilling job: nothing is left after the next start (${master})`, async () => {
    const { child, ended } = await spillingProcess(master);
    child.kill("SIGKILL");
    await ended;
    const [left] = apps();
    assert.ok(filesOf(left!).some(name => name.startsWith("task_")));
    assert.equal(JSON.parse(readFileSync(path.join(dir, left!, "owner.json"), "utf8")).pid, child.pid);
    await nextStart();
    assert.deepEqual(apps(), []);
  });
}

test("the directory of a process that lives stays; a signal that ends it removes it", async () => {
  const { child, ended } = await spillingProcess("local[2]");
  const before = filesOf(apps()[0]!);
  await nextStart();
  assert.deepEqual(filesOf(apps()[0]!), before);
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [null, "SIGTERM"]);
  assert.deepEqual(apps(), []);
});

/** A directory as an application leaves it. */
function leave(owner: object | undefined): string {
  const name = `tspark-local-1-${String(apps().length).padStart(12, "0")}`;
  mkdirSync(path.join(dir, name));
  if (owner !== undefined) writeFileSync(path.join(dir, name, "owner.json"), JSON.stringify(owner));
  return name;
}

test("a process that has the pid of the owner but started later is not the owner", async () => {
  const mine = thisOwner();
  const kept = [leave(mine), leave({ ...mine, started: "" })];
  const gone = leave({ ...mine, started: "1" });
  await cleanLocalDirs([dir, path.join(dir, "missing")]);
  assert.deepEqual(apps(), kept);
  assert.ok(!apps().includes(gone));
  for (const name of kept) rmSync(path.join(dir, name), { recursive: true });
});

test("what another machine or another container owns stays; what an earlier start of this machine owned goes", async () => {
  const dead = { ...thisOwner(), pid: 2 ** 22 + 1, started: "1" };
  const kept = [leave({ ...dead, host: "elsewhere" }), leave({ ...dead, pids: "pid:[1]" })];
  leave({ ...thisOwner(), boot: "before" });
  leave(dead);
  await cleanLocalDirs([dir]);
  assert.deepEqual(apps(), kept);
  for (const name of kept) rmSync(path.join(dir, name), { recursive: true });
});

test("without a record only what is old and empty goes: it may be somebody else's", async () => {
  const [fresh, old, full] = [leave(undefined), leave(undefined), leave(undefined)];
  writeFileSync(path.join(dir, full, "data"), "");
  const other = path.join(dir, "tspark-notes");
  mkdirSync(other);
  for (const name of [old, full, "tspark-notes"]) utimesSync(path.join(dir, name), 1, 1);
  await cleanLocalDirs([dir]);
  assert.deepEqual(apps(), [fresh, full, "tspark-notes"]);
  for (const name of apps()) rmSync(path.join(dir, name), { recursive: true });
});

test("a directory is made when it is first needed, for its owner alone, and removed with what it holds", () => {
  const local = new LocalDir(`${dir}/below, ${dir}/second`, "local-7");
  local.reserve();
  assert.deepEqual(apps(), []);
  writeFileSync(local.file("x"), "");
  assert.match(path.relative(dir, local.path), /^below.tspark-local-7-[0-9a-f]{12}$/);
  assert.deepEqual(readdirSync(local.path), ["owner.json", "x"]);
  assert.deepEqual(process.listeners("SIGTERM").length, 1);
  local.remove();
  assert.deepEqual(readdirSync(path.join(dir, "below")), []);
  assert.deepEqual(process.listeners("SIGTERM").length, 0);
});
