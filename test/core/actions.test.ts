import assert from "node:assert/strict";
import { test } from "node:test";
import { UnsupportedOperationError } from "tspark";
import { sorted, testContext } from "./with-context.js";

const sc = testContext();
const xs = sc.parallelize([5, 3, 1, 4, 2], 3);
const add = (a: number, b: number) => a + b;
const empty = sc.emptyRDD<number>();

test("collect, count, first, take, isEmpty", async () => {
  assert.deepEqual(await xs.collect(), [5, 3, 1, 4, 2]);
  assert.equal(await xs.count(), 5);
  assert.equal(await xs.first(), 5);
  assert.deepEqual(await xs.take(3), [5, 3, 1]);
  assert.deepEqual(await xs.take(99), [5, 3, 1, 4, 2]);
  assert.deepEqual(await xs.take(0), []);
  assert.equal(await xs.isEmpty(), false);
  assert.equal(await empty.isEmpty(), true);
  await assert.rejects(() => xs.take(-1), /n is -1/);
});

test("take computes no more partitions than it needs", async () => {
  const seen: number[] = [];
  const rdd = sc.parallelize(
    Array.from({ length: 100 }, (_, i) => i),
    10,
  );
  const noting = rdd.mapPartitionsWithIndex((i, it) => {
    seen.push(i);
    return it;
  });
  await noting.take(2);
  assert.deepEqual(seen, [0]);
  seen.length = 0;
  await noting.take(15);
  assert.deepEqual([...new Set(seen)], [0, 1]);
  seen.length = 0;
  await noting.take(45);
  assert.deepEqual([...new Set(seen)], [0, 1, 2, 3, 4]);
  seen.length = 0;
  assert.deepEqual(await noting.filter(x => x > 20).take(2), [21, 22]);
  assert.deepEqual([...new Set(seen)], [0, 1, 2, 3, 4]);
});

test("reduce, treeReduce, fold, aggregate, treeAggregate", async () => {
  assert.equal(await xs.reduce(add), 15);
  assert.equal(await xs.treeReduce(add), 15);
  assert.equal(await xs.fold(0, add), 15);
  // As in Spark the zero counts once for each partition and once for the whole.
  assert.equal(await xs.fold(1, add), 15 + 4);
  const both = (zero: number[]) =>
    xs.aggregate(
      zero,
      (acc, x) => {
        acc.push(x);
        return acc;
      },
      (a, b) => [...a, ...b],
    );
  const zero: number[] = [];
  assert.deepEqual(await both(zero), [5, 3, 1, 4, 2]);
  assert.deepEqual(zero, []);
  assert.equal(await xs.treeAggregate(0, add, add, 3), 15);
});

test("treeAggregate merges into a copy of the zero at each level of its tree, as Spark's does", async () => {
  // How often a zero of 1000 counts, by Spark 4.3.
  const times = async (partitions: number, depth: number) =>
    Math.floor(
      (await sc.parallelize(new Array<number>(partitions).fill(0), partitions).treeAggregate(1000, add, add, depth)) /
        1000,
    );
  const spark: Readonly<Record<number, readonly [number, number, number]>> = {
    1: [3, 3, 3],
    2: [5, 5, 5],
    5: [11, 11, 11],
    6: [13, 15, 16],
    7: [15, 17, 18],
    10: [21, 23, 24],
    27: [55, 59, 67],
  };
  for (const [partitions, expected] of Object.entries(spark)) {
    const found = await Promise.all([1, 2, 3].map(depth => times(Number(partitions), depth)));
    assert.deepEqual(found, expected, `${partitions} partitions`);
  }
  assert.equal(await empty.treeAggregate(7, add, add), 7);
  const words = sc.parallelize([..."abcdefghijk"], 11);
  const joined = words.treeAggregate<string[]>(
    [],
    (all, x) => {
      all.push(x);
      return all;
    },
    (a, b) => {
      a.push(...b);
      return a;
    },
    3,
  );
  assert.equal((await joined).join(""), "abcdefghijk");
});

test("an empty RDD has no first, reduce, max or min", async () => {
  for (const action of [empty.first(), empty.reduce(add), empty.max(), empty.min(), empty.treeReduce(add)]) {
    await assert.rejects(action, UnsupportedOperationError);
  }
  await assert.rejects(sc.parallelize<number>([], 3).reduce(add), /empty collection/);
  assert.equal(await empty.fold(7, add), 7);
  assert.equal(await empty.sum(), 0);
});

test("statistics of no elements are Spark's; without partitions there are none", async () => {
  const none = sc.parallelize<number>([], 2);
  const { count, mean, max, min, variance } = await none.stats();
  assert.deepEqual(
    [count, mean, max, min, variance],
    [0, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN],
  );
  assert.equal(await none.mean(), 0);
  for (const action of [none.variance(), none.stdev(), none.sampleVariance(), none.sampleStdev()]) {
    assert.equal(await action, Number.NaN);
  }
  const calls = { stats: empty.stats(), mean: empty.mean(), variance: empty.variance(), stdev: empty.stdev() };
  const all = { ...calls, sampleVariance: empty.sampleVariance(), sampleStdev: empty.sampleStdev() };
  for (const [name, action] of Object.entries(all)) {
    await assert.rejects(action, new RegExp(`^UnsupportedOperationError: empty collection: ${name} `));
  }
  assert.deepEqual(await empty.histogram([0, 1, 2]), [0, 0]);
});

