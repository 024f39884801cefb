import { inspect } from "node:util";
import { registerLoader, SHIP, type Shipped } from "../../core/closure/protocol.js";
import {
  type Deserializer,
  namedDeserializer,
  nameOfDeserializer,
  StringDeserializer,
  type TravellingDeserializer,
} from "./deserializers.js";

/**
 * The headers of a record by name; a name that was given several times has a list, in their order. A header without value
 * is an empty buffer.
 */
export type RecordHeaders = Readonly<Record<string, Buffer | readonly Buffer[]>>;

/** What the records of one batch share. */
export interface RecordBlock<K, V> {
  /** The records of the batch, decompressed. */
  readonly bytes: Buffer;
  readonly topic: string;
  readonly partition: number;
  readonly baseOffset: number;
  /** What the records' deltas are added to, ms; -1 for none. */
  readonly baseTimestamp: number;
  /** The time of all of them, where the broker stamps them. */
  readonly appendTime: number | undefined;
  readonly keyDeserializer: Deserializer<K>;
  readonly valueDeserializer: Deserializer<V>;
}

/** Says that a field was not asked for yet. */
const UNREAD: unique symbol = Symbol("unread");

/** Buffer's own decoder of a part of it, without the views and checks of `toString`. */
type WithSlice = { utf8Slice(start: number, end: number): string };

// Where the decoder of varints stands. A module variable instead of a result object: decoding allocates nothing.
let at = 0;

/** VARINT: zigzag, seven bits a byte, the lowest first. */
function varint(bytes: Buffer): number {
  let byte = bytes[at++]!;
  let value = byte & 0x7f;
  for (let shift = 7; byte & 0x80; shift += 7) {
    byte = bytes[at++]!;
    value |= (byte & 0x7f) << shift;
  }
  return (value >>> 1) ^ -(value & 1);
}

/** VARLONG: as a number, since deltas of timestamps pass 2^31 but not 2^53. */
function varlong(bytes: Buffer): number {
  let low = 0;
  let factor = 1;
  let byte: number;
  do {
    byte = bytes[at++]!;
    low += (byte & 0x7f) * factor;
    factor *= 128;
  } while (byte & 0x80);
  return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
}

function skipVarint(bytes: Buffer): void {
  while (bytes[at++]! & 0x80);
}

/*
 * Record =>
 *   length          VARINT
 *   attributes      INT8     unused
 *   timestamp_delta VARLONG
 *   offset_delta    VARINT
 *   key             length VARINT (-1: null), bytes
 *   value           length VARINT (-1: null), bytes
 *   [headers]       count VARINT: name (length VARINT, UTF-8), value (length VARINT, -1: null; bytes)
 */
/**
 * A record of Kafka: `topic`, `partition`, `offset`, `timestamp`, `key`, `value`, `headers`.
 *
 * It is a window on the bytes that were fetched: a field is decoded when it is asked for, key and value once. What is to be
 * kept for long should be taken out of it (`r => [r.key, r.value]`), as the record holds on to its whole batch.
 *
 * Kafka's name: `org.apache.kafka.clients.consumer.ConsumerRecord`.
 *
 * @example
 * // needs: kafka
 * stream.map(record => [record.key, record.value.length]);
 */
export class ConsumerRecord<K = string, V = string> {
  readonly #block: RecordBlock<K, V>;
  /** Where its attributes are. */
  readonly #start: number;
  #key: K | typeof UNREAD = UNREAD;
  #value: V | typeof UNREAD = UNREAD;

  /** @internal */
  constructor(block: RecordBlock<K, V>, start: number) {
    this.#block = block;
    this.#start = start;
  }

  get topic(): string {
    return this.#block.topic;
  }

  get partition(): number {
    return this.#block.partition;
  }

  /** Its place in the partition, a safe integer. */
  get offset(): number {
    const { bytes, baseOffset } = this.#block;
    at = this.#start + 1;
    skipVarint(bytes);
    return baseOffset + varint(bytes);
  }

  /** Milliseconds since the epoch: when it was made or, as the topic says, appended; -1 where the producer set none. */
  get timestamp(): number {
    const { bytes, baseTimestamp, appendTime } = this.#block;
    if (appendTime !== undefined) return appendTime;
    at = this.#start + 1;
    return baseTimestamp + varlong(bytes);
  }

  /** What the key deserializer made of it; `null` for a record without key. */
  get key(): K {
    if (this.#key === UNREAD) {
      this.#toKey();
      this.#key = this.#decode(this.#block.keyDeserializer);
    }
    return this.#key as K;
  }

  /** What the value deserializer made of it; `null` for a tombstone. */
  get value(): V {
    if (this.#value === UNREAD) {
      this.#toValue();
      this.#value = this.#decode(this.#block.valueDeserializer);
    }
    return this.#value as V;
  }

