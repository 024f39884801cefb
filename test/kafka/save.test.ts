// KafkaUtils.save: what was written is read back, by partition, with a real broker.
import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { Milliseconds, Seconds, SparkConf, SparkContext, StreamingContext } from "tspark";
import { ConsumerStrategies, KafkaUtils, LocationStrategies, LongSerializer, OffsetRange } from "tspark/kafka";
import { ManualClock } from "tspark/testing";
import { setLogSink } from "../../src/core/log/logger.js";
import { type Broker, describeWithBroker, kafka } from "./real-broker.js";

describeWithBroker("KafkaUtils.save", fixture => {
  let broker: Broker;
  let sc: SparkContext;
  let log: string[];
  let restoreLog: () => void;

  beforeEach(() => {
    broker = fixture.broker;
    log = [];
    restoreLog = setLogSink(line => log.push(line));
    sc = new SparkContext(new SparkConf(false).setMaster("local[2]").setAppName("t").set("spark.ui.enabled", "false"));
  });
  afterEach(async () => {
    await sc.stop();
    restoreLog();
  });

  const params = (more: object = {}) => ({ "bootstrap.servers": broker.bootstrap, ...more });
  const topicOf = async (name: string, partitions = 1, config = {}) => {
    await kafka.createTopic(broker.bootstrap, name, { partitions, config });
    return name;
  };
  /** The records of a topic, by partition. */
  const read = async (topic: string, more: object = {}) => {
    const known = (await kafka.listTopics(broker.bootstrap)).find(t => t.topic === topic)!;
    const ranges = known.partitions.map(p => OffsetRange.create(topic, p.partition, p.low, p.high));
    return KafkaUtils.createRDD(sc, params(more), ranges).glom().collect();
  };

  const readCommitted = async (topic: string) => (await read(topic, { "isolation.level": "read_committed" })).flat();

  it("an RDD: records go where Java's producer puts their keys, with headers and times", async () => {
    const ours = await topicOf("ours", 4);
    const javas = await topicOf("javas", 4);
    await kafka.produce({ bootstrap: broker.bootstrap, topic: javas, records: 200, keys: 50 });
    const keys = sc.range(0, 50, 1, 3).map(i => `k${i}`);
    await KafkaUtils.save(keys, params(), key => ({
      topic: ours,
      key,
      value: `value of ${key}`,
      headers: { h: ["1", "2"], none: null },
      timestamp: 1_000 + Number(key.slice(1)),
    }));
    const byKey = (parts: { key: string }[][]) => parts.map(part => [...new Set(part.map(r => r.key))].sort());
    const written = await read(ours);
    assert.deepEqual(byKey(written), byKey(await read(javas)));
    const k7 = written.flat().find(r => r.key === "k7")!;
    assert.equal(k7.value, "value of k7");
    assert.equal(k7.timestamp, 1_007);
    assert.deepEqual(k7.headers, { h: [Buffer.from("1"), Buffer.from("2")], none: Buffer.alloc(0) });
  });

  for (const compression of ["gzip", "snappy", "lz4", "zstd"]) {
    it(`much of it, compressed: ${compression}`, async () => {
      const topic = await topicOf(`much-${compression}`, 2);
      const n = 20_000;
      const values = sc.range(0, n, 1, 2).map(i => `${i}:${"abc".repeat(30)}`);
      await KafkaUtils.save(values, params({ "compression.type": compression }), value => ({ topic, value }));
      const numbers = (await read(topic)).flat().map(r => Number.parseInt(r.value, 10));
      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        Array.from({ length: n }, (_, i) => i),
      );
    });
  }

  it("partitions, serializers and tombstones as the message says", async () => {
    const topic = await topicOf("as-said", 3);
    await KafkaUtils.save(sc.parallelize([5, 6], 1), params({ "key.serializer": LongSerializer }), n => ({
      topic,
      key: n,
      value: n === 5 ? null : Buffer.from([1, 2]),
      partition: 2,
    }));
    const parts = await read(topic, {
      "key.deserializer": "LongDeserializer",
      "value.deserializer": "ByteArrayDeserializer",
    });
    assert.deepEqual(
      parts.map(part => part.map(r => [r.key, r.value])),
      [
        [],
        [],
        [
          [5, null],
          [6, Buffer.from([1, 2])],
        ],
      ],
    );
  });

  const failing = async (toMessage: (n: number) => unknown, more: object = {}) => {
    try {
      await KafkaUtils.save(sc.parallelize([1], 1), params(more), toMessage as never);
    } catch (error) {
      const root =
        (error as { cause?: { code?: string; message: string } }).cause ??
        (error as { code?: string; message: string });
      return `${root.code}: ${root.message}`;
    }
    return "nothing";
  };

  it("what cannot be written is told", async () => {
    const topic = await topicOf("strict", 2, { "max.message.bytes": 2000 });
    assert.match(await failing(n => ({ topic, value: n })), /KAFKA_NOT_BYTES: .* "strict" is number 1: it takes text/);
    assert.match(
      await failing(() => ({ topic, value: "x", partition: 2 })),
      /partition is number 2: topic "strict" has the partitions 0 to 1/,
    );
    assert.match(await failing(() => "x"), /KAFKA_BAD_MESSAGE/);
    assert.match(
      await failing(() => ({ topic, value: "x".repeat(5000), partition: 1 })),
      /KAFKA_RECORD_TOO_LARGE: Records of \d+ bytes for Kafka partition strict-1 are refused/,
    );
    assert.match(
      await failing(n => ({ topic, value: String(n) }), { "linger.mss": 1 }),
      /no producer setting of Kafka. Did you mean "linger.ms"/,
    );
    assert.match(
      await failing(() => ({ topic: "strickt", value: "x" }), { "request.timeout.ms": 1000 }),
      /KAFKA_UNKNOWN_TOPIC: Kafka topic "strickt" does not exist .* Did you mean "strict".* do not make topics by themselves/,
    );
  });

  const streamOf = (from: string, clock: ManualClock, more: object = {}) => {
    const ssc = new StreamingContext(sc, Seconds(1), { clock });
    const strategy = ConsumerStrategies.Subscribe([from], params({ "auto.offset.reset": "earliest", ...more }));
    return { ssc, stream: KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, strategy) };
  };

  it("a stream, at least once", async () => {
    const from = await topicOf("from");
    const to = await topicOf("to");
    const clock = new ManualClock();
    const { ssc, stream } = streamOf(from, clock);
    KafkaUtils.save(
      stream.map(r => r.value.toUpperCase()),
      params(),
      value => ({ topic: to, value }),
    );
    await ssc.start();
    await kafka.send(broker.bootstrap, from, [{ value: "a" }, { value: "b" }]);
    await clock.advance(1000);
    await kafka.send(broker.bootstrap, from, [{ value: "c" }]);
    await clock.advance(2000);
    await ssc.stop(false);
    assert.deepEqual(
      (await read(to)).flat().map(r => r.value),
      ["A", "B", "C"],
    );
  });

  it("exactly once: results and offsets are there together, and a new program goes on behind them", async () => {
    const from = await topicOf("orders", 2);
    const to = await topicOf("results", 2);
    const group = { "group.id": "exact", "isolation.level": "read_committed" };
    const send = (values: string) =>
      kafka.send(
        broker.bootstrap,
        from,
        [...values].map((value, i) => ({ value, partition: i % 2 })),
      );
    const run = async (clock: ManualClock, fail: boolean) => {
      const { ssc, stream } = streamOf(from, clock, group);
      const upper = stream.map(r => {
        if (fail && r.value === "d") throw new Error("no d");
        return r.value.toUpperCase();
      });
      KafkaUtils.save(upper, params(), value => ({ topic: to, key: value, value }), { exactlyOnce: true });
      await ssc.start();
      await clock.advance(1000);
      await assert.rejects(stream.commitAsync([]), { code: "KAFKA_EXACTLY_ONCE" });
      await ssc.stop(false);
    };
    const written = async () =>
      (await read(to, group))
        .flat()
        .map(r => r.value)
        .sort()
        .join("");
    await send("abc");
    await run(new ManualClock(), false);
    assert.equal(await written(), "ABC", log.join("\n"));
    await send("de");
    // Times of batches begin anew, and the same program fails: nothing of it is written.
    await run(new ManualClock(), true);
    assert.equal(await written(), "ABC");
    await run(new ManualClock(), false);
    assert.equal(await written(), "ABCDE");
    await run(new ManualClock(), false);
    assert.equal(await written(), "ABCDE");
    assert.deepEqual(
      log.filter(line => / WARN /.test(line)),
      [],
    );
  });

  it("an older program is shut out by a younger one, and told", async () => {
    const from = await topicOf("fenced-from");
    const to = await topicOf("fenced-to");
    const clock = new ManualClock();
    const { ssc, stream } = streamOf(from, clock, { "group.id": "fenced" });
    const message = (value: string) => ({ topic: to, value });
    KafkaUtils.save(
      stream.map(r => r.value),
      params(),
      message,
      { exactlyOnce: true },
    );
    await ssc.start();
    const { TransactionLog } = await import("../../src/connectors/kafka/producer/transaction-log.js");
    const { readProducerParams } = await import("../../src/connectors/kafka/producer/producer-params.js");
    await new TransactionLog(readProducerParams(params()), "tspark-fenced", "fenced").open();
    await kafka.send(broker.bootstrap, from, [{ value: "x" }]);
    await clock.advance(1000);
    const failure = await ssc.awaitTermination().catch(error => error);
    assert.match(failure.message, /Another program writes with the transactional.id "tspark-fenced"/);
    await ssc.stop(false);
    assert.deepEqual((await read(to, { "isolation.level": "read_committed" })).flat(), []);
  });

  it("exactly once, while the broker is killed and started again", async () => {
    const from = await topicOf("restart-from", 2);
    const to = await topicOf("restart-to", 2);
    const ssc = new StreamingContext(sc, Milliseconds(50));
    const strategy = ConsumerStrategies.Subscribe(
      [from],
      params({ "group.id": "restart", "auto.offset.reset": "earliest" }),
    );
    const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, strategy);
    KafkaUtils.save(
      stream.map(r => r.value),
      params(),
      value => ({ topic: to, key: value, value }),
      { exactlyOnce: true },
    );
    let written = 0;
    const write = (n: number) => {
      const values = Array.from({ length: n }, () => ({ value: String(written++), partition: written % 2 }));
      return kafka.send(broker.bootstrap, from, values);
    };
    let read = 0;
    ssc.addStreamingListener({
      onBatchCompleted: ({ batchInfo }) => {
        read += batchInfo.numRecords;
      },
    });
    await ssc.start();
    for (let i = 0; i < 5; i++) await write(20);
    await broker.kill9();
    fixture.broker = broker = await broker.restart();
    for (let i = 0; i < 5; i++) await write(20);
    // The sender may have written a record twice, when an answer got lost with the broker.
    const source = (await kafka.listTopics(broker.bootstrap)).find(t => t.topic === from)!;
    const total = source.partitions.reduce((sum, p) => sum + p.high, 0);
    while (read < total && ssc.failure === undefined) await ssc.awaitBatches(1);
    await ssc.stop(false, true);
    assert.equal(ssc.failure, undefined);
    const values = (await readCommitted(to)).map(r => Number(r.value)).sort((a, b) => a - b);
    const sent = (await readCommitted(from)).map(r => Number(r.value)).sort((a, b) => a - b);
    assert.deepEqual([...new Set(sent)], [...Array(written).keys()]);
    assert.deepEqual(values, sent, log.join("\n"));
  });

  it("exactly once is refused where it cannot hold", async () => {
    const clock = new ManualClock();
    const { ssc, stream } = streamOf("refused", clock, { "group.id": "g" });
    const message = () => ({ topic: "t", value: "" });
    const once = { exactlyOnce: true };
    assert.throws(
      () => KafkaUtils.save(ssc.queueStream([sc.emptyRDD<string>()]), params(), message, once),
      /this one does not/,
    );
    assert.throws(() => KafkaUtils.save(stream, params({ acks: 1 }), message, once), /needs acks=all/);
    const other = streamOf("refused", clock);
    assert.throws(() => KafkaUtils.save(other.stream, params(), message, once), /needs the group.id/);
    const auto = streamOf("refused", clock, { "group.id": "g", "enable.auto.commit": true });
    assert.throws(() => KafkaUtils.save(auto.stream, params(), message, once), /commits offsets together/);
    KafkaUtils.save(stream, params(), message, once);
    KafkaUtils.save(stream, params(), message, once);
    await assert.rejects(ssc.start(), /needs a checkpoint directory where it is used more than once/);
  });
});
