// What `tspark/kafka` exports can be used in closures that run in workers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SparkConf, SparkContext, TaskContext } from "tspark";
import { ConsumerRecord, LongDeserializer, LongSerializer, OffsetRange, StringDeserializer } from "tspark/kafka";

test("offset ranges, records' class, serializers and deserializers", async () => {
  const conf = new SparkConf(false).setMaster("local[2]").setAppName("t").set("spark.ui.enabled", "false");
  conf.set("spark.tspark.placement", "workers").set("spark.tspark.closure.strict", "true");
  const sc = new SparkContext(conf);
  try {
    const ranges = [0, 1].map(partition => OffsetRange.create("orders", partition, 10, 20 + partition));
    const rdd = sc.parallelize([1, 2], 2);
    const counts = await rdd
      .mapPartitions(() => {
        const range = ranges[TaskContext.getPartitionId()]!;
        return [[range.topic, range.partition, range.count(), range instanceof OffsetRange]];
      })
      .collect();
    assert.deepEqual(counts, [
      ["orders", 0, 10, true],
      ["orders", 1, 11, true],
    ]);
    const made = await rdd.map(x => OffsetRange.create("in", x, 0, x)).collect();
    assert.ok(made.every(range => range instanceof OffsetRange));
    assert.deepEqual(
      made.map(range => range.count()),
      [1, 2],
    );
    assert.deepEqual(
      await rdd
        .map(x => [
          LongDeserializer(Buffer.from(LongSerializer(x, "t") as Uint8Array), "t"),
          StringDeserializer(Buffer.from("é"), "t"),
          (x as unknown) instanceof ConsumerRecord,
        ])
        .collect(),
      [
        [1, "é", false],
        [2, "é", false],
      ],
    );
  } finally {
    await sc.stop();
  }
});
