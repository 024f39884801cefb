import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SparkContext } from "tspark";
import { chainsGiveWhatArraysGive } from "./chains.js";
import { withContext } from "./with-context.js";

/** How a context works: in one thread, as several tasks, or with hardly any memory, so that everything goes through files. */
const WAYS: readonly { what: string; master: string; settings: Readonly<Record<string, string>> }[] = [
  { what: "local[1]", master: "local[1]", settings: {} },
  { what: "local[3]", master: "local[3]", settings: {} },
  { what: "local[1], spilling", master: "local[1]", settings: { "spark.tspark.memory.budget": "0" } },
  { what: "local[3], little memory", master: "local[3]", settings: { "spark.tspark.memory.budget": "2k" } },
  {
    what: "local[3], spilling in workers",
    master: "local[3]",
    settings: { "spark.tspark.memory.budget": "0", "spark.tspark.placement": "workers" },
  },
];

for (const { what, master, settings } of WAYS) {
  test(`chains of operations give what a plain array gives, whatever the partitions: ${what}`, () =>
    withContext(master, sc => chainsGiveWhatArraysGive(sc, 60), settings));

  test(`sortBy agrees with Array.sort for numbers and strings, in both directions: ${what}`, () =>
    withContext(master, sc => sortsAsArraysDo(sc), settings));
}

async function sortsAsArraysDo(sc: SparkContext): Promise<void> {
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
    { numRuns: 25 },
  );
}