test("top, takeOrdered, max, min, with and without an ordering", async () => {
  assert.deepEqual(await xs.top(2), [5, 4]);
  assert.deepEqual(await xs.takeOrdered(2), [1, 2]);
  assert.equal(await xs.max(), 5);
  assert.equal(await xs.min(), 1);
  const byRest = (a: number, b: number) => (a % 3) - (b % 3) || a - b;
  assert.deepEqual(await xs.takeOrdered(3, byRest), [3, 1, 4]);
  assert.deepEqual(await xs.top(1, byRest), [5]);
  assert.deepEqual(await sc.parallelize(["10", "9"]).top(1), ["9"]);
  const many = sc.parallelize(
    Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5003),
    4,
  );
  assert.deepEqual(await many.takeOrdered(100), sorted(await many.collect()).slice(0, 100));
});

test("takeSample gives so many, in random order", async () => {
  const hundred = sc.parallelize(
    Array.from({ length: 100 }, (_, i) => i),
    4,
  );
  const some = await hundred.takeSample(false, 10, 1);
  assert.equal(new Set(some).size, 10);
  assert.deepEqual(some, await hundred.takeSample(false, 10, 1));
  assert.deepEqual(sorted(await hundred.takeSample(false, 200, 1)), await hundred.collect());
  assert.equal((await hundred.takeSample(true, 200, 1)).length, 200);
});

test("countByValue is a Map whose keys compare by value", async () => {
  const counts = await sc
    .parallelize<[string, number]>([
      ["a", 1],
      ["a", 1],
      ["b", 1],
    ])
    .countByValue();
  assert.equal(counts.get(["a", 1]), 2);
  assert.equal(counts.size, 2);
  assert.deepEqual(
    await sc.parallelize([1, 1, 2]).countByValue(),
    new Map([
      [1, 2],
      [2, 1],
    ]),
  );
});

test("countApprox is exact when the job is done in time", async () => {
  const result = await xs.countApprox(60_000);
  assert.equal(result.isInitialValueFinal, true);
  assert.deepEqual(result.initialValue, { mean: 5, confidence: 1, low: 5, high: 5 });
});

test("countApproxDistinct comes near", async () => {
  const rdd = sc.parallelize(
    Array.from({ length: 20_000 }, (_, i) => `key ${i % 5000}`),
    4,
  );
  const about = await rdd.countApproxDistinct(0.02);
  assert.ok(Math.abs(about - 5000) < 300, `${about} of 5000`);
  const ints = await sc.range(0, 3000).countApproxDistinct();
  assert.ok(Math.abs(ints - 3000) < 450, `${ints} of 3000`);
});

test("foreach and foreachPartition, which awaits", async () => {
  const sum = sc.longAccumulator();
  await xs.foreach(x => sum.add(x));
  assert.equal(sum.value, 15);
  await xs.foreachPartition(async it => {
    await null;
    for (const x of it) sum.add(x);
  });
  assert.equal(sum.value, 30);
});

test("toLocalIterator and for await run a partition at a time", async () => {
  const ran: number[] = [];
  const rdd = xs.mapPartitionsWithIndex((i, it) => {
    ran.push(i);
    return it;
  });
  for await (const x of rdd) if (x === 3) break;
  assert.deepEqual(ran, [0, 1]);
  const all: number[] = [];
  for await (const x of xs.toLocalIterator()) all.push(x);
  assert.deepEqual(all, [5, 3, 1, 4, 2]);
});

test("numbers: sum, mean, variance, stdev, stats", async () => {
  assert.equal(await xs.sum(), 15);
  assert.equal(await xs.mean(), 3);
  assert.equal(await xs.variance(), 2);
  assert.equal(await xs.sampleVariance(), 2.5);
  assert.equal(await xs.stdev(), Math.SQRT2);
  assert.equal(await xs.sampleStdev(), Math.sqrt(2.5));
  const s = await xs.stats();
  assert.deepEqual([s.count, s.mean, s.sum, s.min, s.max], [5, 3, 15, 1, 5]);
  assert.equal(String(s), "(count: 5, mean: 3.000000, stdev: 1.414214, max: 5.000000, min: 1.000000)");
});

test("histogram by number of buckets and by their ends", async () => {
  const four = sc.parallelize([1, 2, 3, 4]);
  assert.deepEqual(await four.histogram(3), [
    [1, 2, 3, 4],
    [1, 1, 2],
  ]);
  assert.deepEqual(await four.histogram([0, 2, 5]), [1, 3]);
  assert.deepEqual(await four.histogram([2, 3]), [2]);
  assert.deepEqual(await sc.parallelize([7, 7]).histogram(4), [[7, 7], [2]]);
  await assert.rejects(empty.histogram(2), /histogram on either an empty RDD/);
  await assert.rejects(four.histogram([1]), /at least two/);
});

test("pairs: collectAsMap, countByKey, reduceByKeyLocally, lookup", async () => {
  const pairs = sc.parallelize<[string, number]>([
    ["a", 1],
    ["b", 2],
    ["a", 3],
  ]);
  assert.deepEqual(
    await pairs.collectAsMap(),
    new Map([
      ["a", 3],
      ["b", 2],
    ]),
  );
  assert.deepEqual(
    await pairs.countByKey(),
    new Map([
      ["a", 2],
      ["b", 1],
    ]),
  );
  assert.deepEqual(
    await pairs.reduceByKeyLocally(add),
    new Map([
      ["a", 4],
      ["b", 2],
    ]),
  );
  assert.deepEqual(await pairs.lookup("a"), [1, 3]);
  assert.deepEqual(await pairs.reduceByKey(add, 3).lookup("a"), [4]);
});

test("runJob runs a function on chosen partitions", async () => {
  assert.deepEqual(await sc.runJob(xs, it => [...it].length), [1, 2, 2]);
  assert.deepEqual(await sc.runJob(xs, (it, context) => [context.partitionId(), ...it], [2]), [[2, 4, 2]]);
  await assert.rejects(
    sc.runJob(xs, () => 0, [9]),
    /non-existent partition: 9/,
  );
});
