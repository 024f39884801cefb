import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
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

test("interrupting nothing does nothing", async () => {
  shell.session.interrupt();
  assert.equal(await shell.type("1 + 1"), "res0: number = 2");
});

// SIGINT comes from a thread, since this one is in the loop; nobody but the session hears it.
for (const [name, loop] of [
  ["before any await", "while (true) {}"],
  ["after an await", "if ((await 0) === 0) while (true) {}"],
  ["that awaits what is there already", "for (;;) await null"],
  ["of a function that does", "await (async () => { let n = 0; while (true) { n++; await n } })()"],
  ["in a callback of the event loop", "await new Promise(r => setImmediate(r)); for (;;) {}"],
] as const) {
  test(`Ctrl-C ends a loop ${name}`, async () => {
    const kill = `
      const { Worker } = require("node:worker_threads");
      new Worker("const { workerData } = require('node:worker_threads');" +
        "Atomics.wait(new Int32Array(workerData), 0, 0, 300); process.kill(process.pid, 'SIGINT')",
        { eval: true, workerData: new SharedArrayBuffer(4) });`;
    assert.equal(await shell.type(`{${kill}} ${loop}`), "Interrupted.");
    assert.equal(await shell.type("1 + 1"), "res0: number = 2");
  });
}
