import { CompactReader, compactString } from "./compact.js";
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
 * OffsetFetch request (version 7) =>
 *   header's tagged fields
 *   group_id       COMPACT_STRING
 *   [topics]       null: all
 *   require_stable BOOLEAN
 *   tagged fields
 */
export function encodeOffsetFetch(groupId: string): Buffer {
  return Buffer.concat([Buffer.from([0]), compactString(groupId), Buffer.from([0, 1, 0])]);
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
  const answer = new CompactReader(bytes);
  const offsets: CommittedOffset[] = [];
  answer.skipTags();
  answer.at += 4;
  for (let topics = answer.length(); topics > 0; topics--) {
    const topic = answer.text();
    for (let count = answer.length(); count > 0; count--) {
      const partition = bytes.readInt32BE(answer.at);
      const offset = readInt64(bytes, answer.at + 4);
      answer.at += 16;
      const metadata = answer.text();
      const errorCode = bytes.readInt16BE(answer.at);
      answer.at += 2;
      answer.skipTags();
      offsets.push({ topic, partition, offset, metadata, errorCode });
    }
    answer.skipTags();
  }
  return { errorCode: bytes.readInt16BE(answer.at), offsets };
}