  get headers(): RecordHeaders {
    const { bytes } = this.#block;
    this.#toValue();
    skipBytes(bytes);
    const headers: Record<string, Buffer | Buffer[]> = {};
    for (let left = varint(bytes); left > 0; left--) {
      const name = varint(bytes);
      const key = bytes.toString("utf8", at, (at += name));
      const size = varint(bytes);
      const value = size < 0 ? Buffer.alloc(0) : bytes.subarray(at, (at += size));
      const before = Object.hasOwn(headers, key) ? headers[key] : undefined;
      const now = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
      // Not an assignment, which would make of a header "__proto__" something else.
      Object.defineProperty(headers, key, { value: now, enumerable: true, configurable: true, writable: true });
    }
    return headers;
  }

  /** The bytes its key takes, -1 for a record without key. */
  get serializedKeySize(): number {
    this.#toKey();
    return varint(this.#block.bytes);
  }

  /** The bytes its value takes, -1 for a tombstone. */
  get serializedValueSize(): number {
    this.#toValue();
    return varint(this.#block.bytes);
  }

  /** All its fields, as a plain object. */
  toJSON(): {
    topic: string;
    partition: number;
    offset: number;
    timestamp: number;
    key: K;
    value: V;
    headers: RecordHeaders;
  } {
    const { topic, partition, offset, timestamp, key, value, headers } = this;
    return { topic, partition, offset, timestamp, key, value, headers };
  }

  /** How `console.log` and the prompt show it: as if its fields were plain ones. */
  [inspect.custom](_depth: number, options: object): string {
    return `ConsumerRecord ${inspect(this.toJSON(), options)}`;
  }

  /** How it goes to another thread, into a checkpoint, the cache on disk: its bytes, to be decoded there. */
  [SHIP](): Shipped {
    const { bytes, keyDeserializer, valueDeserializer, ...block } = this.#block;
    this.#toValue();
    skipBytes(bytes);
    for (let left = varint(bytes); left > 0; left--) {
      skipBytes(bytes);
      skipBytes(bytes);
    }
    const data: ShippedRecord = {
      block,
      bytes: Uint8Array.prototype.slice.call(bytes, this.#start, at),
      key: nameOfDeserializer(keyDeserializer),
      value: nameOfDeserializer(valueDeserializer),
    };
    return { kind: KIND, data };
  }

  #toKey(): void {
    const { bytes } = this.#block;
    at = this.#start + 1;
    skipVarint(bytes);
    skipVarint(bytes);
  }

  #toValue(): void {
    this.#toKey();
    skipBytes(this.#block.bytes);
  }

  #decode<T>(deserializer: Deserializer<T>): T {
    const { bytes, topic } = this.#block;
    const size = varint(bytes);
    if (deserializer === (StringDeserializer as unknown)) {
      return (size < 0 ? null : (bytes as unknown as WithSlice).utf8Slice(at, at + size)) as T;
    }
    return deserializer(size < 0 ? null : bytes.subarray(at, at + size), topic);
  }
}

const KIND = "kafkaRecord";

/** A record by itself. */
interface ShippedRecord {
  readonly block: Omit<RecordBlock<unknown, unknown>, "bytes" | "keyDeserializer" | "valueDeserializer">;
  readonly bytes: Uint8Array;
  readonly key: TravellingDeserializer;
  readonly value: TravellingDeserializer;
}

registerLoader(
  KIND,
  ({ block, bytes, key, value }: ShippedRecord) =>
    new ConsumerRecord(
      {
        ...block,
        bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        keyDeserializer: namedDeserializer(key),
        valueDeserializer: namedDeserializer(value),
      },
      0,
    ),
  import.meta.url,
);

function skipBytes(bytes: Buffer): void {
  const size = varint(bytes);
  if (size > 0) at += size;
}

/**
 * Appends to `out` the records of a batch whose offsets are in `[from, until)`.
 *
 * @param whole whether every record is within, so that none needs to be looked at
 * @returns `undefined`, or what is wrong with the batch
 */
export function appendRecords<K, V>(
  out: ConsumerRecord<K, V>[],
  block: RecordBlock<K, V>,
  count: number,
  from: number,
  until: number,
  whole: boolean,
): string | undefined {
  const { bytes } = block;
  let next = 0;
  for (let i = 0; i < count; i++) {
    at = next;
    const length = varint(bytes);
    const start = at;
    next = start + length;
    if (!(length > 0 && next <= bytes.length)) return `its record ${i} of ${count} is longer than the batch`;
    if (!whole) {
      at = start + 1;
      skipVarint(bytes);
      const offset = block.baseOffset + varint(bytes);
      if (offset < from || offset >= until) continue;
    }
    out.push(new ConsumerRecord(block, start));
  }
  return undefined;
}
