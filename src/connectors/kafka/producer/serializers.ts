import { E } from "../errors.js";

/**
 * Makes the bytes of a key or a value; `null` is no key, or a tombstone.
 * Kafka's name: `org.apache.kafka.common.serialization.Serializer`.
 */
export type Serializer<T = unknown> = (value: T, topic: string) => Uint8Array | string | null;

/** What is text already, or bytes; anything else is refused, since nobody could know its form. The default. */
export const StringSerializer: Serializer = (value, topic) => {
  if (value === null || typeof value === "string" || value instanceof Uint8Array) return value;
  throw E.KAFKA_NOT_BYTES(topic, value);
};

/** The bytes as they are. */
export const ByteArraySerializer: Serializer = StringSerializer;

/** A big-endian number of 4 bytes. */
export const IntegerSerializer: Serializer = value => {
  if (value === null) return null;
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Number(value));
  return bytes;
};

/** A big-endian number of 8 bytes. */
export const LongSerializer: Serializer = value => {
  if (value === null) return null;
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value as number));
  return bytes;
};

/** A big-endian IEEE 754 number of 8 bytes. */
export const DoubleSerializer: Serializer = value => {
  if (value === null) return null;
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(Number(value));
  return bytes;
};

/** The serializers by the names of Java's classes: how they are named in settings that travel. */
export const JAVA_SERIALIZERS: Readonly<Record<string, Serializer>> = {
  StringSerializer,
  ByteArraySerializer,
  IntegerSerializer,
  LongSerializer,
  DoubleSerializer,
};
