import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { parseMaster } from "../../../src/core/conf/master.js";

test("master strings", () => {
  const all = availableParallelism();
  const cases: [string, number, number][] = [
    ["local", 1, 1],
    ["local[3]", 3, 1],
    ["local[*]", all, 1],
    ["local[2,4]", 2, 4],
    ["local[*, 2]", all, 2],
  ];
  for (const [text, threads, maxFailures] of cases) {
    assert.deepEqual(parseMaster(text), { kind: "local", threads, maxFailures });
  }
});

test("a master that is none is refused with the forms that exist", () => {
  for (const text of [
    "foo",
    "",
    "local[]",
    "local[0]",
    "local[2,0]",
    "local[-1]",
    "local[2",
    "yarn",
    "spark://h:7077",
  ]) {
    assert.throws(() => parseMaster(text), /Could not parse Master URL: .*local\[N\].*local\[\*\].*local\[N,F\]/, text);
  }
});
