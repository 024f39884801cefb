import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { test } from "node:test";
import { type RDD, TaskContext } from "tspark";
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

test("thousands of operations that need partitions of their own to be computed", async () => {
  const two = sc.parallelize([1, 2], 2);
  const first = ([a]: readonly [number, number]) => a;
  const zipped = longer(two, 2000, rdd => rdd.zip(two).map(first));
  assert.deepEqual(await zipped.collect(), [1, 2]);
  assert.deepEqual(await zipped.mapPartitions(it => [[...it].length]).collect(), [1, 1]);
  assert.deepEqual(await longer(two, 3000, rdd => rdd.coalesce(2)).collect(), [1, 2]);
  assert.deepEqual(await longer(two, 2000, rdd => rdd.cartesian(one).map(first)).take(1), [1]);
  const same = (it: IterableIterator<number>) => it;
  assert.deepEqual(await longer(two, 3000, rdd => rdd.mapPartitions(same)).take(2), [1, 2]);
  assert.deepEqual(await longer(two, 3000, rdd => rdd.coalesce(2).cache()).count(), 2);
});

test("what is deep in a lineage is the task's code, too: it knows its task, and its failure is told", async () => {
  const deep = (first: RDD<number>) => longer(first, 1000, rdd => rdd.mapPartitions(it => it));
  const tasks = sc.parallelize([1, 2], 2).map(() => TaskContext.getPartitionId());
  assert.deepEqual(await deep(tasks).collect(), [0, 1]);
  const failing = one.map((): number => {
    throw new Error("far down");
  });
  await assert.rejects(deep(failing).collect(), /far down/);
});

test("joins of what is spread alike take in proportion to how many are behind one another", async () => {
  const pairs = one.map(x => [x, x] as [number, number]).partitionBy(1);
  const promisesOf = async (joins: number) => {
    const joined = longer(pairs, joins, rdd => rdd.join(pairs).mapValues(([n, x]) => n + x));
    let promises = 0;
    const hook = createHook({ init: (_, type) => void (type === "PROMISE" && promises++) }).enable();
    try {
      assert.deepEqual(await joined.collect(), [[1, joins + 1]]);
    } finally {
      hook.disable();
    }
    return promises;
  };
  // Ten thousand, and some for each turn of the event loop; some for each of those above each of them would be two millions.
  const promises = await promisesOf(500);
  assert.ok(promises < 500_000, `${promises} promises`);
});
