// Ranges that are read, decoded and written in worker threads give what they give in the driver's.
import assert from "node:assert/strict";
import { before, it } from "node:test";
import { type SparkContext, StorageLevel } from "tspark";
import { type ConsumerRecord, KafkaUtils, OffsetRange } from "tspark/kafka";
import { deserializeElements, serializeElements } from "../../src/core/storage/serialize-elements.js";
import { inPlace } from "../helpers/in-place.js";
import { describeWithBroker, kafka } from "./real-broker.js";

describeWithBroker("Kafka, in worker threads", fixture => {
  const N = 400;
  let params: { "bootstrap.servers": string };
  const ranges = [0, 1].map(p => OffsetRange.create("in", p, 1, N / 2));

  before(async () => {
    params = { "bootstrap.servers": fixture.broker.bootstrap };
    await kafka.createTopic(fixture.broker.bootstrap, "in", { partitions: 2 });
    const records = Array.from({ length: N }, (_, i) => ({
      key: i % 10 === 0 ? null : `k${i % 7}`,
      value: `${i}`,
      headers: { i: String(i) },
      partition: i % 2,
    }));
    await kafka.send(fixture.broker.bootstrap, "in", records);
  });

  const same = async <T>(use: (sc: SparkContext) => Promise<T>) => {
    const there = await inPlace("workers", use);
    assert.deepEqual(there, await inPlace("driver", use));
    return there;
  };

  it("records come back whole: all fields, in order", async () => {
    const records = await same(async sc =>
      (await KafkaUtils.createRDD(sc, params, ranges).collect()).map(r => r.toJSON()),
    );
    assert.equal(records.length, N - 2);
    assert.deepEqual(records[0]!.headers, { i: Buffer.from("2") });
  });

  it("records are shuffled, cached on disk and read in another stage", async () => {
    const counts = await same(async sc => {
      const byKey = KafkaUtils.createRDD(sc, params, ranges)
        .persist(StorageLevel.DISK_ONLY)
        .map((r): [string, ConsumerRecord] => [r.key, r])
        .groupByKey(3);
      return (await byKey.mapValues(rs => rs.map(r => Number(r.value)).reduce((a, b) => a + b, 0)).collect()).sort();
    });
    assert.equal(
      counts.reduce((sum, [, n]) => sum + n, 0),
      ((N - 1) * N) / 2 - 1,
    );
  });

  it("deserializers of the user's, with what they capture", async () => {
    const factor = 3;
    const times = (bytes: Buffer | null) => Number(String(bytes)) * factor;
    const sum = await same(sc => {
      const rdd = KafkaUtils.createRDD<string, number>(sc, { ...params, "value.deserializer": times }, ranges);
      return rdd.map(r => r.value).sum();
    });
    assert.equal(sum, 3 * (((N - 1) * N) / 2 - 1));
  });

  it("what is written there can be read here", async () => {
    const topics = ["out-workers", "out-driver"];
    for (const topic of topics) await kafka.createTopic(fixture.broker.bootstrap, topic, { partitions: 3 });
    for (const placement of ["workers", "driver"]) {
      await inPlace(placement, sc => {
        const topic = `out-${placement}`;
        const rdd = KafkaUtils.createRDD(sc, params, ranges);
        return KafkaUtils.save(rdd, params, r => ({ topic, key: r.key, value: r.value, timestamp: r.timestamp }));
      });
    }
    const [a, b] = await inPlace("driver", async sc => {
      const all = topics.map(async topic => {
        const { partitions } = (await kafka.listTopics(fixture.broker.bootstrap)).find(t => t.topic === topic)!;
        const rdd = KafkaUtils.createRDD(
          sc,
          params,
          partitions.map(p => OffsetRange.create(topic, p.partition, p.low, p.high)),
        );
        return (await rdd.map(r => [r.key, r.value, r.timestamp] as const).collect()).sort(
          (x, y) => Number(x[1]) - Number(y[1]),
        );
      });
      return Promise.all(all);
    });
    assert.equal(a!.length, N - 2);
    assert.deepEqual(a, b);
  });

  it("a record survives checkpoints and files of the cache", async () => {
    const records = await inPlace("driver", sc => KafkaUtils.createRDD(sc, params, ranges).take(3));
    const bytes = serializeElements(records) as Buffer;
    const again = deserializeElements(bytes) as ConsumerRecord[];
    assert.deepEqual(
      again.map(r => r.toJSON()),
      records.map(r => r.toJSON()),
    );
    assert.deepEqual(
      again.map(r => r.serializedValueSize),
      records.map(r => r.serializedValueSize),
    );
  });
});
