import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { appendRecords, type ConsumerRecord } from "../../src/connectors/kafka/consumer-record.js";
import { ByteArrayDeserializer } from "../../src/connectors/kafka/deserializers.js";
import { isWrittenBy, type Mark, readMark, writeMark } from "../../src/connectors/kafka/producer/mark.js";
import { murmur2 } from "../../src/connectors/kafka/producer/murmur2.js";
import { readProducerParams } from "../../src/connectors/kafka/producer/producer-params.js";
import { recordBatches } from "../../src/connectors/kafka/protocol/record-batch.js";
import { encodeBatch, type RawRecord, RecordWriter } from "../../src/connectors/kafka/protocol/write-records.js";

const at = { topic: "t", partition: 3 };

/** What a reader finds in a batch of these records. */
function readBack(records: readonly RawRecord[], producerId: number) {
  const writer = new RecordWriter(at.topic, at.partition);
  for (const record of records) writer.append(record);
  const bytes = encodeBatch(writer.take(), {
    producerId,
    producerEpoch: 2,
    baseSequence: 7,
    transactional: producerId >= 0,
  });
  const [batch, ...more] = recordBatches(bytes, 0, true, at);
  assert.equal(more.length, 0);
  const block = {
    ...at,
    bytes: batch!.records,
    baseOffset: batch!.baseOffset,
    baseTimestamp: batch!.baseTimestamp,
    appendTime: batch!.appendTime,
    keyDeserializer: ByteArrayDeserializer,
    valueDeserializer: ByteArrayDeserializer,
  };
  const out: ConsumerRecord<Buffer, Buffer>[] = [];
  assert.equal(appendRecords(out, block, batch!.count, 0, batch!.lastOffset + 1, true), undefined);
  return { batch: batch!, records: out };
}

describe("records that are written", () => {
  const bytes = fc.option(fc.uint8Array({ maxLength: 200 }).map(a => Buffer.from(a)));
  const anyRecord = fc.record({
    key: bytes,
    value: bytes,
    headers: fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), bytes), { selector: ([name]) => name, maxLength: 4 }),
    timestamp: fc.integer({ min: 0, max: 2 ** 45 }),
  });

  it("are what is read", () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: -1, max: 2 ** 40 }),
        (records, id) => {
          const { batch, records: found } = readBack(records, id);
          assert.equal(batch.producerId, id);
          assert.equal(batch.transactional, id >= 0);
          found.forEach((r, i) => {
            const { key, value, headers, timestamp } = records[i]!;
            assert.deepEqual([r.offset, r.key, r.value, r.timestamp], [i, key, value, timestamp]);
            // As text, since a header may be named like a member of every object.
            const sorted = (entries: [string, unknown][]) => entries.map(([name, b]) => `${name}=${b}`).sort();
            assert.deepEqual(
              sorted(Object.entries(r.headers)),
              sorted(headers.map(([name, b]) => [name, b ?? Buffer.alloc(0)])),
            );
          });
          assert.equal(found.length, records.length);
        },
      ),
    );
  });
});

it("murmur2 is Java's: values of Kafka's own tests", () => {
  for (const [text, hash] of [
    ["21", -973932308],
    ["foobar", -790332482],
    ["a-little-bit-long-string", -985981536],
    ["a-little-bit-longer-string", -1486304829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
    ["abc", 479470107],
  ] as const) {
    assert.equal(murmur2(Buffer.from(text)), hash, text);
  }
});

describe("marks", () => {
  const mark: Mark = { run: "r1", count: 4, done: { a: 3000, b: 2000 } };

  it("are found among other texts, the latest one", () => {
    const older = { ...mark, count: 3, done: { a: 9000 } };
    assert.deepEqual(readMark(["", "by hand", writeMark(older), writeMark(mark), "tspark {"]), mark);
    assert.equal(readMark(["", "by hand"]), undefined);
  });

  it("say of each output which batches of the same run were written", () => {
    const says = (run: string, output: string, batch: number) => isWrittenBy(mark, { run, output, batch });
    assert.deepEqual(
      [says("r1", "a", 3000), says("r1", "a", 2000), says("r1", "a", 4000), says("r1", "b", 3000), says("r1", "c", 0)],
      [true, true, false, false, false],
    );
    assert.equal(says("r2", "a", 1000), false);
  });
});

describe("kafkaParams of a writer", () => {
  const minimal = { "bootstrap.servers": "127.0.0.1:9092" };

  it("have Kafka's defaults", () => {
    const { write, ...rest } = readProducerParams(minimal);
    assert.deepEqual(rest, { transactionalId: undefined, transactionTimeoutMs: 60_000, groupId: undefined });
    assert.equal(write.acks, -1);
    assert.equal(write.idempotent, true);
    assert.equal(write.codec, 0);
    assert.equal(write.connection.patienceMs, 120_000);
  });

  it("may be a reader's, too", () => {
    const both = { ...minimal, "group.id": "g", "auto.offset.reset": "earliest", "compression.type": "zstd", acks: 1 };
    const { write, groupId } = readProducerParams(both);
    assert.deepEqual([groupId, write.codec, write.acks, write.idempotent], ["g", 4, 1, false]);
  });

  it("that are misspelt or wrong are refused", () => {
    assert.throws(
      () => readProducerParams({ ...minimal, "compresion.type": "gzip" }),
      /Did you mean "compression.type"/,
    );
    assert.throws(() => readProducerParams({ ...minimal, acks: 0 }), /acks.*it takes all, -1, 1/);
    assert.throws(() => readProducerParams({ ...minimal, "value.serializer": "my.Own" }), /it takes a function/);
  });
});
