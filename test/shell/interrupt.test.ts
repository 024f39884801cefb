import assert from "node:assert/strict";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { LanguageTypeService } from "../../src/shell/types/language-type-service.js";
import { emptyFolder } from "./helpers/run-shell.js";
import { type SessionHarness, startSession } from "./session-harness.js";

/** A line that tells when it runs: `await running` resolves once the line has begun. */
function announced(): { readonly running: Promise<void>; readonly name: string; end(): void } {
  const name = "__tspark_test_announce";
  let begin: () => void = () => {};
  const running = new Promise<void>(resolve => {
    begin = resolve;
  });
  Object.defineProperty(globalThis, name, { value: begin, configurable: true });
  return { running, name, end: () => Reflect.deleteProperty(globalThis, name) };
}

let shell: SessionHarness;
before(async () => {
  shell = await startSession({ watchSigint: true });
});
after(() => shell.dispose());
beforeEach(() => shell.session.reset());

test("an await that never ends is cancelled, and the session lives", async () => {
  const line = announced();
  try {
    const said = shell.type(`(globalThis as any).${line.name}(); await new Promise(() => {}); const never = 1`);
    await line.running;
    assert.equal(shell.session.busy, true);
    shell.session.interrupt();
    assert.equal(await said, "Interrupted.");
    assert.equal(shell.session.busy, false);
    assert.equal(await shell.type("1 + 1"), "res0: number = 2");
  } finally {
    line.end();
  }
});

test("what Ctrl-C cancels before it begins does not begin", async () => {
  await shell.type("let begun = false; begun");
  const cancelled = shell.type("begun = true");
  while (!shell.session.busy) await new Promise(setImmediate);
  shell.session.interrupt();
  assert.equal(await cancelled, "Interrupted.");
  assert.equal(await shell.type("begun"), "res1: boolean = false");
});

test("interrupting nothing does nothing", async () => {
  shell.session.interrupt();
  assert.equal(await shell.type("1 + 1"), "res0: number = 2");
});

// SIGINT comes from the loop itself, right before it begins: what comes is meant for nothing else, however slow the machine is.
const KILL = 'void process.kill(process.pid, "SIGINT");';

let kills = 0;
const folder = emptyFolder();

/** The same for code that runs in several tasks, be they in this thread or in workers: the first one sends it. */
function killOnce(): string {
  const mark = JSON.stringify(path.join(folder, `${++kills}`));
  const fs = 'process.getBuiltinModule("node:fs")';
  return `let first = true; try { ${fs}.mkdirSync(${mark}) } catch { first = false } if (first) ${KILL}`;
}

for (const [name, loop] of [
  ["before any await", `${KILL} while (true) {}`],
  ["after an await", `if ((await 0) === 0) { ${KILL} while (true) {} }`],
  ["that awaits what is there already", `${KILL} for (;;) await null`],
  ["of a function that does", `await (async () => { let n = 0; ${KILL} while (true) { n++; await n } })()`],
  ["in a callback of the event loop", `await new Promise(r => setImmediate(r)); ${KILL} for (;;) {}`],
] as const) {
  test(`Ctrl-C ends a loop ${name}`, async () => {
    assert.equal(await shell.type(loop), "Interrupted.");
    assert.equal(await shell.type("1 + 1"), "res0: number = 2");
  });
}

for (const [name, job] of [
  [
    "with the call that runs it",
    (kill: string) => `sc.parallelize([1], 1).map(x => { ${kill} while (true) {} return x }).collect()`,
  ],
  [
    "behind a shuffle",
    (kill: string) =>
      `sc.parallelize([1, 2], 2).groupBy(x => x).map(x => { ${kill} while (true) {} return x }).count()`,
  ],
] as const) {
  test(`jobs whose tasks Ctrl-C takes out of a loop, ${name}, have ended and give back their slots`, async () => {
    await shell.type(`
      let ended = 0; let completed = 0;
      const listener = { onJobEnd() { ended++ }, onStageCompleted() { completed++ } };
      sc.addSparkListener(listener);`);
    const times = Number((await shell.type("sc.defaultParallelism")).split(" = ")[1]) + 1;
    for (let i = 0; i < times; i++) assert.equal(await shell.type(`await ${job(killOnce())}`), "Interrupted.");
    const tracker = "[...sc.statusTracker.getActiveJobIds(), ...sc.statusTracker.getActiveStageIds()].length";
    assert.match(await shell.type(`[ended, ${tracker}]`), new RegExp(`= \\[ ${times}, 0 \\]$`));
    assert.match(await shell.type("completed"), new RegExp(`= ${name.includes("shuffle") ? 2 * times : times}$`));
    assert.match(await shell.type("await sc.parallelize([1, 2, 3], 3).map(x => x + 1).collect()"), / = \[ 2, 3, 4 \]$/);
    await shell.type("sc.removeSparkListener(listener)");
  });
}

test("a shuffle whose map task Ctrl-C took out of a loop: jobs that wait for it are told, the next one makes it", async () => {
  await shell.type(`
    let loops = true;
    let other: Promise<unknown> = Promise.resolve();
    const sums = sc.parallelize([1, 2, 3], 1)
      .map(x => { if (loops) { ${KILL} } while (loops) {} return [x % 2, x] })
      .reduceByKey((a, b) => a + b);`);
  // Another group's: nobody cancels it.
  const both = 'sc.setJobGroup("other", ""); void (other = sums.collect().catch(e => e.message)); await sums.count()';
  assert.equal(await shell.type(both), "Interrupted.");
  assert.match(await shell.type("await other"), /its code was terminated/);
  await shell.type("loops = false");
  assert.match(await shell.type("await sums.count()"), / = 2$/);
});

test("a signal that finds the shell at its own work ends nothing of that, however long it takes", async () => {
  const { commit } = LanguageTypeService.prototype;
  const heard = new Promise<void>(resolve => process.once("SIGINT", () => resolve()));
  LanguageTypeService.prototype.commit = function (...args) {
    process.kill(process.pid, "SIGINT");
    let work = 0;
    while (work < 2e9) work++;
    return commit.apply(this, args);
  };
  try {
    assert.equal(await shell.type("const kept = 1"), "kept: number = 1");
    await heard;
  } finally {
    LanguageTypeService.prototype.commit = commit;
  }
  assert.equal(await shell.type("kept"), "res0: number = 1");
});
