import assert from "node:assert/strict";
import { test } from "node:test";
import { startShell } from "./helpers/run-shell.js";

for (const [what, round] of [
  ["that awaits", " await new Promise(setImmediate)"],
  ["in a loop that only prints", ""],
] as const) {
  test(`standard output that is closed ends a script ${what} quietly`, async () => {
    const child = startShell([]);
    let stderr = "";
    child.stderr.on("data", (text: string) => (stderr += text));
    child.stdout.once("data", () => child.stdout.destroy());
    child.stdin.on("error", () => {});
    child.stdin.write(`for (;;) { console.log('x'.repeat(1000));${round} }\n`);
    const code = await new Promise(resolve => child.on("close", resolve));
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /EPIPE|Error/);
  });
}

test("standard output that nobody read and that is closed then ends a script in a loop quietly", async () => {
  const child = startShell([]);
  let stderr = "";
  child.stderr.on("data", (text: string) => {
    stderr += text;
    // By now far more was printed than a pipe holds.
    if (text.includes("behind")) child.stdout.destroy();
  });
  child.stdin.on("error", () => {});
  child.stdin.write(
    "for (let n = 0; ; n++) { console.log('x'.repeat(1000)); if (n === 1000) process.stderr.write('behind\\n') }\n",
  );
  const code = await new Promise(resolve => child.on("close", resolve));
  assert.equal(code, 0);
  assert.doesNotMatch(stderr, /EPIPE|Error/);
});

// Which of two exits ends the process depends on how fast the reader is: both have one code.
for (const [what, exit] of [
  ["the user's own process.exit()", "process.exit(3)"],
  [
    "a second process.exit(), in a callback of what the first waits for,",
    "{ const half = 'x'.repeat(500_000); process.stdout.write(half, () => process.exit(3)); process.stdout.write(half); process.exit(3) }",
  ],
] as const) {
  test(`what was printed before ${what} is printed, however slow the reader`, async () => {
    const child = startShell([]);
    let printed = 0;
    child.stderr.on("data", (text: string) => {
      if (text.includes("printed")) child.stdout.on("data", (chunk: string) => (printed += chunk.length));
    });
    child.stdin.on("error", () => {});
    child.stdin.write(`void process.stderr.write('printed\\n'); console.log('x'.repeat(999_999)); ${exit}\n`);
    const code = await new Promise(resolve => child.on("close", resolve));
    assert.deepEqual([code, printed], [3, exit.includes("500_000") ? 2_000_000 : 1_000_000]);
  });
}
