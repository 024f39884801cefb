import { gunzipSync, gzipSync } from "node:zlib";
import type { Codec } from "./codec.js";

/** RFC 1952, as Java's `GZIPOutputStream` writes it. */
export const gzip: Codec = { name: "gzip", decompress: bytes => gunzipSync(bytes), compress: bytes => gzipSync(bytes) };
