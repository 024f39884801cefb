import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { inspect } from "node:util";
import { HashPartitioner, RangePartitioner, SparkConf } from "tspark";
import { testContext } from "./with-context.js";

const sc = testContext("local[1]");

test("a configuration shows its settings, secrets redacted", () => {
  const conf = new SparkConf(false).setAppName("x").set("db.password", "hush");
  assert.equal(inspect(conf), "SparkConf { 'db.password': '*********(redacted)', 'spark.app.name': 'x' }");
});

test("shared variables show what they are", () => {
  const words = sc.collectionAccumulator<unknown>("words");
  words.add({ a: 1 });
  words.add("b");
  assert.match(inspect(words), /^CollectionAccumulator\(id: \d+, name: words, value: \[ \{ a: 1 \}, 'b' \]\)$/);
  assert.match(inspect(sc.longAccumulator("n")), /^LongAccumulator\(id: \d+, name: n, value: 0\)$/);
  assert.match(inspect(sc.broadcast([1])), /^Broadcast\(\d+\)$/);
});

test("partitioners show how many partitions they make", () => {
  assert.equal(inspect(new HashPartitioner(3)), "HashPartitioner { numPartitions: 3 }");
  const pairs = sc.parallelize<[number, number]>([[1, 1]]);
  assert.equal(inspect(new RangePartitioner(2, pairs)), "RangePartitioner { ascending: true, numPartitions: 2 }");
});

test("what checkpoint() wrote is an RDD with an id, and asking for dependencies makes none", async () => {
  sc.setCheckpointDir(tmpdir());
  const rdd = sc.parallelize([1, 2], 2).map(x => x + 1);
  rdd.checkpoint();
  await rdd.count();
  assert.match(
    rdd.toDebugString(),
    /^\(2\) MapPartitionsRDD\[\d+\] at map at \S+ \[\]\n \| {2}ReliableCheckpointRDD\[\d+\] at count at \S+ \[\]$/,
  );
  const next = sc.emptyRDD().id;
  assert.equal(rdd.dependencies[0]!.rdd, rdd.dependencies[0]!.rdd);
  const sorted = rdd.map(x => [x, x]).sortByKey();
  assert.ok(sorted.dependencies[0]!.rdd.dependencies[0]!.rdd.id === rdd.id);
  assert.deepEqual(await rdd.collect(), [2, 3]);
  assert.equal(rdd.dependencies[0]!.rdd.id, next - 1);
});
