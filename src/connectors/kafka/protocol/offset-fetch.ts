import { readInt64 } from "./integers.js";

/** What a group has committed for one partition. */
export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The text that was committed with it. */
  readonly metadata: string;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
}

export const OFFSET_FETCH_API_KEY = 9;
/** The first version (brokers since 2.5) that waits until transactions with offsets of the group are decided. */
export const OFFSET_FETCH_API_VERSION = 7;

/*
 * Compact forms: a length is an unsigned varint of one more than it is, 0 for null; a structure ends with its tagged fields,
 * of which there are none here (a zero byte). The request's header has tagged fields too, after the client's id.
 *
 * OffsetFetch request (version 7) =>
 *   header's tagged fields
 *   group_id       COMPACT_STRING
 *   [topics]       null: all
 *   require_stable BOOLEAN
 *   tagged fields
 */
export function encodeOffsetFetch(groupId: string): Buffer {
  const id = Buffer.from(groupId);
  return Buffer.concat([Buffer.from([0]), unsignedVarint(id.length + 1), id, Buffer.from([0, 1, 0])]);
}

/*
 * OffsetFetch response (version 7) =>
 *   header's tagged fields
 *   throttle_time_ms INT32
 *   [topics]         name COMPACT_STRING, [partitions], tagged fields
 *     partition              INT32
 *     committed_offset       INT64
 *     committed_leader_epoch INT32
 *     metadata               COMPACT_NULLABLE_STRING
 *     error_code             INT16
 *     tagged fields
 *   error_code       INT16
 *   tagged fields
 */
export function decodeOffsetFetch(bytes: Buffer): { readonly errorCode: number; readonly offsets: CommittedOffset[] } {
  let at = 0;
  const length = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value - 1;
    }
  };
  const text = () => {
    const size = Math.max(0, length());
    at += size;
    return bytes.toString("utf8", at - size, at);
  };
  const skipTags = () => {
    for (let count = length() + 1; count > 0; count--) {
      length();
      at += length() + 1;
    }
  };
  const offsets: CommittedOffset[] = [];
  skipTags();
  at += 4;
  for (let topics = length(); topics > 0; topics--) {
    const topic = text();
    for (let count = length(); count > 0; count--) {
      const partition = bytes.readInt32BE(at);
      const offset = readInt64(bytes, at + 4);
      at += 16;
      const metadata = text();
      const errorCode = bytes.readInt16BE(at);
      at += 2;
      skipTags();
      offsets.push({ topic, partition, offset, metadata, errorCode });
    }
    skipTags();
  }
  return { errorCode: bytes.readInt16BE(at), offsets };
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  bytes.push(left);
  return Buffer.from(bytes);
}
