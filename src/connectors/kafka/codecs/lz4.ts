import type { Codec } from "./codec.js";

/** The LZ4 frame format. */
export async function loadLz4(): Promise<Codec> {
  const { compressFrameSync, decompressFrameSync } = await import("lz4-napi");
  return { name: "lz4", decompress: bytes => decompressFrameSync(bytes), compress: bytes => compressFrameSync(bytes) };
}
