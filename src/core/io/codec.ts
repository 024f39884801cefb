import type { Transform } from "node:stream";
import { createDeflate, createGunzip, createGzip, createInflate } from "node:zlib";
import { nearest } from "../util/nearest.js";
import { E } from "./errors.js";

/** A compression of whole files. */
export interface Codec {
  /** What an API takes as its name. */
  readonly name: string;
  /** The class of Hadoop it stands for; taken as a name too. */
  readonly hadoopName: string;
  /** Files end in it, `.gz`. */
  readonly extension: string;
  compress(): Transform;
  decompress(): Transform;
}

/** The codecs that exist, in the order messages list them. */
const CODECS: readonly Codec[] = [
  {
    name: "gzip",
    hadoopName: "org.apache.hadoop.io.compress.GzipCodec",
    extension: ".gz",
    compress: createGzip,
    decompress: createGunzip,
  },
  {
    name: "deflate",
    hadoopName: "org.apache.hadoop.io.compress.DefaultCodec",
    extension: ".deflate",
    compress: createDeflate,
    decompress: createInflate,
  },
];

/** Endings Hadoop would decode and tspark does not: their bytes are no text. */
const FOREIGN = [".bz2", ".zst", ".lz4", ".snappy", ".lzo", ".xz"];

/** The codec a file's name asks for, `undefined` when it is not compressed; `CODEC_NOT_SUPPORTED` for a foreign one. */
export function codecOfFile(path: string): Codec | undefined {
  const name = path.toLowerCase();
  const foreign = FOREIGN.find(extension => name.endsWith(extension));
  if (foreign !== undefined) throw E.CODEC_NOT_SUPPORTED(path, foreign);
  return CODECS.find(codec => name.endsWith(codec.extension));
}

/** The codec of that name (`gzip`, or Hadoop's class); `UNKNOWN_CODEC` when there is none. */
export function codecNamed(name: string): Codec {
  const found = CODECS.find(codec => codec.name === String(name).toLowerCase() || codec.hadoopName === name);
  if (found !== undefined) return found;
  const names = CODECS.map(codec => codec.name);
  const near = nearest(String(name), names);
  throw E.UNKNOWN_CODEC(name, near === undefined ? names : [near]);
}
