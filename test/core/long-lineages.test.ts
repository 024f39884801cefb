import assert from "node:assert/strict";
import { test } from "node:test";
import type { RDD } from "tspark";
import { testContext } from "./with-context.js";

const sc = testContext("local[2]");
const one = sc.parallelize([1], 1);

/** `first`, made longer `times` times. */
function longer<T>(first: RDD<T>, times: number, step: (rdd: RDD<T>) => RDD<T>): RDD<T> {
  let rdd = first;
  for (let i = 0; i < times; i++) rdd = step(rdd);
  return rdd;
}

test("a union of unions, thousands deep, on either side", async () => {
  assert.equal(longer(one, 3000, rdd => rdd.union(one)).getNumPartitions(), 3001);
  assert.equal(await longer(one, 1500, rdd => rdd.union(one)).count(), 1501);
  assert.equal(longer(one, 1500, rdd => one.union(rdd)).getNumPartitions(), 1501);
});

test("thousands of shuffles behind one another", async () => {
  const pairs = one.map(x => [x, x] as [number, number]);
  assert.deepEqual(await longer(pairs, 2000, rdd => rdd.map(pair => pair).partitionBy(1)).collect(), [[1, 1]]);
});
