import assert from "node:assert/strict";
import { test } from "node:test";
import type { SparkContext } from "tspark";
import { withContext } from "./with-context.js";

/** What a job gave, and how many records its map side handed over. */
async function handedOver<R>(sc: SparkContext, job: () => Promise<R>): Promise<[R, number]> {
  let records = 0;
  const listener = {
    onTaskEnd: (e: { taskMetrics: { shuffleWriteRecords: number } }) => {
      records += e.taskMetrics.shuffleWriteRecords;
    },
  };
  sc.addSparkListener(listener);
  const result = await job();
  sc.removeSparkListener(listener);
  return [result, records];
}

const N = 240_000;
const WAYS = { "enough memory": {}, "hardly any": { "spark.tspark.memory.budget": "64k" } };

for (const [what, settings] of Object.entries(WAYS)) {
  test(`where keys come again the map side combines, where they do not it hands on (${what})`, () =>
    withContext(
      "local[1]",
      async sc => {
        const counts = (different: number, key: (x: number) => unknown) =>
          handedOver(sc, async () => {
            const rdd = sc
              .range(0, N, 1, 2)
              .map(x => [key(x % different), 1] as [unknown, number])
              .reduceByKey((a, b) => a + b, 3);
            const all = await rdd.collect();
            return [all.length, all.every(([, n]) => n === N / different)];
          });
        for (const key of [(x: number) => x, (x: number) => `key ${x}`, (x: number) => ["k", x]]) {
          const [few, fewRecords] = await counts(100, key);
          assert.deepEqual(few, [100, true]);
          if (what === "enough memory") assert.equal(fewRecords, 200);
          const [many, manyRecords] = await counts(N / 3, key);
          assert.deepEqual(many, [N / 3, true]);
          assert.ok(manyRecords <= N);
        }
      },
      settings,
    ));
}

test("keys that come again go on being combined, however many they are, of any kind", () =>
  withContext("local[1]", async sc => {
    const n = 70_000;
    for (const key of [(x: number) => x, (x: number) => `${x}`, (x: number) => `a long key ${x}`, (x: number) => [x]]) {
      const keys = sc.range(0, 6 * n, 1, 1).map(x => key(Math.floor(x / 6)));
      assert.deepEqual(await handedOver(sc, () => keys.distinct(2).count()), [n, n], String(key));
    }
  }));

test("keys that come again late are put together by the reduce side", () =>
  withContext("local[1]", async sc => {
    const texts = sc
      .range(0, N, 1, 1)
      .map(x => `key ${x % (N / 2)}`)
      .distinct(2);
    assert.deepEqual(await handedOver(sc, () => texts.count()), [N / 2, N]);
  }));
