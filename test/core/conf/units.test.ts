import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBytes, parseTimeMs, parseTimeSeconds } from "../../../src/core/conf/units.js";
import { IllegalArgumentError } from "../../../src/core/errors/spark-error.js";

test("times in Spark's units", () => {
  const cases: [string, number][] = [
    ["100", 100],
    ["0", 0],
    ["100ms", 100],
    ["30s", 30_000],
    ["2m", 120_000],
    ["2min", 120_000],
    ["1h", 3_600_000],
    ["1d", 86_400_000],
    ["1500us", 1],
    ["999us", 0],
    [" 5S ", 5000],
    ["-1s", -1000],
  ];
  for (const [text, ms] of cases) assert.equal(parseTimeMs(text), ms, text);
  assert.equal(parseTimeSeconds("90"), 90);
  assert.equal(parseTimeSeconds("1500ms"), 1);
});

test("sizes in Spark's units", () => {
  const cases: [string, number][] = [
    ["10", 10],
    ["10b", 10],
    ["1k", 1024],
    ["1kb", 1024],
    ["64m", 64 * 1024 ** 2],
    ["1G", 1024 ** 3],
    ["2tb", 2 * 1024 ** 4],
    ["1p", 1024 ** 5],
  ];
  for (const [text, bytes] of cases) assert.equal(parseBytes(text), bytes, text);
  assert.equal(parseBytes("2", "m"), 2 * 1024 ** 2);
});

test("what is no time or size says so with the value and the forms", () => {
  for (const text of ["5 parsecs", "5parsecs", "", "s", "1.5s", "1e3", "constructor", "1constructor"]) {
    assert.throws(() => parseTimeMs(text), IllegalArgumentError, text);
  }
  assert.throws(() => parseTimeMs("5 parsecs"), {
    message: '"5 parsecs" is not a time: write a whole number and us, ms, s, m, min, h or d, e.g. 50s, 100ms or 250us',
  });
  for (const text of ["abc", "-1k", "1x", "1.5g", "9000000p"]) {
    assert.throws(() => parseBytes(text), IllegalArgumentError, text);
  }
  assert.throws(() => parseBytes("1.5g"), /fractions are not taken/);
});
