import { readInt64 } from "./integers.js";

/** A record batch on its way to a partition, as {@link encodeBatch} made it. */
export interface ProducePartition {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

/** What a broker answered for one partition. */
export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
  /** The offset its first record got. */
  readonly baseOffset: number;
}

export interface ProduceOptions {
  readonly transactionalId: string | undefined;
  /** -1: every in-sync replica has it; 1: the leader has it. */
  readonly acks: -1 | 1;
  /** How long the broker may wait for its replicas, ms. */
  readonly timeoutMs: number;
}

export const PRODUCE_API_KEY = 0;
/** Brokers since 2.1 speak it (zstd is allowed), and the compact forms begin with 9. */
export const PRODUCE_API_VERSION = 7;

/*
 * Produce request (version 7) =>
 *   transactional_id NULLABLE_STRING
 *   acks             INT16
 *   timeout_ms       INT32
 *   [topics]         topic STRING, [partitions]
 *     partition INT32
 *     records   BYTES   one record batch
 */
export function encodeProduce(partitions: readonly ProducePartition[], options: ProduceOptions): Buffer {
  const byTopic = new Map<string, ProducePartition[]>();
  for (const p of partitions) {
    const list = byTopic.get(p.topic);
    if (list) list.push(p);
    else byTopic.set(p.topic, [p]);
  }
  const id = options.transactionalId === undefined ? undefined : Buffer.from(options.transactionalId);
  let size = 2 + (id?.length ?? 0) + 2 + 4 + 4;
  for (const [topic, list] of byTopic) {
    size += 2 + Buffer.byteLength(topic) + 4 + list.reduce((sum, p) => sum + 8 + p.batch.length, 0);
  }
  const out = Buffer.allocUnsafe(size);
  let at = out.writeInt16BE(id?.length ?? -1, 0);
  if (id !== undefined) at += id.copy(out, at);
  at = out.writeInt16BE(options.acks, at);
  at = out.writeInt32BE(options.timeoutMs, at);
  at = out.writeInt32BE(byTopic.size, at);
  for (const [topic, list] of byTopic) {
    at = out.writeInt16BE(Buffer.byteLength(topic), at);
    at += out.write(topic, at);
    at = out.writeInt32BE(list.length, at);
    for (const { partition, batch } of list) {
      at = out.writeInt32BE(partition, at);
      at = out.writeInt32BE(batch.length, at);
      at += batch.copy(out, at);
    }
  }
  return out;
}

/*
 * Produce response (version 7) =>
 *   [topics] topic STRING, [partitions]
 *     partition        INT32
 *     error_code       INT16
 *     base_offset      INT64
 *     log_append_time  INT64
 *     log_start_offset INT64
 *   throttle_time_ms INT32
 */
export function decodeProduce(bytes: Buffer): ProducedPartition[] {
  const partitions: ProducedPartition[] = [];
  let at = 4;
  for (let topics = bytes.readInt32BE(0); topics > 0; topics--) {
    const nameLength = bytes.readInt16BE(at);
    const topic = bytes.toString("utf8", at + 2, at + 2 + nameLength);
    at += 2 + nameLength;
    let count = bytes.readInt32BE(at);
    at += 4;
    for (; count > 0; count--) {
      partitions.push({
        topic,
        partition: bytes.readInt32BE(at),
        errorCode: bytes.readInt16BE(at + 4),
        baseOffset: readInt64(bytes, at + 6),
      });
      at += 30;
    }
  }
  return partitions;
}
