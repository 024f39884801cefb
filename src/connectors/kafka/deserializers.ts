import { E } from "./errors.js";

/**
 * Makes a key or a value of its bytes; `null` is a key that was not set, or a tombstone.
 * Kafka's name: `org.apache.kafka.common.serialization.Deserializer`.
 */
export type Deserializer<T> = (bytes: Buffer | null, topic: string) => T;

/** UTF-8 text; `null` stays `null`. The default for keys and values. */
export const StringDeserializer: Deserializer<string> = bytes =>
  // A null key is as much a `string` here as it is a `String` in Java: asking for `| null` everywhere helps nobody.
  bytes === null ? (null as unknown as string) : bytes.toString("utf8");

/** The bytes themselves. They are a view of what was fetched: copy them (`Buffer.from(bytes)`) to keep them for long. */
export const ByteArrayDeserializer: Deserializer<Buffer> = bytes => bytes as Buffer;

/** A big-endian number of 4 bytes. */
export const IntegerDeserializer: Deserializer<number> = (bytes, topic) => {
  const int = sized("IntegerDeserializer", 4, bytes, topic);
  return int === null ? (null as unknown as number) : int.readInt32BE(0);
};

/** A big-endian number of 8 bytes; past 2^53 a number cannot hold it exactly. */
export const LongDeserializer: Deserializer<number> = (bytes, topic) => {
  const long = sized("LongDeserializer", 8, bytes, topic);
  return long === null ? (null as unknown as number) : Number(long.readBigInt64BE(0));
};

/** A big-endian IEEE 754 number of 8 bytes. */
export const DoubleDeserializer: Deserializer<number> = (bytes, topic) => {
  const double = sized("DoubleDeserializer", 8, bytes, topic);
  return double === null ? (null as unknown as number) : double.readDoubleBE(0);
};

function sized(name: string, size: number, bytes: Buffer | null, topic: string): Buffer | null {
  if (bytes !== null && bytes.length !== size) {
    throw E.KAFKA_BAD_ARGUMENT(
      `A record of ${topic} for ${name}`,
      `${bytes.length} bytes long`,
      `it takes ${size} bytes`,
    );
  }
  return bytes;
}

/** The deserializers that have a name: those of Java's classes. */
export const JAVA_DESERIALIZERS: Readonly<Record<string, Deserializer<unknown>>> = {
  StringDeserializer,
  ByteArrayDeserializer,
  IntegerDeserializer,
  LongDeserializer,
  DoubleDeserializer,
};

const names = new Map(Object.entries(JAVA_DESERIALIZERS).map(([name, f]) => [f, name]));

/** A deserializer as it travels: ours by name, the user's as it is. */
export type TravellingDeserializer = string | Deserializer<unknown>;

export function nameOfDeserializer(deserializer: Deserializer<unknown>): TravellingDeserializer {
  return names.get(deserializer) ?? deserializer;
}

export function namedDeserializer<T>(named: TravellingDeserializer): Deserializer<T> {
  return (typeof named === "string" ? JAVA_DESERIALIZERS[named]! : named) as Deserializer<T>;
}
