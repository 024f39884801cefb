import assert from "node:assert/strict";
import { test } from "node:test";
import { type RDD, SparkConf, SparkContext } from "tspark";
import { withContext } from "./with-context.js";

test("one context at a time, and a stopped one says so", async () => {
  const conf = new SparkConf(false).setMaster("local").setAppName("x").set("spark.ui.enabled", "false");
  const sc = new SparkContext(conf);
  assert.throws(
    () => new SparkContext(conf),
    /Only one SparkContext .* created at SparkContext at spark-context\.test\.[jt]s:\d+/,
  );
  assert.equal(SparkContext.getOrCreate(), sc);
  const rdd = sc.parallelize([1]);
  await sc.stop();
  await sc.stop();
  assert.equal(sc.isStopped, true);
  assert.throws(
    () => sc.parallelize([1]),
    /Cannot call parallelize on a stopped SparkContext: .*created at.*stopped at/,
  );
  assert.throws(() => rdd.map(x => x), /stopped SparkContext/);
  const none = rdd as unknown as RDD<never>;
  const actions: (() => Promise<unknown>)[] = [
    () => rdd.count(),
    () => rdd.take(0),
    () => rdd.takeSample(false, 0),
    () => rdd.countByValue(),
    () => none.countByKey(),
    () => none.lookup(1 as never),
    () => rdd.histogram(2),
    () => rdd.toLocalIterator().next(),
    () => rdd.saveAsTextFile("out"),
  ];
  // None of them throws: an action is a promise.
  for (const action of actions) await assert.rejects(action(), /stopped SparkContext/);
  assert.throws(() => new SparkContext(new SparkConf(false).setAppName("x")), /master URL must be set/);
  assert.throws(() => new SparkContext(new SparkConf(false).setMaster("local")), /application name must be set/);
  assert.throws(() => new SparkContext(new SparkConf(false).setMaster("yarn").setAppName("x")), /local\[N\]/);
});

test("fields of the context", () =>
  withContext("local[3]", async sc => {
    assert.equal(sc.master, "local[3]");
    assert.equal(sc.appName, "test");
    assert.equal(sc.applicationId, `local-${sc.startTime}`);
    assert.equal(sc.defaultParallelism, 3);
    assert.equal(sc.defaultMinPartitions, 2);
    assert.match(sc.version, /^\d+\.\d+\.\d+/);
    assert.equal(String(sc), `SparkContext(master = local[3], app id = ${sc.applicationId})`);
    assert.equal(sc.getConf().get("spark.app.name"), "test");
    assert.equal(sc.parallelize([1, 2, 3, 4]).getNumPartitions(), 3);
    assert.equal(await (await sc.whenReady()).range(3).sum(), 3);
  }));

test("spark.default.parallelism counts for new RDDs and for shuffles", () =>
  withContext(
    "local[2]",
    async sc => {
      const pairs = sc.parallelize<[string, number]>([["a", 1]], 2);
      assert.equal(sc.parallelize([1]).getNumPartitions(), 7);
      assert.equal(pairs.groupByKey().getNumPartitions(), 7);
      assert.equal(
        pairs
          .groupByKey(3)
          .mapValues(x => x.length)
          .groupByKey()
          .getNumPartitions(),
        3,
      );
    },
    { "spark.default.parallelism": "7" },
  ));

test("range", () =>
  withContext("local[2]", async sc => {
    assert.deepEqual(await sc.range(4).collect(), [0, 1, 2, 3]);
    assert.deepEqual(await sc.range(1, 10, 4).collect(), [1, 5, 9]);
    assert.deepEqual(await sc.range(3, 0, -1, 2).glom().collect(), [[3], [2, 1]]);
    assert.deepEqual(await sc.range(3, 3).collect(), []);
    assert.equal(
      await sc
        .range(0, 5_000_000)
        .map(x => x * 2)
        .filter(x => x % 3 === 0)
        .count(),
      1_666_667,
    );
    assert.throws(() => sc.range(0, 5, 0), /step is 0/);
    assert.throws(() => sc.range(0.5), /whole number/);
  }));

test("toString and toDebugString", () =>
  withContext("local[2]", async sc => {
    const file = /spark-context\.test\.[jt]s:\d+:\d+/g;
    const words = sc.parallelize(["a", "b"], 2).map(w => [w, 1]);
    assert.equal(String(words).replace(file, "F"), "MapPartitionsRDD[1] at map at F");
    const counts = words.setName("words").reduceByKey((a, b) => a + b, 3);
    assert.equal(
      counts.toDebugString().replace(file, "F"),
      [
        "(3) ShuffledRDD[2] at reduceByKey at F []",
        " +-(2) words MapPartitionsRDD[1] at map at F []",
        "    |  ParallelCollectionRDD[0] at parallelize at F []",
      ].join("\n"),
    );
    const joined = counts.join(counts.mapValues(x => x).partitionBy(5)).cache();
    assert.equal(
      joined.toDebugString().replace(file, "F").split("\n")[0],
      "(5) MapPartitionsRDD[6] at join at F [Memory Deserialized 1x Replicated]",
    );
    await joined.collect();
    assert.match(joined.toDebugString(), /\n {1,3}\| +CachedPartitions: 5; MemorySize: \d+\.\d B; DiskSize: 0\.0 B\n/);
  }));
