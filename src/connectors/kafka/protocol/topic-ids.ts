import { CompactReader, compactLength, compactString } from "./compact.js";

export const METADATA_API_KEY = 3;
/** Brokers since 3.1 speak it; topics have ids since 2.8. */
export const METADATA_API_VERSION = 12;

const NO_ID = Buffer.alloc(16);

/*
 * Metadata request (version 12) =>
 *   header's tagged fields
 *   [topics] topic_id UUID (0: by name), name COMPACT_NULLABLE_STRING, tagged fields
 *   allow_auto_topic_creation           BOOLEAN
 *   include_topic_authorized_operations BOOLEAN
 *   tagged fields
 */
export function encodeTopicIds(topics: readonly string[]): Buffer {
  const entries = topics.map(topic => Buffer.concat([NO_ID, compactString(topic), Buffer.from([0])]));
  return Buffer.concat([Buffer.from([0]), compactLength(topics.length), ...entries, Buffer.from([0, 0, 0])]);
}

/*
 * Metadata response (version 12) =>
 *   header's tagged fields
 *   throttle_time_ms INT32
 *   [brokers]        node_id INT32, host COMPACT_STRING, port INT32, rack COMPACT_NULLABLE_STRING, tagged fields
 *   cluster_id       COMPACT_NULLABLE_STRING
 *   controller_id    INT32
 *   [topics]
 *     error_code INT16, name COMPACT_NULLABLE_STRING, topic_id UUID, is_internal BOOLEAN
 *     [partitions] error_code INT16, partition_index INT32, leader_id INT32, leader_epoch INT32,
 *                  [replica_nodes] INT32, [isr_nodes] INT32, [offline_replicas] INT32, tagged fields
 *     topic_authorized_operations INT32, tagged fields
 *   tagged fields
 */
/** The id of each topic that is there, by its name, as hexadecimal text. */
export function decodeTopicIds(bytes: Buffer): Map<string, string> {
  const answer = new CompactReader(bytes);
  const ids = new Map<string, string>();
  answer.skipTags();
  answer.at += 4;
  for (let brokers = answer.length(); brokers > 0; brokers--) {
    answer.at += 4;
    answer.text();
    answer.at += 4;
    answer.text();
    answer.skipTags();
  }
  answer.text();
  answer.at += 4;
  for (let topics = answer.length(); topics > 0; topics--) {
    const errorCode = bytes.readInt16BE(answer.at);
    answer.at += 2;
    const name = answer.text();
    const id = bytes.subarray(answer.at, answer.at + 16);
    answer.at += 17;
    if (errorCode === 0 && !id.equals(NO_ID)) ids.set(name, id.toString("hex"));
    for (let partitions = answer.length(); partitions > 0; partitions--) {
      answer.at += 14;
      for (let list = 0; list < 3; list++) answer.skipArray(4);
      answer.skipTags();
    }
    answer.at += 4;
    answer.skipTags();
  }
  return ids;
}
