import zlib from "node:zlib";
import type { Codec } from "./codec.js";

const FIRST_GUESS = 1 << 20;
const LARGEST = 1 << 28;

/** Zstandard: Node's own where it has it (22.15), else WebAssembly. */
export async function loadZstd(): Promise<Codec> {
  const native = zlib as {
    zstdDecompressSync?: (bytes: Buffer) => Buffer;
    zstdCompressSync?: (bytes: Buffer) => Buffer;
  };
  if (native.zstdDecompressSync && native.zstdCompressSync) {
    return { name: "zstd", decompress: native.zstdDecompressSync, compress: native.zstdCompressSync };
  }
  const zstd = await import("@bokuweb/zstd-wasm");
  await zstd.init();
  const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    name: "zstd",
    decompress(bytes) {
      // A stream's frame does not say how large its content is (Java's producer writes such): guess, and guess larger.
      for (let guess = FIRST_GUESS; ; guess *= 4) {
        try {
          return asBuffer(zstd.decompress(bytes, { defaultHeapSize: guess }));
        } catch (error) {
          if (guess >= LARGEST) throw error;
        }
      }
    },
    compress: bytes => asBuffer(zstd.compress(bytes, 3)),
  };
}
