import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { appendRecords, type ConsumerRecord } from "../../src/connectors/kafka/consumer-record.js";
import {
  ByteArrayDeserializer,
  type Deserializer,
  DoubleDeserializer,
  IntegerDeserializer,
  LongDeserializer,
  StringDeserializer,
} from "../../src/connectors/kafka/deserializers.js";
import { recordBatches } from "../../src/connectors/kafka/protocol/record-batch.js";
import { batch, LOG_APPEND_TIME, type TestBatch } from "./batches.js";

/** The records of a batch with offsets in `[from, until)`. */
function decode<V = string>(
  test: TestBatch,
  valueDeserializer: Deserializer<V> = StringDeserializer as Deserializer<unknown> as Deserializer<V>,
  from = 0,
  until = Number.MAX_SAFE_INTEGER,
): ConsumerRecord<string, V>[] {
  const out: ConsumerRecord<string, V>[] = [];
  const [read] = [...recordBatches(batch(test), 0, true, { topic: "t", partition: 2 })];
  const { records: bytes, baseOffset, baseTimestamp, appendTime, count } = read!;
  const shared = { bytes, topic: "t", partition: 2, baseOffset, baseTimestamp, appendTime };
  const block = { ...shared, keyDeserializer: StringDeserializer, valueDeserializer };
  const wrong = appendRecords(out, block, count, from, until, from === 0 && until === Number.MAX_SAFE_INTEGER);
  assert.equal(wrong, undefined);
  return out;
}

describe("ConsumerRecord", () => {
  const two: TestBatch = {
    baseOffset: 1000,
    timestamp: 1_700_000_000_000,
    records: [
      { key: "k", value: "väl", headers: [["h", "1"]] },
      { key: null, value: null, timestampDelta: 5_000_000_000 },
    ],
  };

  it("has Kafka's fields", () => {
    assert.deepEqual(
      decode(two).map(r => r.toJSON()),
      [
        {
          topic: "t",
          partition: 2,
          offset: 1000,
          timestamp: 1_700_000_000_000,
          key: "k",
          value: "väl",
          headers: { h: Buffer.from("1") },
        },
        { topic: "t", partition: 2, offset: 1001, timestamp: 1_705_000_000_000, key: null, value: null, headers: {} },
      ],
    );
  });

  it("knows the size of key and value", () => {
    assert.deepEqual(
      decode(two).map(r => [r.serializedKeySize, r.serializedValueSize]),
      [
        [1, 4],
        [-1, -1],
      ],
    );
  });

  it("is shown as plain data, whole and as JSON", () => {
    const [first] = decode(two);
    assert.equal(
      inspect(first, { breakLength: Number.POSITIVE_INFINITY }),
      "ConsumerRecord { topic: 't', partition: 2, offset: 1000, timestamp: 1700000000000, key: 'k', value: 'väl', headers: { h: <Buffer 31> } }",
    );
    assert.equal(JSON.parse(JSON.stringify(first)).value, "väl");
  });

  it("takes the broker's time where the topic says so", () => {
    const stamped = decode({ ...two, attributes: LOG_APPEND_TIME, maxTimestamp: 1_800_000_000_000 });
    assert.deepEqual(
      stamped.map(r => r.timestamp),
      [1_800_000_000_000, 1_800_000_000_000],
    );
  });

  it("gives a header that comes several times as a list, and none without value as empty", () => {
    const headers = [
      ["a", "1"],
      ["__proto__", "p"],
      ["a", "2"],
      ["a", "3"],
      ["b", null],
    ] as const;
    const [r] = decode({ records: [{ value: "v", headers }] });
    const entries = Object.entries(r!.headers).map(([name, v]) => [name, Array.isArray(v) ? v.map(String) : String(v)]);
    assert.deepEqual(entries, [
      ["a", ["1", "2", "3"]],
      ["__proto__", "p"],
      ["b", ""],
    ]);
  });

  it("calls a deserializer once, with the bytes and the topic, and with null for a tombstone", () => {
    const calls: unknown[] = [];
    const json: Deserializer<{ n: number } | null> = (bytes, topic) => {
      calls.push([bytes?.toString(), topic]);
      return bytes === null ? null : JSON.parse(String(bytes));
    };
    const [a, b] = decode({ records: [{ value: '{"n":1}' }, { value: null }] }, json);
    assert.equal(a!.value, a!.value);
    assert.deepEqual([a!.value, b!.value], [{ n: 1 }, null]);
    assert.deepEqual(calls, [
      ['{"n":1}', "t"],
      [undefined, "t"],
    ]);
  });

  it("has the deserializers of Java's names", () => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(2.5);
    const long = Buffer.alloc(8);
    long.writeBigInt64BE(-5n);
    assert.equal(IntegerDeserializer(Buffer.from([0, 0, 1, 0]), "t"), 256);
    assert.equal(LongDeserializer(long, "t"), -5);
    assert.equal(DoubleDeserializer(bytes, "t"), 2.5);
    assert.equal(StringDeserializer(Buffer.from("é"), "t"), "é");
    assert.equal(ByteArrayDeserializer(bytes, "t"), bytes);
    assert.equal(LongDeserializer(null, "t"), null);
    assert.throws(
      () => IntegerDeserializer(Buffer.alloc(3), "orders"),
      /orders for IntegerDeserializer.*takes 4 bytes/,
    );
  });
});

describe("appendRecords", () => {
  it("clips to the range, where offsets have gaps too", () => {
    const compacted = {
      baseOffset: 10,
      records: [0, 3, 4, 9].map(offsetDelta => ({ value: `v${offsetDelta}`, offsetDelta })),
    };
    assert.deepEqual(
      decode(compacted, StringDeserializer, 12, 19).map(r => [r.offset, r.value]),
      [
        [13, "v3"],
        [14, "v4"],
      ],
    );
  });

  it("says what is wrong with records that do not fit their batch", () => {
    const shared = { topic: "t", partition: 0, baseOffset: 0, baseTimestamp: 0, appendTime: undefined };
    const block = {
      ...shared,
      bytes: Buffer.from([40, 0, 0]),
      keyDeserializer: StringDeserializer,
      valueDeserializer: StringDeserializer,
    };
    assert.equal(appendRecords([], block, 1, 0, 10, true), "its record 0 of 1 is longer than the batch");
  });

  it("gives back any records that were written", () => {
    const text = fc.option(fc.string({ unit: "grapheme", maxLength: 40 }), { nil: null });
    const arbitrary = fc.array(
      fc.record({ key: text, value: text, timestampDelta: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }) }),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(arbitrary, fc.nat(2 ** 40), (records, baseOffset) => {
        const seen = decode({ baseOffset, timestamp: 2 ** 41, records });
        assert.deepEqual(
          seen.map(r => [r.offset, r.timestamp, r.key, r.value]),
          records.map((r, i) => [baseOffset + i, 2 ** 41 + r.timestampDelta, r.key, r.value]),
        );
      }),
      { numRuns: 50 },
    );
  });
});
