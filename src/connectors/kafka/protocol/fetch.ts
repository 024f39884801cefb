import { readInt64, writeInt64 } from "./integers.js";

/** Which partition is fetched from where. */
export interface FetchPartition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** At most so many bytes; the first batch of the answer comes whole even if it is larger. */
  readonly maxBytes: number;
}

export interface FetchOptions {
  /** How long the broker may wait for data, ms. */
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Whether records of open and aborted transactions are kept back or named. */
  readonly readCommitted: boolean;
}

/** What a broker answered for one partition. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
  /** The offset after the last record that every in-sync replica has. */
  readonly highWatermark: number;
  /** The offset before which every transaction is decided. */
  readonly lastStableOffset: number;
  /** The first offset the broker still has. */
  readonly logStartOffset: number;
  /** Aborted transactions that overlap with what was fetched. */
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, the last one perhaps cut off. */
  readonly data: Buffer;
}

/** What a broker answered. */
export interface FetchAnswer {
  /** How long the broker hears nothing more over this connection, ms: more than 0 where a quota was exceeded. */
  readonly throttleMs: number;
  /** Of the request itself. */
  readonly errorCode: number;
  /** None where a quota was exceeded. */
  readonly partitions: FetchedPartition[];
}

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export const FETCH_API_KEY = 1;
/** Brokers since 2.3 speak it, and it is the last one without compact (tagged) fields and topic ids. */
export const FETCH_API_VERSION = 11;

/*
 * Fetch request (version 11) =>
 *   replica_id      INT32   -1, a consumer
 *   max_wait_ms     INT32
 *   min_bytes       INT32
 *   max_bytes       INT32
 *   isolation_level INT8    0 read_uncommitted, 1 read_committed
 *   session_id      INT32   0, no session
 *   session_epoch   INT32   -1
 *   [topics]        topic STRING, [partitions]
 *     partition            INT32
 *     current_leader_epoch INT32   -1, unknown
 *     fetch_offset         INT64
 *     log_start_offset     INT64   -1, a consumer
 *     partition_max_bytes  INT32
 *   [forgotten_topics] none
 *   rack_id         STRING  empty
 */
export function encodeFetch(partitions: readonly FetchPartition[], options: FetchOptions): Buffer {
  const byTopic = new Map<string, FetchPartition[]>();
  for (const p of partitions) {
    const list = byTopic.get(p.topic);
    if (list) list.push(p);
    else byTopic.set(p.topic, [p]);
  }
  let size = 35;
  for (const [topic, list] of byTopic) size += 2 + Buffer.byteLength(topic) + 4 + list.length * 28;

  const out = Buffer.alloc(size);
  let at = out.writeInt32BE(-1, 0);
  at = out.writeInt32BE(options.maxWaitMs, at);
  at = out.writeInt32BE(options.minBytes, at);
  at = out.writeInt32BE(options.maxBytes, at);
  at = out.writeInt8(options.readCommitted ? 1 : 0, at);
  at = out.writeInt32BE(0, at);
  at = out.writeInt32BE(-1, at);
  at = out.writeInt32BE(byTopic.size, at);
  for (const [topic, list] of byTopic) {
    at = out.writeInt16BE(Buffer.byteLength(topic), at);
    at += out.write(topic, at);
    at = out.writeInt32BE(list.length, at);
    for (const p of list) {
      out.writeInt32BE(p.partition, at);
      out.writeInt32BE(-1, at + 4);
      writeInt64(out, at + 8, p.offset);
      writeInt64(out, at + 16, -1);
      out.writeInt32BE(p.maxBytes, at + 24);
      at += 28;
    }
  }
  at = out.writeInt32BE(0, at);
  out.writeInt16BE(0, at);
  return out;
}

/*
 * Fetch response (version 11) =>
 *   throttle_time_ms INT32
 *   error_code       INT16
 *   session_id       INT32
 *   [topics]         topic STRING, [partitions]
 *     partition              INT32
 *     error_code             INT16
 *     high_watermark         INT64
 *     last_stable_offset     INT64
 *     log_start_offset       INT64
 *     [aborted_transactions] producer_id INT64, first_offset INT64   (null: -1)
 *     preferred_read_replica INT32
 *     records                BYTES                                   (null: -1)
 */
/** What came back. `data` of each partition points into `bytes`. */
export function decodeFetch(bytes: Buffer): FetchAnswer {
  const throttleMs = bytes.readInt32BE(0);
  const errorCode = bytes.readInt16BE(4);
  const partitions: FetchedPartition[] = [];
  let at = 10;
  let topics = bytes.readInt32BE(at);
  at += 4;
  for (; topics > 0; topics--) {
    const nameLength = bytes.readInt16BE(at);
    const topic = bytes.toString("utf8", at + 2, at + 2 + nameLength);
    at += 2 + nameLength;
    let count = bytes.readInt32BE(at);
    at += 4;
    for (; count > 0; count--) {
      const head = at;
      let abortedCount = bytes.readInt32BE(head + 30);
      at = head + 34;
      const aborted: AbortedTransaction[] = [];
      for (; abortedCount > 0; abortedCount--) {
        aborted.push({ producerId: readInt64(bytes, at), firstOffset: readInt64(bytes, at + 8) });
        at += 16;
      }
      const dataSize = Math.max(0, bytes.readInt32BE(at + 4));
      at += 8;
      partitions.push({
        topic,
        partition: bytes.readInt32BE(head),
        errorCode: bytes.readInt16BE(head + 4),
        highWatermark: readInt64(bytes, head + 6),
        lastStableOffset: readInt64(bytes, head + 14),
        logStartOffset: readInt64(bytes, head + 22),
        aborted,
        data: bytes.subarray(at, at + dataSize),
      });
      at += dataSize;
    }
  }
  return { throttleMs, errorCode, partitions };
}
