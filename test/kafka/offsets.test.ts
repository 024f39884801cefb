import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import type { KafkaClient } from "../../src/connectors/kafka/client/kafka-client.js";
import { ConsumerStrategies } from "../../src/connectors/kafka/consumer-strategies.js";
import { KafkaUtils } from "../../src/connectors/kafka/kafka-utils.js";
import { OffsetRange } from "../../src/connectors/kafka/offset-range.js";
import { recordsPerPartition } from "../../src/connectors/kafka/rate-limit.js";
import { startOffsets } from "../../src/connectors/kafka/start-offsets.js";
import type { TopicPartition } from "../../src/connectors/kafka/topic-partition.js";
import { setLogSink } from "../../src/core/log/logger.js";

describe("OffsetRange", () => {
  it("is from an offset to before another", () => {
    const range = OffsetRange.create("t", 1, 10, 15);
    assert.equal(range.count(), 5);
    assert.deepEqual(range.topicPartition(), { topic: "t", partition: 1 });
    assert.equal(String(range), "OffsetRange(topic: 't', partition: 1, range: [10 -> 15])");
    assert.deepEqual(OffsetRange.create({ topic: "t", partition: 1 }, 10, 15), range);
  });

  for (const [args, message] of [
    [["t", 0, 5, 4], /untilOffset is 4: it cannot be before fromOffset \(5\)/],
    [["t", -1, 0, 4], /partition is -1: it takes a whole number from 0/],
    [["t", 0, 0.5, 4], /fromOffset is 0.5/],
    [["", 0, 0, 4], /takes the name of a topic/],
  ] as [[string, number, number, number], RegExp][]) {
    it(`refuses ${JSON.stringify(args)}`, () => {
      assert.throws(() => OffsetRange.create(...args), { name: "IllegalArgumentError", message });
    });
  }
});

/** A cluster with one topic `t`: per partition its first and next offset, and what the group `g` has committed. */
function cluster(partitions: { first: number; end: number; committed?: number }[]): KafkaClient {
  const offsets = (ps: readonly TopicPartition[], key: "first" | "end" | "committed") =>
    ps.flatMap(p => {
      const offset = partitions[p.partition]![key];
      return offset === undefined ? [] : [{ ...p, offset }];
    });
  return {
    addresses: "test:1",
    topicNames: async () => ["t", "tt", "__consumer_offsets"],
    partitionsOf: async () => partitions.map((_, i) => i),
    earliest: async (ps: TopicPartition[]) => offsets(ps, "first"),
    latest: async (ps: TopicPartition[]) => offsets(ps, "end"),
    committed: async (_group: string, ps: TopicPartition[]) => offsets(ps, "committed"),
  } as unknown as KafkaClient;
}

describe("where a stream starts", () => {
  const params = { "bootstrap.servers": "test:1", "group.id": "g" };
  const log = [
    { first: 0, end: 10 },
    { first: 5, end: 20, committed: 7 },
    { first: 5, end: 20, committed: 2 },
    { first: 0, end: 30, committed: 3 },
  ];
  const named = [{ topic: "t", partition: 3, offset: 9 }];

  const start = async (reset: string, offsets = named, client = cluster(log)) => {
    const strategy = ConsumerStrategies.Subscribe(["t"], { ...params, "auto.offset.reset": reset }, offsets);
    const found = await startOffsets(client, strategy as never, await strategy.partitions(client));
    return found.map(o => o.offset);
  };

  it("named offset, else committed one, else the end that auto.offset.reset says", async () => {
    const lines: string[] = [];
    const restore = setLogSink(line => lines.push(line));
    try {
      assert.deepEqual(await start("earliest"), [0, 7, 5, 9]);
      assert.deepEqual(await start("latest"), [10, 7, 20, 9]);
    } finally {
      restore();
    }
    assert.equal(lines.length, 2);
    assert.match(
      lines[0]!,
      /offset 2 that group g committed for t-2 is not there \(the broker has 5 to 20\): starting at 5/,
    );
  });

  it("auto.offset.reset=none refuses to guess", async () => {
    await assert.rejects(start("none"), {
      code: "KAFKA_NO_OFFSET",
      message: /group "g" has no committed offset for .*t-0/,
    });
    const gone = cluster([{ first: 5, end: 20, committed: 2 }]);
    await assert.rejects(start("none", [], gone), { code: "KAFKA_OFFSET_OUT_OF_RANGE" });
  });

  it("a named offset that is not there is an error that says what is", async () => {
    await assert.rejects(start("earliest", [{ topic: "t", partition: 0, offset: 11 }]), {
      code: "KAFKA_OFFSET_OUT_OF_RANGE",
      message: /Offset 11 of Kafka partition t-0 is out of range: the broker has 0 to 10/,
    });
  });

  it("an offset of what is not read is an error", async () => {
    await assert.rejects(start("earliest", [{ topic: "tt", partition: 0, offset: 1 }]), {
      code: "KAFKA_STRAY_OFFSET",
      message: /given for Kafka partition tt-0, which is not among what is read: Subscribe\(topics t at test:1\)/,
    });
  });

  it("a map of partitions to offsets is taken as in Scala", async () => {
    const offsets = new Map([[{ topic: "t", partition: 0 }, 4]]);
    const strategy = ConsumerStrategies.Subscribe("t", params, offsets);
    assert.deepEqual(strategy.offsets, [{ topic: "t", partition: 0, offset: 4 }]);
  });
});

