import { E } from "../errors.js";
import type { BatchOrigin } from "../protocol/record-batch.js";

/** One of Kafka's compressions, for the records of one batch. */
export interface Codec {
  readonly name: string;
  decompress(bytes: Buffer): Buffer;
  compress(bytes: Buffer): Buffer;
}

/** The codecs by the number in a batch's attributes; each is loaded when the first batch needs it. */
const LOADERS: readonly (readonly [name: string, load: () => Promise<Codec>])[] = [
  ["none", async () => ({ name: "none", decompress: bytes => bytes, compress: bytes => bytes })],
  ["gzip", async () => (await import("./gzip.js")).gzip],
  ["snappy", async () => (await import("./snappy.js")).loadSnappy()],
  ["lz4", async () => (await import("./lz4.js")).loadLz4()],
  ["zstd", async () => (await import("./zstd.js")).loadZstd()],
];

const loaded: (Codec | undefined)[] = [];

/** The codec of that number, if a batch has needed it before: without a promise on the way of every batch. */
export function loadedCodec(number: number): Codec | undefined {
  return loaded[number];
}

/** Loads the codec of that number. */
export async function loadCodec(number: number, origin: BatchOrigin): Promise<Codec> {
  const entry = LOADERS[number];
  if (entry === undefined) throw E.KAFKA_UNKNOWN_CODEC(origin.topic, origin.partition, number);
  const [name, load] = entry;
  try {
    return (loaded[number] ??= await load());
  } catch (error) {
    throw E.KAFKA_CODEC_NOT_LOADED.because(error, origin.topic, name);
  }
}
