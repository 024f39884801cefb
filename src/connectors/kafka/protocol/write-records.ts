import { crc32c } from "./crc32c.js";
import { writeInt64 } from "./integers.js";

/** A record as it goes to Kafka: its texts are bytes already. */
export interface RawRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[];
  /** ms since the epoch */
  readonly timestamp: number;
}

/** Records of one partition, written one after the other; plain data, so that they can be made in any thread. */
export interface RecordRun {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  /** What the records' own times are added to, ms. */
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  /** The records, not compressed. */
  readonly bytes: Uint8Array;
}

const FIRST_SIZE = 4096;

/** Writes records of one partition, in the form that {@link RecordRun} holds (see `consumer-record.ts` for the format). */
export class RecordWriter {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE);
  #at = 0;
  #count = 0;
  #baseTimestamp = 0;
  #maxTimestamp = 0;

  constructor(
    private readonly topic: string,
    private readonly partition: number,
  ) {}

  /** Bytes so far. */
  get size(): number {
    return this.#at;
  }

  get count(): number {
    return this.#count;
  }

  append({ key, value, headers, timestamp }: RawRecord): void {
    if (this.#count === 0) this.#baseTimestamp = this.#maxTimestamp = timestamp;
    else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    const delta = timestamp - this.#baseTimestamp;
    const names = headers.map(([name]) => Buffer.from(name));
    let body = 1 + varintSize(delta) + varintSize(this.#count) + sizedSize(key) + sizedSize(value);
    body += varintSize(headers.length);
    headers.forEach(([, bytes], i) => {
      body += varintSize(names[i]!.length) + names[i]!.length + sizedSize(bytes);
    });
    this.#reserve(body + 5);
    this.#varint(body);
    this.#bytes[this.#at++] = 0;
    this.#varint(delta);
    this.#varint(this.#count++);
    this.#sized(key);
    this.#sized(value);
    this.#varint(headers.length);
    headers.forEach(([, bytes], i) => {
      this.#sized(names[i]!);
      this.#sized(bytes);
    });
  }

  /** What was written; the writer begins anew. */
  take(): RecordRun {
    const { topic, partition } = this;
    const times = { baseTimestamp: this.#baseTimestamp, maxTimestamp: this.#maxTimestamp };
    const run = { topic, partition, count: this.#count, ...times, bytes: this.#bytes.subarray(0, this.#at) };
    this.#bytes = Buffer.allocUnsafe(Math.max(FIRST_SIZE, this.#at));
    this.#at = 0;
    this.#count = 0;
    return run;
  }

  #reserve(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + more));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }

  /** Zigzag, seven bits a byte, the lowest first; exact up to 2^52. */
  #varint(value: number): void {
    let z = value < 0 ? -2 * value - 1 : 2 * value;
    for (; z >= 128; z = Math.floor(z / 128)) this.#bytes[this.#at++] = (z % 128) | 128;
    this.#bytes[this.#at++] = z;
  }

  #sized(bytes: Uint8Array | null): void {
    this.#varint(bytes === null ? -1 : bytes.length);
    if (bytes === null) return;
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }
}

function varintSize(value: number): number {
  let z = value < 0 ? -2 * value - 1 : 2 * value;
  let size = 1;
  for (; z >= 128; z = Math.floor(z / 128)) size++;
  return size;
}

function sizedSize(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length;
}

/** Who writes a batch: what lets the broker recognize one that it has already. */
export interface BatchProducer {
  /** -1 for a producer without number. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** The number of the batch's first record among those of this producer in the partition. */
  readonly baseSequence: number;
  readonly transactional: boolean;
}

/** How the records of a batch are compressed. */
export interface BatchCodec {
  /** Its number in a batch's attributes. */
  readonly number: number;
  compress(bytes: Buffer): Buffer;
}

const HEADER_SIZE = 61;
const TRANSACTIONAL = 0x10;

/** A record batch of a run, as the broker takes it: the form is in `record-batch.ts`. */
export function encodeBatch(run: RecordRun, producer: BatchProducer, codec?: BatchCodec): Buffer {
  const plain = Buffer.from(run.bytes.buffer, run.bytes.byteOffset, run.bytes.byteLength);
  const records = codec === undefined ? plain : codec.compress(plain);
  const out = Buffer.allocUnsafe(HEADER_SIZE + records.length);
  writeInt64(out, 0, 0);
  out.writeInt32BE(out.length - 12, 8);
  out.writeInt32BE(-1, 12);
  out.writeInt8(2, 16);
  out.writeInt16BE((codec?.number ?? 0) | (producer.transactional ? TRANSACTIONAL : 0), 21);
  out.writeInt32BE(run.count - 1, 23);
  writeInt64(out, 27, run.baseTimestamp);
  writeInt64(out, 35, run.maxTimestamp);
  writeInt64(out, 43, producer.producerId);
  out.writeInt16BE(producer.producerEpoch, 51);
  out.writeInt32BE(producer.producerId < 0 ? -1 : producer.baseSequence, 53);
  out.writeInt32BE(run.count, 57);
  records.copy(out, HEADER_SIZE);
  out.writeUInt32BE(crc32c(out, 21, out.length), 17);
  return out;
}
