import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { AbortedTransactions } from "../../src/connectors/kafka/protocol/aborted-transactions.js";
import { crc32c, crc32cByTables } from "../../src/connectors/kafka/protocol/crc32c.js";
import { PIECE } from "../../src/connectors/kafka/protocol/crc32c-wasm.js";
import { decodeFetch, encodeFetch } from "../../src/connectors/kafka/protocol/fetch.js";
import { readInt64, writeInt64 } from "../../src/connectors/kafka/protocol/integers.js";
import { firstBatchSize, recordBatches } from "../../src/connectors/kafka/protocol/record-batch.js";
import { batch, LOG_APPEND_TIME, marker, TRANSACTIONAL } from "./batches.js";

const here = { topic: "t", partition: 3 };

describe("crc32c", () => {
  it("agrees with the vectors of RFC 3720", () => {
    const ascending = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
    assert.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
    assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
    assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
    assert.equal(crc32c(ascending), 0x46dd794e);
  });

  it("is the same, bit by bit, for any part of any bytes", () => {
    const bitwise = (bytes: Uint8Array) => {
      let crc = 0xffffffff;
      for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
      }
      return ~crc >>> 0;
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), fc.nat(20), (bytes, front, back) => {
        const end = Math.max(front, bytes.length - back);
        return crc32c(bytes, front, Math.min(end, bytes.length)) === bitwise(bytes.subarray(front, end));
      }),
    );
  });
});

describe("crc32c of many bytes", () => {
  const bytes = Uint8Array.from({ length: 3 * PIECE }, (_, i) => Math.imul(i + 1, 2654435761) >>> 13);

  it("is what the tables say, whatever the length, and for each single bit", () => {
    const borders = [512, 1264, 2528, PIECE, 2 * PIECE].flatMap(n => [-17, -16, -1, 0, 1, 15, 16].map(d => n + d));
    const lengths = fc.oneof(fc.constantFrom(...borders), fc.integer({ min: 1, max: 2.5 * PIECE }));
    fc.assert(
      fc.property(lengths, fc.nat(100), fc.nat(), (length, start, bit) => {
        const part = bytes.slice(start, start + length);
        part[(bit >>> 3) % length]! ^= 1 << (bit & 7);
        return crc32c(part) === crc32cByTables(part, 0, length);
      }),
    );
  });
});

describe("INT64", () => {
  it("is read and written as numbers up to 2^53, negative too", () => {
    const bytes = Buffer.alloc(8);
    for (const n of [
      0,
      1,
      -1,
      -2,
      2 ** 31,
      2 ** 32,
      -(2 ** 32) - 5,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ]) {
      writeInt64(bytes, 0, n);
      assert.equal(Number(bytes.readBigInt64BE(0)), n);
      assert.equal(readInt64(bytes, 0), n);
    }
  });
});

describe("recordBatches", () => {
  it("reads the header of every batch", () => {
    const data = Buffer.concat([
      batch({ baseOffset: 7, timestamp: 1_700_000_000_123, records: [{ value: "a" }, { value: "b" }] }),
      batch({
        baseOffset: 9,
        attributes: LOG_APPEND_TIME | TRANSACTIONAL | 4,
        maxTimestamp: 1_700_000_000_999,
        producerId: 55,
        records: [{ value: "c" }],
        lastOffsetDelta: 5,
      }),
    ]);
    const seen = [...recordBatches(data, 0, true, here)].map(({ records, ...rest }) => rest);
    assert.deepEqual(seen, [
      {
        baseOffset: 7,
        lastOffset: 8,
        codec: 0,
        baseTimestamp: 1_700_000_000_123,
        appendTime: undefined,
        transactional: false,
        control: false,
        producerId: -1,
        count: 2,
      },
      {
        baseOffset: 9,
        lastOffset: 14,
        codec: 4,
        baseTimestamp: 0,
        appendTime: 1_700_000_000_999,
        transactional: true,
        control: false,
        producerId: 55,
        count: 1,
      },
    ]);
  });

  it("leaves out a batch that was cut off, and those that end before the offset", () => {
    const first = batch({ baseOffset: 0, records: [{ value: "a" }, { value: "b" }] });
    const second = batch({ baseOffset: 2, records: [{ value: "c" }] });
    const cut = Buffer.concat([first, second.subarray(0, second.length - 1)]);
    assert.deepEqual(
      [...recordBatches(cut, 0, true, here)].map(b => b.baseOffset),
      [0],
    );
    assert.deepEqual(
      [...recordBatches(Buffer.concat([first, second]), 2, true, here)].map(b => b.baseOffset),
      [2],
    );
    assert.deepEqual([...recordBatches(second.subarray(0, 11), 0, true, here)], []);
    assert.equal(firstBatchSize(second.subarray(0, 20)), second.length);
    assert.equal(firstBatchSize(second.subarray(0, 11)), undefined);
  });

  it("refuses a checksum that does not match, unless it is not to be checked", () => {
    const data = batch({ baseOffset: 41, records: [{ value: "abc" }] });
    data[data.length - 2]! ^= 1;
    assert.throws(() => [...recordBatches(data, 0, true, here)], {
      code: "KAFKA_CORRUPT_BATCH",
      message: /offset 41 of Kafka partition t-3 is corrupt: its CRC-32C does not match/,
    });
    assert.equal([...recordBatches(data, 0, false, here)].length, 1);
  });

  it("refuses the formats from before Kafka 0.11", () => {
    const data = batch({ baseOffset: 5, magic: 1, records: [{ value: "abc" }] });
    assert.throws(() => [...recordBatches(data, 0, true, here)], {
      code: "KAFKA_OLD_MESSAGE_FORMAT",
      message: /t-3 holds records at offset 5 in message format v1/,
    });
  });
});

