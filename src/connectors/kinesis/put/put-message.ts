import type { PutRecord } from "../client/kinesis-api.js";
import { E } from "../errors.js";

/** What becomes a record: what the function of `KinesisUtils.save` returns. */
export interface KinesisMessage {
  /** Records of one key go to one shard; 1 to 256 characters. */
  readonly partitionKey: string;
  /** Text is written as UTF-8. */
  readonly data: string | Uint8Array;
  /** In place of the key's hash: a decimal number of at most 128 bits, by which the shard is found. */
  readonly explicitHashKey?: string;
}

/** What Kinesis takes of one record, its key included, bytes. */
export const MOST_BYTES = 10 * 1024 * 1024;

/**
 * Reads and checks what the user's function returned.
 *
 * @throws IllegalArgumentError when it is no message, or one that Kinesis would not take
 */
export function recordOf(message: KinesisMessage): PutRecord {
  const bad = (what: string, value: unknown, rule: string) =>
    E.KINESIS_BAD_MESSAGE(
      what,
      Array.isArray(value) ? "an array" : typeof value === "string" ? value : typeof value,
      rule,
    );
  if (typeof message !== "object" || message === null) throw bad("a message", message, "it is an object");
  const { partitionKey, data, explicitHashKey } = message;
  if (typeof partitionKey !== "string" || partitionKey === "" || partitionKey.length > 256) {
    throw bad("a partitionKey", partitionKey, "it is a text of 1 to 256 characters");
  }
  if (
    explicitHashKey !== undefined &&
    !(typeof explicitHashKey === "string" && /^(?:0|[1-9]\d{0,38})$/.test(explicitHashKey))
  ) {
    throw bad("an explicitHashKey", explicitHashKey, "it is a decimal number of at most 128 bits, as text");
  }
  if (typeof data !== "string" && !(data instanceof Uint8Array)) {
    throw bad("data", data, "it is text or bytes; make text of it (String, JSON.stringify)");
  }
  const bytes =
    typeof data === "string" ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (weightOf({ partitionKey, data: bytes }) > MOST_BYTES) {
    throw bad("data", `${bytes.length} bytes long`, "a record has at most 10 MiB, its key included");
  }
  return { partitionKey, data: bytes, ...(explicitHashKey === undefined ? {} : { explicitHashKey }) };
}

/** What a record counts at Kinesis, bytes. */
export function weightOf({ partitionKey, data }: Pick<PutRecord, "partitionKey" | "data">): number {
  return data.length + Buffer.byteLength(partitionKey);
}
