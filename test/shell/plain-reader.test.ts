import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { PlainReader } from "../../src/shell/terminal/plain-reader.js";

function readerOf() {
  const input = Object.assign(new EventEmitter(), { setEncoding() {}, resume() {}, pause() {} });
  let shown = "";
  const reader = new PlainReader({
    input,
    write: text => {
      shown += text;
    },
    prompt: "> ",
    continuation: "| ",
    completeness: async text => (text.endsWith("(") ? "open" : "complete"),
  });
  return { reader, type: (text: string) => input.emit("data", text), shown: () => shown };
}

test("lines are read until they are complete, those typed ahead too", async () => {
  const { reader, type, shown } = readerOf();
  type("f(\n1)\n2\n");
  assert.deepEqual(await reader.read(), { kind: "input", text: "f(\n1)" });
  assert.deepEqual(await reader.read(), { kind: "input", text: "2" });
  assert.equal(shown(), "> | > ");
});

test("what was typed before a question is no answer to it: it is there at the next prompt", async () => {
  const { reader, type, shown } = readerOf();
  type("1 + 1\n");
  const answer = reader.read({ prompt: "install? ", question: true });
  type("2 + 2\n");
  while (!shown().includes("install?")) await new Promise(setImmediate);
  type("yes (\n");
  assert.deepEqual(await answer, { kind: "input", text: "yes (" });
  assert.deepEqual(await reader.read(), { kind: "input", text: "1 + 1" });
  assert.deepEqual(await reader.read(), { kind: "input", text: "2 + 2" });
});