describe("strategies", () => {
  const params = { "bootstrap.servers": "test:1" };
  const client = cluster([
    { first: 0, end: 1 },
    { first: 0, end: 1 },
  ]);
  const names = async (strategy: { partitions(c: KafkaClient): Promise<TopicPartition[]> }) =>
    (await strategy.partitions(client)).map(p => `${p.topic}-${p.partition}`);

  it("Subscribe is all partitions of its topics", async () => {
    assert.deepEqual(await names(ConsumerStrategies.Subscribe(["t"], params)), ["t-0", "t-1"]);
  });

  it("SubscribePattern matches whole names and leaves internal topics out", async () => {
    assert.deepEqual(await names(ConsumerStrategies.SubscribePattern(/t/g, params)), ["t-0", "t-1"]);
    assert.deepEqual(await names(ConsumerStrategies.SubscribePattern(/.*/, params)), ["t-0", "t-1", "tt-0", "tt-1"]);
  });

  it("Assign has each partition once, however often it is named", async () => {
    const twice = [0, 1, 0].map(partition => ({ topic: "t", partition }));
    assert.deepEqual(await names(ConsumerStrategies.Assign(twice, params)), ["t-0", "t-1"]);
  });

  it("Assign is exactly its partitions, which must exist", async () => {
    assert.deepEqual(await names(ConsumerStrategies.Assign([{ topic: "t", partition: 1 }], params)), ["t-1"]);
    await assert.rejects(names(ConsumerStrategies.Assign([{ topic: "t", partition: 2 }], params)), {
      message: /t-2 does not exist at test:1: the topic has the partitions 0 to 1/,
    });
  });

  it("is shown as what it reads, without passwords", () => {
    const secret = { "sasl.username": "ann", "sasl.password": "hunter2", "security.protocol": "SASL_PLAINTEXT" };
    const strategy = ConsumerStrategies.Subscribe(["t", "u"], { ...params, ...secret });
    assert.equal(inspect(strategy), "Subscribe(topics t, u at test:1)");
    assert.equal(strategy.settings.connection.sasl?.password, "hunter2");
  });

  it("nothing to read is refused at once", () => {
    assert.throws(() => ConsumerStrategies.Subscribe([], params), { name: "IllegalArgumentError" });
    assert.throws(() => ConsumerStrategies.Assign([], params), { name: "IllegalArgumentError" });
    assert.throws(() => ConsumerStrategies.Assign([{ topic: "t", partition: -1 }], params), /whole number from 0/);
  });

  it("what is no list, no parameters and no strategy is told as such", () => {
    const wrong = { name: "IllegalArgumentError" };
    assert.throws(() => ConsumerStrategies.Subscribe(["t"], undefined as never), {
      ...wrong,
      message: /^kafkaParams is/,
    });
    assert.throws(
      () => ConsumerStrategies.Assign(undefined as never, params),
      /it takes a list of { topic, partition }/,
    );
    const offsets = { "t-0": 3 } as never;
    assert.throws(() => ConsumerStrategies.Subscribe(["t"], params, offsets), /Subscribe's offsets is/);
    assert.throws(() => KafkaUtils.createRDD({} as never, params, "t" as never), /it takes a list of OffsetRange/);
    for (const [range, message] of [
      [null, /^Element 1 of createRDD's third argument is null: it takes OffsetRange\.$/],
      [{ topic: "t", partition: 0, fromOffset: 3, untilOffset: 1 }, /untilOffset is 1: it cannot be before/],
    ] as const) {
      const ranges = [OffsetRange.create("t", 0, 0, 1), range as never];
      assert.throws(() => KafkaUtils.createRDD({} as never, params, ranges), { ...wrong, message });
    }
    assert.throws(() => ConsumerStrategies.Assign([null as never], params), {
      ...wrong,
      message: /^Element 0 of Assign/,
    });
    for (const pattern of ["(", undefined, 5]) {
      assert.throws(() => ConsumerStrategies.SubscribePattern(pattern as never, params), {
        ...wrong,
        message: /^SubscribePattern's pattern is .*: it takes a regular expression/,
      });
    }
    assert.throws(() => KafkaUtils.createDirectStream({} as never, {} as never, undefined as never), wrong);
  });
});

describe("recordsPerPartition", () => {
  const lags = [
    { topic: "t", partition: 0, lag: 300 },
    { topic: "t", partition: 1, lag: 100 },
  ];
  const limits = { maxPerPartition: 0, minPerPartition: 1, initial: undefined };

  it("limits nothing unless told to", () => {
    assert.equal(recordsPerPartition(lags, limits, undefined, 2), undefined);
  });

  it("shares a rate out by lag", () => {
    const most = recordsPerPartition(lags, limits, 100, 2);
    assert.deepEqual(
      [...most!],
      [
        ["t-0", 150],
        ["t-1", 50],
      ],
    );
  });

  it("keeps each partition between its least and its most", () => {
    const most = recordsPerPartition(lags, { ...limits, maxPerPartition: 40, minPerPartition: 60 }, 100, 2);
    assert.deepEqual(
      [...most!],
      [
        ["t-0", 80],
        ["t-1", 60],
      ],
    );
  });
});
