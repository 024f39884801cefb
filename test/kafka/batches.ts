// Kafka's record batches, written by hand, as the decoder's tests need them.
import { crc32c } from "../../src/connectors/kafka/protocol/crc32c.js";

export interface TestRecord {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly headers?: readonly (readonly [name: string, value: string | null])[];
  /** Added to the batch's timestamp. */
  readonly timestampDelta?: number;
  /** Default: its place in the list. */
  readonly offsetDelta?: number;
}

export interface TestBatch {
  readonly baseOffset?: number;
  readonly records: readonly TestRecord[];
  readonly timestamp?: number;
  readonly maxTimestamp?: number;
  readonly attributes?: number;
  readonly producerId?: number;
  /** Default: the last record's. */
  readonly lastOffsetDelta?: number;
  readonly magic?: number;
  readonly compress?: (records: Buffer) => Buffer;
}

/** The zigzag varint of a number, of any size up to 2^53. */
export function varint(n: number): Buffer {
  const bytes: number[] = [];
  let z = n < 0 ? -2 * n - 1 : 2 * n;
  while (z >= 128) {
    bytes.push((z % 128) | 128);
    z = Math.floor(z / 128);
  }
  bytes.push(z);
  return Buffer.from(bytes);
}

const sized = (text: string | null | undefined) =>
  text === null || text === undefined ? [varint(-1)] : [varint(Buffer.byteLength(text)), Buffer.from(text)];

export function record(r: TestRecord, index: number): Buffer {
  const headers = r.headers ?? [];
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(r.timestampDelta ?? 0),
    varint(r.offsetDelta ?? index),
    ...sized(r.key),
    ...sized(r.value),
    varint(headers.length),
    ...headers.flatMap(([name, value]) => [...sized(name), ...sized(value)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

export function batch(b: TestBatch): Buffer {
  const plain = Buffer.concat(b.records.map(record));
  const records = b.compress ? b.compress(plain) : plain;
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(BigInt(b.baseOffset ?? 0), 0);
  header.writeInt32BE(49 + records.length, 8);
  header.writeInt8(b.magic ?? 2, 16);
  header.writeInt16BE(b.attributes ?? 0, 21);
  const last = b.records.at(-1)?.offsetDelta ?? b.records.length - 1;
  header.writeInt32BE(b.lastOffsetDelta ?? last, 23);
  header.writeBigInt64BE(BigInt(b.timestamp ?? 0), 27);
  header.writeBigInt64BE(BigInt(b.maxTimestamp ?? b.timestamp ?? 0), 35);
  header.writeBigInt64BE(BigInt(b.producerId ?? -1), 43);
  header.writeInt32BE(b.records.length, 57);
  const whole = Buffer.concat([header, records]);
  whole.writeUInt32BE(crc32c(whole, 21), 17);
  return whole;
}

export const TRANSACTIONAL = 0x10;
export const CONTROL = 0x20;
export const LOG_APPEND_TIME = 0x08;

/** The marker that ends a transaction. */
export function marker(baseOffset: number, producerId: number, kind: "abort" | "commit"): Buffer {
  const key = String.fromCharCode(0, 0, 0, kind === "abort" ? 0 : 1);
  return batch({
    baseOffset,
    producerId,
    attributes: TRANSACTIONAL | CONTROL,
    records: [{ key, value: "\0\0\0\0\0\0" }],
  });
}
