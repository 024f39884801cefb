import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { afterEach, beforeEach, it } from "node:test";
import { Milliseconds, SparkConf, SparkContext, StreamingContext } from "tspark";
import { ConsumerStrategies, KafkaUtils, LocationStrategies, OffsetRange, StringDeserializer } from "tspark/kafka";
import { KafkaClient } from "../../src/connectors/kafka/client/kafka-client.js";
import { READER_DEFAULTS, readKafkaParams } from "../../src/connectors/kafka/params.js";
import { Incarnation } from "../../src/connectors/kafka/producer/incarnation.js";
import { readProducerParams } from "../../src/connectors/kafka/producer/producer-params.js";
import { RecordWriter } from "../../src/connectors/kafka/protocol/write-records.js";
import { readRange } from "../../src/connectors/kafka/read-range.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { type Broker, describeWithBroker, kafka } from "./real-broker.js";

describeWithBroker("Kafka, with a real broker", fixture => {
  let broker: Broker;
  let sc: SparkContext;
  let log: string[];
  let restoreLog: () => void;

  beforeEach(() => {
    broker = fixture.broker;
    log = [];
    restoreLog = setLogSink(line => log.push(line));
    sc = new SparkContext(new SparkConf().setMaster("local[2]").setAppName("kafka"));
  });
  afterEach(async () => {
    await sc.stop();
    restoreLog();
  });

  const params = (more: object = {}) => ({
    "bootstrap.servers": broker.bootstrap,
    "auto.offset.reset": "earliest",
    ...more,
  });
  const range = (topic: string, partition: number, from: number, until: number) =>
    OffsetRange.create(topic, partition, from, until);
  const fill = (topic: string, more: Record<string, string | number>) =>
    kafka.produce({ bootstrap: broker.bootstrap, topic, ...more });
  const topicOf = async (name: string, partitions = 1) => {
    await kafka.createTopic(broker.bootstrap, name, { partitions });
    return name;
  };

  it("createRDD reads exactly its offsets, again and again", async () => {
    const topic = await topicOf("exact");
    await fill(topic, { records: 5000, keys: 10 });
    const rdd = KafkaUtils.createRDD(sc, params(), [
      range(topic, 0, 17, 20),
      range(topic, 0, 4990, 5000),
      range(topic, 0, 3, 3),
    ]);
    assert.equal(rdd.getNumPartitions(), 3);
    const parts = await rdd
      .map(r => [r.offset, r.key, r.value.split(":")[0]])
      .glom()
      .collect();
    assert.deepEqual(parts[0], [
      [17, "k7", "17"],
      [18, "k8", "18"],
      [19, "k9", "19"],
    ]);
    assert.equal(parts[1]!.length, 10);
    assert.deepEqual(parts[2], []);
    assert.equal(await rdd.count(), 13);
    assert.deepEqual(
      (await rdd.take(1)).map(r => r.offset),
      [17],
    );
  });

  for (const compression of ["none", "gzip", "snappy", "lz4", "zstd"]) {
    it(`reads what Java's producer compressed: ${compression}`, async () => {
      const topic = await topicOf(`codec-${compression}`);
      // Batches of a mebibyte and more: larger than what a codec guesses at first, than a fetch, than a block of a frame.
      const batches = {
        "producer.batch.size": 1_500_000,
        "producer.linger.ms": 200,
        "producer.max.request.size": 4_000_000,
      };
      await kafka.createTopic(broker.bootstrap, topic, { config: { "max.message.bytes": 4_000_000 } });
      await fill(topic, { records: 30_000, size: 200, compression, ...batches });
      const small = params({ "max.partition.fetch.bytes": 100_000 });
      const rdd = KafkaUtils.createRDD(sc, small, [range(topic, 0, 1, 29_999)]);
      const numbers = await rdd.map(r => (r.value.length === 200 ? Number.parseInt(r.value, 10) : -1)).collect();
      assert.deepEqual(
        numbers,
        Array.from({ length: 29_998 }, (_, i) => i + 1),
      );
    });
  }

  it("leaves out what was aborted with read_committed, and only then", async () => {
    const topic = await topicOf("transactions");
    await fill(topic, { records: 1000, "transaction-size": 100, abort: "true" });
    await fill(topic, { records: 50, from: 5000 });
    // A marker after each of ten transactions takes an offset too.
    const ranges = [range(topic, 0, 0, 1060)];
    const read = (isolation: string) =>
      KafkaUtils.createRDD(sc, params({ "isolation.level": isolation }), ranges)
        .map(r => Number.parseInt(r.value, 10))
        .collect();
    const all = [...Array(1000).keys(), ...Array.from({ length: 50 }, (_, i) => 5000 + i)];
    assert.deepEqual(await read("read_uncommitted"), all);
    assert.deepEqual(
      await read("read_committed"),
      all.filter(n => n >= 5000 || Math.floor(n / 100) % 2 === 0),
    );
  });

  it("a direct stream gives each record once, in ranges that join, and begins where its group committed", async () => {
    const topic = await topicOf("stream", 3);
    await fill(topic, { records: 3000, keys: 7 });
    const seen = new Map<string, number>();
    const ranges: OffsetRange[] = [];
    const runUntil = async (total: number) => {
      const ssc = new StreamingContext(sc, Milliseconds(100));
      const strategy = ConsumerStrategies.Subscribe([topic], params({ "group.id": "readers" }));
      const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, strategy);
      let count = 0;
      stream.foreachRDD(async rdd => {
        assert.equal(rdd.getNumPartitions(), 3);
        for (const [id, n] of await rdd.map(r => [`${r.partition}:${r.offset}`, 1]).collect()) {
          seen.set(id, (seen.get(id) ?? 0) + n);
          count++;
        }
        await stream.commitAsync(rdd.offsetRanges);
        // Those of an RDD that was made of it, which has none.
        await assert.rejects(stream.commitAsync(undefined as never), {
          code: "KAFKA_BAD_ARGUMENT",
          message: /^commitAsync's argument \(rdd\.offsetRanges of the stream's own RDD\) is undefined/,
        });
        ranges.push(...rdd.offsetRanges.filter(r => r.count() > 0));
      });
      await ssc.start();
      while (count < total) await ssc.awaitBatches(1);
      await ssc.stop(false, true);
    };
    await runUntil(3000);
    await fill(topic, { records: 500, keys: 7, compression: "lz4" });
    await runUntil(500);
    assert.equal(seen.size, 3500);
    assert.deepEqual(new Set(seen.values()), new Set([1]));
    for (const partition of [0, 1, 2]) {
      const own = ranges.filter(r => r.partition === partition);
      assert.equal(own[0]?.fromOffset, 0);
      own.slice(1).forEach((r, i) => {
        assert.equal(r.fromOffset, own[i]!.untilOffset);
      });
    }
    assert.deepEqual(
      log.filter(line => / (WARN|ERROR) Kafka/.test(line)),
      [],
    );
  });

  it("maxRatePerPartition bounds each partition of a batch", async () => {
    const topic = await topicOf("slow", 2);
    await fill(topic, { records: 400, keys: 50 });
    const conf = sc.conf;
    conf.set("spark.streaming.kafka.maxRatePerPartition", "100");
    const ssc = new StreamingContext(sc, Milliseconds(200));
    const stream = KafkaUtils.createDirectStream(
      ssc,
      LocationStrategies.PreferConsistent,
      ConsumerStrategies.Assign([{ topic, partition: 1 }], params(), [{ topic, partition: 1, offset: 5 }]),
    );
    const counts: number[] = [];
    stream.foreachRDD(async rdd => {
      counts.push(await rdd.count());
      if (counts.length === 1) assert.equal(rdd.offsetRanges[0]!.fromOffset, 5);
    });
    await ssc.start();
    while (counts.length < 2) await ssc.awaitBatches(1);
    await ssc.stop(false, true);
    assert.deepEqual(counts.slice(0, 2), [20, 20]);
  });

  it("SubscribePattern finds topics that appear later and reads them from their beginning", async () => {
    await topicOf("pattern-a");
    await topicOf("other");
    const ssc = new StreamingContext(sc, Milliseconds(100));
    const late = params({ "metadata.max.age.ms": 0, "auto.offset.reset": "latest" });
    const strategy = ConsumerStrategies.SubscribePattern(/pattern-./, late);
    const topics = new Set<string>();
    KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, strategy)
      .map(r => r.topic)
      .foreachRDD(async rdd => {
        for (const topic of await rdd.collect()) topics.add(topic);
      });
    await ssc.start();
    await topicOf("pattern-b");
    for (const topic of ["pattern-a", "pattern-b", "other"])
      await kafka.send(broker.bootstrap, topic, [{ value: "x" }]);
    while (topics.size < 2) await ssc.awaitBatches(1);
    await ssc.stop(false, true);
    assert.deepEqual([...topics].sort(), ["pattern-a", "pattern-b"]);
  });

  it("keys, headers and custom values come as their deserializers make them", async () => {
    const topic = await topicOf("json");
    await kafka.send(broker.bootstrap, topic, [
      { key: "a", value: '{"n":1}', headers: { h: "1" } },
      { value: '{"n":2}' },
    ]);
    const json = (bytes: Buffer | null): { n: number } => JSON.parse(String(bytes));
    const rdd = KafkaUtils.createRDD(sc, params({ "value.deserializer": json }), [range(topic, 0, 0, 2)]);
    const typed = rdd as unknown as import("tspark/kafka").KafkaRDD<string, { n: number }>;
    assert.deepEqual(await typed.map(r => [r.key, r.value.n, String(r.headers.h)]).collect(), [
      ["a", 1, "1"],
      [null, 2, "undefined"],
    ]);
  });

  it("partitions of one request that has not the room for all of them", async () => {
    const topic = await topicOf("crowded", 4);
    await fill(topic, { records: 2000, size: 200 });
    const ranges = (await kafka.listTopics(broker.bootstrap))
      .find(t => t.topic === topic)!
      .partitions.map(p => range(topic, p.partition, p.low, p.high));
    // Before the tasks read: what they ask for in one turn goes out together.
    const client = new KafkaClient(readKafkaParams(params()).connection, { ...READER_DEFAULTS, maxBytes: 1000 });
    const as = { keyDeserializer: StringDeserializer, valueDeserializer: StringDeserializer };
    const count = async (r: OffsetRange) => {
      let n = 0;
      for await (const chunk of readRange(client, { ...r, wasThere: true }, as)) n += chunk.length;
      return n;
    };
    try {
      assert.deepEqual(
        await Promise.all(ranges.map(count)),
        ranges.map(r => r.count()),
      );
    } finally {
      client.close();
    }
  });

  const startOf = async (strategy: Parameters<typeof KafkaUtils.createDirectStream>[2]) => {
    const ssc = new StreamingContext(sc, Milliseconds(100));
    KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, strategy).print();
    try {
      await ssc.start();
    } finally {
      await ssc.stop(false);
    }
  };

  it("a topic that does not exist: one message with the address and the nearest name, soon", async () => {
    await topicOf("orders");
    await assert.rejects(startOf(ConsumerStrategies.Subscribe(["order"], params())), {
      code: "KAFKA_UNKNOWN_TOPIC",
      message: `Kafka topic "order" does not exist at ${broker.bootstrap}. Did you mean "orders"? Create it first: topics are not made by reading them.`,
    });
    assert.deepEqual(
      log.filter(line => /kafka/i.test(line) && !/StreamingContext/.test(line)),
      [],
    );
  });

  it("a broker that is not there: one message with the address, within request.timeout.ms, and no storm in the log", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await new Promise(resolve => server.once("listening", resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise(resolve => server.close(resolve));
    const nowhere = { "bootstrap.servers": `127.0.0.1:${port}`, "request.timeout.ms": 1000 };
    await assert.rejects(startOf(ConsumerStrategies.Subscribe(["t"], nowhere)), {
      code: "KAFKA_UNREACHABLE",
      message: new RegExp(
        `Kafka at 127.0.0.1:${port} cannot be reached: connect ECONNREFUSED .* Is the broker running, and is the port right\\?`,
      ),
    });
    assert.ok(log.filter(line => /ECONNREFUSED/.test(line)).length <= 1, log.join("\n"));
  });

  it("a broker that is not there among others that are", async () => {
    const topic = await topicOf("others");
    await kafka.send(broker.bootstrap, topic, [{ value: "x" }]);
    // Nobody listens on port 1.
    const list = params({ "bootstrap.servers": `127.0.0.1:1,${broker.bootstrap}` });
    assert.equal(await KafkaUtils.createRDD(sc, list, [range(topic, 0, 0, 1)]).count(), 1);
    assert.deepEqual(
      log.filter(line => /kafka/i.test(line)),
      [],
    );
  });

  it("brokers that never answer before one that does", async () => {
    const topic = await topicOf("behind");
    await kafka.send(broker.bootstrap, topic, [{ value: "x" }]);
    const mute = [1, 2].map(() => net.createServer(socket => socket.on("error", () => {}).resume()));
    for (const server of mute) await once(server.listen(0, "127.0.0.1"), "listening");
    const ports = mute.map(server => `127.0.0.1:${(server.address() as net.AddressInfo).port}`);
    const list = params({ "bootstrap.servers": [...ports, broker.bootstrap], "request.timeout.ms": 1000 });
    assert.equal(await KafkaUtils.createRDD(sc, list, [range(topic, 0, 0, 1)]).count(), 1);
    for (const server of mute) server.close();
  });

  it("a port that speaks something else: one message within request.timeout.ms", async () => {
    const accepted: net.Socket[] = [];
    const server = net.createServer(socket => accepted.push(socket.resume())).listen(0, "127.0.0.1");
    await new Promise(resolve => server.once("listening", resolve));
    const { port } = server.address() as net.AddressInfo;
    const mute = { "bootstrap.servers": `127.0.0.1:${port}`, "request.timeout.ms": 500 };
    await assert.rejects(startOf(ConsumerStrategies.Subscribe(["t"], mute)), {
      code: "KAFKA_UNREACHABLE",
      message: /no answer within 500 ms.*Does this port speak TLS\?/,
    });
    await new Promise(resolve => server.close(resolve));
    assert.ok(accepted.length > 0 && accepted.every(socket => socket.destroyed));
  });

  it("offsets that are not there: a message with what is", async () => {
    const topic = await topicOf("short");
    await kafka.send(broker.bootstrap, topic, Array(10).fill({ value: "x" }));
    const count = (from: number, until: number) =>
      KafkaUtils.createRDD(sc, params(), [range(topic, 0, from, until)]).count();
    await assert.rejects(count(50, 60), /Offset 50 of Kafka partition short-0 is out of range: the broker has 0 to 10/);
    await assert.rejects(count(5, 60), /Offset 60 of Kafka partition short-0 is out of range: the broker has 0 to 10/);
    const strategy = ConsumerStrategies.Subscribe([topic], params(), [{ topic, partition: 0, offset: 11 }]);
    await assert.rejects(startOf(strategy), { code: "KAFKA_OFFSET_OUT_OF_RANGE" });
  });

  it("a transaction that is still open: a message with where it begins", async () => {
    const topic = await topicOf("open");
    await kafka.send(broker.bootstrap, topic, [{ value: "before" }]);
    const client = new KafkaClient(readKafkaParams(params()).connection, READER_DEFAULTS);
    try {
      const { producerId, producerEpoch } = await client.request("a number", c => c.initProducerId("open", 60_000));
      const transaction = { transactionalId: "open", producerId, producerEpoch };
      const at = { topic, partition: 0 };
      await client.request("a transaction", c => c.addPartitionsToTransaction(transaction, [at]));
      const writer = new RecordWriter(topic, 0);
      writer.append({ key: null, value: Buffer.from("undecided"), headers: [], timestamp: 0 });
      await new Incarnation(client, readProducerParams(params()).write, transaction, "open").write(writer.take());
      const committed = params({ "isolation.level": "read_committed", "default.api.timeout.ms": 100 });
      const read = (until: number) => KafkaUtils.createRDD(sc, committed, [range(topic, 0, 0, until)]).count();
      assert.equal(await read(1), 1);
      await assert.rejects(
        read(2),
        /Offsets 1 to 2 of Kafka partition open-0 cannot be read with isolation.level=read_committed: a transaction has been open from offset 1 on/,
      );
    } finally {
      client.close();
    }
  });
});
