import type { Codec } from "./codec.js";

/*
 * Snappy as Java's clients frame it ("xerial") =>
 *   magic      82 53 4E 41 50 50 59 00
 *   version    INT32
 *   compatible INT32
 *   blocks     length INT32, a raw Snappy block; up to the end
 * librdkafka and others write one raw block without the frame.
 */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const HEADER_SIZE = 16;

/** The blocks of xerial's frame, or the whole as the one block it is. */
export function snappyBlocks(bytes: Buffer): Buffer[] {
  if (bytes.length < HEADER_SIZE || bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return [bytes];
  const blocks: Buffer[] = [];
  for (let at = HEADER_SIZE; at + 4 <= bytes.length; ) {
    const size = bytes.readInt32BE(at);
    blocks.push(bytes.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return blocks;
}

/** Raw Snappy blocks put into xerial's frame, as Java's clients expect them. */
export function xerialFrame(blocks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  MAGIC.copy(header);
  header.writeInt32BE(1, 8);
  header.writeInt32BE(1, 12);
  const parts: Buffer[] = [header];
  for (const block of blocks) {
    const size = Buffer.alloc(4);
    size.writeInt32BE(block.length);
    parts.push(size, block);
  }
  return Buffer.concat(parts);
}

export async function loadSnappy(): Promise<Codec> {
  const { compressSync, uncompressSync } = await import("snappy");
  const plain = (block: Buffer) => uncompressSync(block, { asBuffer: true }) as Buffer;
  return {
    name: "snappy",
    decompress(bytes) {
      const blocks = snappyBlocks(bytes);
      return blocks.length === 1 ? plain(blocks[0]!) : Buffer.concat(blocks.map(plain));
    },
    compress: bytes => xerialFrame([compressSync(bytes)]),
  };
}
