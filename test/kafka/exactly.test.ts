// Must-show: records of a producer that is not ours, in all compressions, counted by key and by window while the broker is
// killed with -9 and started again, exactly. TSPARK_KAFKA_RECORDS sets how many (default 200,000; the showcase: 2,000,000).
import assert from "node:assert/strict";
import { it } from "node:test";
import { Milliseconds, SparkConf, SparkContext, StreamingContext } from "tspark";
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from "tspark/kafka";
import { setLogSink } from "../../src/core/log/logger.js";
import { describeWithBroker, kafka } from "./real-broker.js";

const RECORDS = Number(process.env.TSPARK_KAFKA_RECORDS ?? 200_000);
const KEYS = 100;

describeWithBroker("Kafka, exactly once into the counts", fixture => {
  it(`${RECORDS} records, four compressions, the broker killed with -9 in the middle`, async () => {
    const { bootstrap } = fixture.broker;
    await kafka.createTopic(bootstrap, "events", { partitions: 4 });
    const codecs = ["gzip", "snappy", "lz4", "zstd"];
    for (const [i, compression] of codecs.entries()) {
      const records = RECORDS / codecs.length;
      await kafka.produce({ bootstrap, topic: "events", records, from: i * records, keys: KEYS, compression });
    }

    const log: string[] = [];
    const restoreLog = setLogSink(line => log.push(line));
    const conf = new SparkConf().setMaster("local[2]").setAppName("exactly");
    // Many small batches, so that the broker dies between some and within others.
    conf.set("spark.streaming.kafka.maxRatePerPartition", String(Math.ceil(RECORDS / 4)));
    const sc = new SparkContext(conf);
    const ssc = new StreamingContext(sc, Milliseconds(200));
    const stream = KafkaUtils.createDirectStream(
      ssc,
      LocationStrategies.PreferConsistent,
      ConsumerStrategies.Subscribe(["events"], { "bootstrap.servers": bootstrap, "auto.offset.reset": "earliest" }),
    );
    const byKey = new Map<string, number>();
    const byWindow: number[] = [];
    let sum = 0;
    let total = 0;
    const pairs = stream.map(r => [r.key, Number.parseInt(r.value, 10)]);
    pairs
      .mapValues((n): [number, number] => [1, n])
      .reduceByKey(([a, b], [c, d]): [number, number] => [a + c, b + d])
      .foreachRDD(async rdd => {
        for (const [key, [n, s]] of await rdd.collect()) {
          byKey.set(key, (byKey.get(key) ?? 0) + n);
          sum += s;
          total += n;
        }
      });
    // Each record is in exactly two windows of two batches that slide by one.
    stream
      .window(Milliseconds(400), Milliseconds(200))
      .count()
      .foreachRDD(async rdd => {
        byWindow.push(...(await rdd.collect()));
      });

    await ssc.start();
    while (total === 0) await ssc.awaitBatches(1);
    await fixture.broker.kill9();
    fixture.broker = await fixture.broker.restart();
    while (total < RECORDS) await ssc.awaitBatches(1);
    // One more, in which the last records leave the window.
    await ssc.awaitBatches(2);
    await ssc.stop(true, true);
    restoreLog();

    assert.equal(ssc.failure, undefined);
    assert.equal(total, RECORDS);
    assert.equal(byKey.size, KEYS);
    assert.deepEqual(new Set(byKey.values()), new Set([RECORDS / KEYS]));
    assert.equal(sum, (RECORDS * (RECORDS - 1)) / 2);
    assert.equal(
      byWindow.reduce((a, b) => a + b, 0),
      2 * RECORDS,
    );
    const told = log.filter(line => /WARN Kafka: /.test(line));
    assert.equal(told.length, 2, log.join("\n"));
    assert.match(told[0]!, /does not serve .* trying again for up to 60 s/);
    assert.match(told[1]!, /is back after/);
  });
});
