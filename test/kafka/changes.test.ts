// What happens to brokers and topics while a stream reads them: nothing is lost, and each is told once, in one line that
// names topic, partition and address. (A broker that is restarted: exactly.test.ts.)
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, it } from "node:test";
import { Milliseconds, Seconds, SparkConf, SparkContext, StreamingContext } from "tspark";
import {
  type ConsumerRecord,
  ConsumerStrategies,
  type ConsumerStrategy,
  KafkaUtils,
  LocationStrategies,
} from "tspark/kafka";
import { ManualClock } from "tspark/testing";
import type { KafkaClient } from "../../src/connectors/kafka/client/kafka-client.js";
import { setLogSink } from "../../src/core/log/logger.js";
import { type Broker, describeWithBroker, kafka } from "./real-broker.js";

describeWithBroker("Kafka that changes", fixture => {
  let bootstrap: string;
  let second: Broker;
  let sc: SparkContext;
  let log: string[];
  let restoreLog: () => void;
  const dir = mkdtempSync(path.join(tmpdir(), "tspark-kafka-second-"));

  before(async () => {
    bootstrap = fixture.broker.bootstrap;
    second = await kafka.startKafka({ dir, join: fixture.broker });
  });
  after(async () => {
    await second.kill9();
    rmSync(dir, { recursive: true, force: true });
  });
  beforeEach(() => {
    log = [];
    restoreLog = setLogSink(line => log.push(line));
    sc = new SparkContext(new SparkConf(false).setMaster("local[2]").setAppName("t").set("spark.ui.enabled", "false"));
  });
  afterEach(async () => {
    await sc.stop();
    restoreLog();
  });

  const params = (more: object = {}) => ({
    "bootstrap.servers": bootstrap,
    "auto.offset.reset": "earliest",
    "metadata.max.age.ms": 0,
    ...more,
  });
  /** Writes values 0, 1 … to the partitions in turn, `count` in all so far. */
  const writer = (topic: string, partitions: number) => {
    let written = 0;
    return (count: number) => {
      const values = Array.from({ length: count }, () => ({
        value: `${topic}:${written++}`,
        partition: written % partitions,
      }));
      return kafka.send(bootstrap, topic, values);
    };
  };
  /** Runs a stream; what it has read, how often. */
  const reading = async (
    strategy: ConsumerStrategy<string, string>,
    use: (until: (n: number) => Promise<void>) => Promise<void>,
  ) => {
    const seen = new Map<string, number>();
    const ssc = new StreamingContext(sc, Milliseconds(100));
    KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, strategy)
      .map((r: ConsumerRecord) => r.value)
      .foreachRDD(async rdd => {
        for (const value of await rdd.collect()) seen.set(value, (seen.get(value) ?? 0) + 1);
      });
    await ssc.start();
    try {
      await use(async n => {
        while (seen.size < n && ssc.failure === undefined) await ssc.awaitBatches(1);
      });
    } finally {
      await ssc.stop(false, true);
    }
    assert.equal(ssc.failure, undefined, log.join("\n"));
    assert.deepEqual(new Set(seen.values()), new Set([1]), "each once");
    return seen;
  };
  const told = (what: RegExp) => log.filter(line => / WARN .*Kafka/.test(line) && what.test(line));

  it("a leader that moves to another broker when its own is killed", async () => {
    await kafka.createTopic(bootstrap, "moved", {
      assignment: [
        [2, 1],
        [1, 2],
      ],
    });
    const write = writer("moved", 2);
    await write(300);
    await reading(ConsumerStrategies.Subscribe(["moved"], params()), async until => {
      await until(300);
      await second.kill9();
      await write(300);
      await until(600);
    });
    const away = `Kafka partition moved-0 at ${second.bootstrap} does not answer`;
    assert.equal(told(/does not answer/).length, 1, log.join("\n"));
    assert.ok(told(/does not answer/)[0]!.includes(away), log.join("\n"));
    const moved = told(/is led by/);
    assert.equal(moved.length, 1, log.join("\n"));
    assert.ok(
      moved[0]!.endsWith(`Kafka partition moved-0 is led by ${bootstrap} now, before it was ${second.bootstrap}`),
    );
    assert.equal(told(/is back/).length, 1, log.join("\n"));
    assert.ok(told(/is back/)[0]!.includes(`Kafka partition moved-0 at ${bootstrap} is back after`), log.join("\n"));
    second = await second.restart();
  });

  it("the only broker that was named is killed: the others are known", async () => {
    await kafka.createTopic(bootstrap, "named", { assignment: [[2, 1]] });
    const write = writer("named", 1);
    await write(300);
    const named = params({ "bootstrap.servers": second.bootstrap });
    await reading(ConsumerStrategies.Subscribe(["named"], named), async until => {
      await until(300);
      await second.kill9();
      await write(300);
      await until(600);
    });
    assert.equal(told(/is led by/).length, 1, log.join("\n"));
    second = await second.restart();
  });

  it("a partition more", async () => {
    await kafka.createTopic(bootstrap, "wider");
    const write = writer("wider", 1);
    await reading(ConsumerStrategies.Subscribe(["wider"], params({ "auto.offset.reset": "latest" })), async until => {
      await write(10);
      await until(10);
      await kafka.addPartitions(bootstrap, "wider", 2);
      await kafka.send(bootstrap, "wider", [{ value: "new", partition: 1 }]);
      await until(11);
    });
    const lines = told(/new partition/);
    assert.equal(lines.length, 1, log.join("\n"));
    assert.match(lines[0]!, /wider-1 at 127\.0\.0\.1:\d+$/);
  });

  it("a topic that is deleted, and made anew; the others go on", async () => {
    await kafka.createTopic(bootstrap, "gone", { partitions: 2 });
    await kafka.createTopic(bootstrap, "stays");
    const write = writer("stays", 1);
    await writer("gone", 2)(10);
    // How long a topic may be unknown that was there before.
    const strategy = ConsumerStrategies.Subscribe(["gone", "stays"], params({ "request.timeout.ms": 1500 }));
    await reading(strategy, async until => {
      await write(5);
      await until(15);
      await kafka.deleteTopic(bootstrap, "gone");
      await write(5);
      await until(20);
      await kafka.createTopic(bootstrap, "gone");
      await kafka.send(bootstrap, "gone", [{ value: "anew" }]);
      await until(21);
    });
    const lines = told(/was deleted/);
    assert.equal(lines.length, 1, log.join("\n"));
    assert.match(
      lines[0]!,
      /gone-0 at 127\.0\.0\.1:\d+ \(read up to offset 5\), gone-1 at 127\.0\.0\.1:\d+ \(read up to offset 5\)/,
    );
    assert.match(told(/new partitions/)[0] ?? "", /gone-0 at 127/);
  });

  for (const topic of ["vanishes-known", "vanishes-new"]) {
    it(`a topic that is deleted between two questions of a look for partitions: ${topic}`, async () => {
      const isNew = topic === "vanishes-new";
      await kafka.createTopic(bootstrap, `${topic}-stays`);
      if (!isNew) await kafka.createTopic(bootstrap, topic);
      const write = writer(`${topic}-stays`, 1);
      const pattern = ConsumerStrategies.SubscribePattern(`${topic}.*`, params({ "request.timeout.ms": 1000 }));
      let deletes = false;
      const strategy = Object.assign(Object.create(pattern) as typeof pattern, {
        partitions: (client: KafkaClient) =>
          pattern.partitions({
            topicNames: async () => {
              if (deletes && isNew) await kafka.createTopic(bootstrap, topic);
              const names = await client.topicNames();
              if (deletes) await kafka.deleteTopic(bootstrap, topic);
              deletes = false;
              return names;
            },
            partitionsOf: (name: string) => client.partitionsOf(name),
          } as KafkaClient),
      });
      await reading(strategy, async until => {
        await write(5);
        await until(5);
        deletes = true;
        await write(5);
        await until(10);
      });
      assert.equal(deletes, false);
      assert.equal(told(/was deleted/).length, isNew ? 0 : 1, log.join("\n"));
    });
  }

  for (const { what, records } of [
    { what: "less", records: 4 },
    { what: "more", records: 30 },
  ]) {
    it(`a topic that is made anew between two batches, with ${what} records than before`, async () => {
      const topic = `anew-${what}`;
      await kafka.createTopic(bootstrap, topic, { partitions: 2 });
      const seen: string[] = [];
      const clock = new ManualClock();
      const ssc = new StreamingContext(sc, Seconds(1), { clock });
      const strategy = ConsumerStrategies.Subscribe([topic], params());
      KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, strategy)
        .map((r: ConsumerRecord) => r.value)
        .foreachRDD(async rdd => {
          seen.push(...(await rdd.collect()));
        });
      await ssc.start();
      await writer(topic, 2)(20);
      await clock.advance(1000);
      assert.equal(seen.length, 20, log.join("\n"));
      await kafka.deleteTopic(bootstrap, topic);
      await kafka.createTopic(bootstrap, topic, { partitions: 2 });
      await writer(topic, 2)(records);
      await clock.advance(1000);
      await clock.advance(1000);
      assert.equal(seen.length, 20 + records, log.join("\n"));
      await ssc.stop(false);
      assert.equal(ssc.failure, undefined);
      const lines = told(/made anew/);
      assert.equal(lines.length, 1, log.join("\n"));
      assert.match(
        lines[0]!,
        new RegExp(`${topic}-0 at 127\\.0\\.0\\.1:\\d+ \\(read up to offset 10\\), ${topic}-1 at 127.*offset 10`),
      );
    });
  }

  it("records that retention deletes before they are read", async () => {
    await kafka.createTopic(bootstrap, "short", { partitions: 2 });
    await writer("short", 2)(20);
    sc.conf.set("spark.streaming.kafka.maxRatePerPartition", "2");
    const clock = new ManualClock();
    const ssc = new StreamingContext(sc, Seconds(1), { clock });
    const ranges: string[] = [];
    KafkaUtils.createDirectStream(
      ssc,
      LocationStrategies.PreferConsistent,
      ConsumerStrategies.Subscribe(["short"], params()),
    ).foreachRDD(async rdd => {
      assert.equal(
        await rdd.count(),
        rdd.offsetRanges.reduce((sum, r) => sum + r.count(), 0),
      );
      ranges.push(rdd.offsetRanges.map(r => `${r.fromOffset}-${r.untilOffset}`).join(" "));
    });
    const heard: unknown[] = [];
    ssc.addStreamingListener({
      onBatchSubmitted: ({ batchInfo }) => {
        const [info] = batchInfo.streamIdToInputInfo.values();
        heard.push([info!.rateLimit, info!.metadata.lag?.map(l => `${l.topic}-${l.partition}: ${l.lag}`).join()]);
      },
    });
    await ssc.start();
    await clock.advance(1000);
    await kafka.deleteRecords(bootstrap, "short", 1, 7);
    await clock.advance(2000);
    await ssc.stop(false);
    assert.equal(ssc.failure, undefined);
    assert.deepEqual(ranges, ["0-2 0-2", "2-4 7-9", "4-6 9-10"]);
    // What listeners know: the limit of the stream, records per second, and what each partition still had.
    assert.deepEqual(heard, [
      [4, "short-0: 8,short-1: 8"],
      [4, "short-0: 6,short-1: 1"],
      [4, "short-0: 4,short-1: 0"],
    ]);
    const lines = told(/./);
    assert.equal(lines.length, 1, log.join("\n"));
    assert.match(
      lines[0]!,
      /offset 2 of short-1 at 127\.0\.0\.1:\d+ is out of range, the broker has 7 to 10: 5 records were deleted/,
    );
  });

  it("topics that appear, by a pattern", async () => {
    await kafka.createTopic(bootstrap, "seen-a");
    await reading(ConsumerStrategies.SubscribePattern("seen-.", params()), async until => {
      await writer("seen-a", 1)(3);
      await until(3);
      await kafka.createTopic(bootstrap, "seen-b");
      await writer("seen-b", 1)(4);
      await until(7);
    });
    assert.equal(told(/new partitions/).length, 1, log.join("\n"));
    assert.match(told(/new partitions/)[0]!, /seen-b-0 at 127\.0\.0\.1:\d+$/);
  });
});