describe("AbortedTransactions", () => {
  const transactional = (baseOffset: number, producerId: number) =>
    batch({ baseOffset, producerId, attributes: TRANSACTIONAL, records: [{ value: "x" }] });

  const kept = (data: Buffer[], aborted: { producerId: number; firstOffset: number }[]) => {
    const transactions = new AbortedTransactions(aborted);
    return [...recordBatches(Buffer.concat(data), 0, true, here)]
      .filter(b => !transactions.leavesOut(b))
      .map(b => b.baseOffset);
  };

  it("leaves out what was aborted and every marker, and keeps what the same producer commits later", () => {
    const log = [
      transactional(0, 1),
      transactional(1, 2),
      batch({ baseOffset: 2, records: [{ value: "plain" }] }),
      marker(3, 1, "abort"),
      transactional(4, 1),
      marker(5, 2, "commit"),
      marker(6, 1, "commit"),
    ];
    assert.deepEqual(kept(log, [{ producerId: 1, firstOffset: 0 }]), [1, 2, 4]);
  });

  it("knows several aborted transactions of one producer", () => {
    const log = [
      transactional(0, 1),
      marker(1, 1, "abort"),
      transactional(2, 1),
      marker(3, 1, "commit"),
      transactional(4, 1),
      marker(5, 1, "abort"),
    ];
    const aborted = [
      { producerId: 1, firstOffset: 4 },
      { producerId: 1, firstOffset: 0 },
    ];
    assert.deepEqual(kept(log, aborted), [2]);
  });

  it("keeps everything but markers when nothing is named, as for read_uncommitted", () => {
    assert.deepEqual(kept([transactional(0, 1), marker(1, 1, "abort"), transactional(2, 1)], []), [0, 2]);
  });
});

describe("Fetch", () => {
  it("is encoded by topic, as version 11 wants it", () => {
    const options = { maxWaitMs: 500, minBytes: 1, maxBytes: 1000, readCommitted: true };
    const bytes = encodeFetch(
      [
        { topic: "a", partition: 0, offset: 5, maxBytes: 100 },
        { topic: "bé", partition: 1, offset: 2 ** 40, maxBytes: 200 },
        { topic: "a", partition: 2, offset: 7, maxBytes: 300 },
      ],
      options,
    );
    const hex = bytes.toString("hex").replace(/(.{8})/g, "$1 ");
    const expected = Buffer.concat([
      Buffer.from("ffffffff000001f400000001000003e80100000000ffffffff00000002", "hex"),
      Buffer.from("000161", "hex"),
      Buffer.from("00000002", "hex"),
      Buffer.from("00000000ffffffff0000000000000005ffffffffffffffff00000064", "hex"),
      Buffer.from("00000002ffffffff0000000000000007ffffffffffffffff0000012c", "hex"),
      Buffer.from("000362c3a9", "hex"),
      Buffer.from("00000001", "hex"),
      Buffer.from("00000001ffffffff0000010000000000ffffffffffffffff000000c8", "hex"),
      Buffer.from("000000000000", "hex"),
    ]);
    assert.equal(hex, expected.toString("hex").replace(/(.{8})/g, "$1 "));
  });

  it("is decoded with aborted transactions and errors of partitions", () => {
    const part = (partition: number, errorCode: number, aborted: number[][] | null, data: Buffer | null) => {
      const head = Buffer.alloc(34);
      head.writeInt32BE(partition, 0);
      head.writeInt16BE(errorCode, 4);
      writeInt64(head, 6, 100);
      writeInt64(head, 14, 90);
      writeInt64(head, 22, 10);
      head.writeInt32BE(aborted?.length ?? -1, 30);
      const list = (aborted ?? []).map(([producerId, firstOffset]) => {
        const entry = Buffer.alloc(16);
        writeInt64(entry, 0, producerId!);
        writeInt64(entry, 8, firstOffset!);
        return entry;
      });
      const tail = Buffer.alloc(8);
      tail.writeInt32BE(-1, 0);
      tail.writeInt32BE(data?.length ?? -1, 4);
      return Buffer.concat([head, ...list, tail, data ?? Buffer.alloc(0)]);
    };
    const bytes = Buffer.concat([
      Buffer.from("00000000000000000000", "hex"),
      Buffer.from("00000001", "hex"),
      Buffer.from("000174", "hex"),
      Buffer.from("00000002", "hex"),
      part(0, 0, [[7, 20]], Buffer.from("abc")),
      part(1, 1, null, null),
    ]);
    const { errorCode, partitions } = decodeFetch(bytes);
    assert.equal(errorCode, 0);
    assert.deepEqual(
      partitions.map(({ data, ...rest }) => ({ ...rest, data: data.toString() })),
      [
        {
          topic: "t",
          partition: 0,
          errorCode: 0,
          highWatermark: 100,
          lastStableOffset: 90,
          logStartOffset: 10,
          aborted: [{ producerId: 7, firstOffset: 20 }],
          data: "abc",
        },
        {
          topic: "t",
          partition: 1,
          errorCode: 1,
          highWatermark: 100,
          lastStableOffset: 90,
          logStartOffset: 10,
          aborted: [],
          data: "",
        },
      ],
    );
  });
});
