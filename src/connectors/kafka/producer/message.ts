import { systemClock } from "../../../core/clock/clock.js";
import { E } from "../errors.js";
import type { RawRecord } from "../protocol/write-records.js";
import type { Serializer } from "./serializers.js";

/** What becomes a record: what the function of `KafkaUtils.save` returns. */
export interface KafkaMessage {
  readonly topic: string;
  /** Records with the same key go to the same partition, the one that Java's producer would choose. Absent or `null`: any. */
  readonly key?: unknown;
  /** `null` is a tombstone. */
  readonly value: unknown;
  /** By name; a list gives a name several times. */
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;
  /** The partition, where neither the key nor chance is to say. */
  readonly partition?: number;
  /** ms since the epoch; by default the time when it is written. */
  readonly timestamp?: number;
}

/** What a header may be. */
export type HeaderValue = string | Uint8Array | null;

/** A record and the topic it is for. */
export interface Addressed {
  readonly topic: string;
  /** As the message says. */
  readonly partition: number | undefined;
  readonly record: RawRecord;
}

/** Reads and checks what the user's function returned. */
export function addressed(message: KafkaMessage, keySerializer: Serializer, valueSerializer: Serializer): Addressed {
  if (typeof message !== "object" || message === null) {
    throw E.KAFKA_BAD_MESSAGE("a message that is", message, "a message is an object");
  }
  const { topic, key = null, value, headers, partition, timestamp = systemClock.now() } = message;
  if (typeof topic !== "string" || topic === "") {
    throw E.KAFKA_BAD_MESSAGE("a message whose topic is", topic, "topic is the name of a topic");
  }
  if (value === undefined) throw E.KAFKA_BAD_MESSAGE("a message whose value is", value, "null stands for no value");
  if (partition !== undefined && !(Number.isSafeInteger(partition) && partition >= 0)) {
    throw E.KAFKA_BAD_MESSAGE("a message whose partition is", partition, "partition is a whole number from 0");
  }
  if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
    throw E.KAFKA_BAD_MESSAGE("a message whose timestamp is", timestamp, "timestamp is in ms since the epoch");
  }
  const record = {
    key: bytesOf(keySerializer(key, topic), topic),
    value: bytesOf(valueSerializer(value, topic), topic),
    headers: headers === undefined ? [] : headerList(headers),
    timestamp,
  };
  return { topic, partition, record };
}

function bytesOf(value: unknown, topic: string): Uint8Array | null {
  if (typeof value === "string") return Buffer.from(value);
  if (value === null || value instanceof Uint8Array) return value;
  throw E.KAFKA_NOT_BYTES(topic, value);
}

function headerList(headers: NonNullable<KafkaMessage["headers"]>): [string, Uint8Array | null][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as HeaderValue[]) : [value as HeaderValue]).map((v): [string, Uint8Array | null] => {
      if (v === null || v instanceof Uint8Array) return [name, v];
      if (typeof v === "string") return [name, Buffer.from(v)];
      throw E.KAFKA_BAD_MESSAGE(`a message whose header ${JSON.stringify(name)} is`, v, "headers are text or bytes");
    }),
  );
}
