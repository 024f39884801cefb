import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chainsGiveWhatArraysGive } from "./chains.js";
import { testContext } from "./with-context.js";

const sc = testContext("local[3]");

test("chains of operations give what a plain array gives, whatever the partitions", () =>
  chainsGiveWhatArraysGive(sc, 150));

test("sortBy agrees with Array.sort for numbers and strings, in both directions", async () => {
  const check = async <T extends number | string>(xs: T[], n: number, up: boolean) => {
    const expected = [...xs].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    assert.deepEqual(
      await sc
        .parallelize(xs, 3)
        .sortBy(x => x, up, n)
        .collect(),
      up ? expected : expected.reverse(),
    );
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ noNaN: true }).map(x => x + 0)),
      fc.array(fc.string()),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      async (numbers, strings, n, up) => {
        await check(numbers, n, up);
        await check(strings, n, up);
      },
    ),
    { numRuns: 50 },
  );
});
