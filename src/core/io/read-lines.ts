import { Readable } from "node:stream";
import { type Codec, codecOfFile } from "./codec.js";
import { E } from "./errors.js";
import type { ByteChunks } from "./file-system.js";
import { locate } from "./file-systems.js";
import { LineSplitter } from "./line-splitter.js";
import { LineWindow } from "./line-window.js";
import type { FileSplit } from "./splits.js";

/** Told of the bytes a reader took from the file, for the task's metrics. */
export type OnBytes = (bytes: number) => void;

/**
 * The lines of a split, some hundred to some thousand a chunk: synchronously from a local file, asynchronously from a
 * compressed or a remote one. Reads no further than what is asked for.
 *
 * @example
 * import { writeFileSync } from "node:fs";
 * writeFileSync("x.txt", "a\nb\n");
 * [...(readLines({ path: "x.txt", start: 0, length: 4 }) as Iterable<string[]>)].flat(); // ["a", "b"]
 */
export function readLines(split: FileSplit, onBytes?: OnBytes): Iterable<string[]> | AsyncIterable<string[]> {
  const codec = codecOfFile(split.path);
  if (codec !== undefined) return decompressedLines(split, codec, onBytes);
  const { fs, path } = locate(split.path);
  const end = split.start + split.length;
  const inside = fs.read(path, split.start, end);
  // What follows the split is opened only when its last line is looked for.
  const beyond = () => fs.read(path, end);
  return isSync(inside)
    ? windowSync(split, inside, beyond as () => Iterable<Uint8Array>, onBytes)
    : windowAsync(split, inside, beyond as () => AsyncIterable<Uint8Array>, onBytes);
}

/**
 * The bytes of a whole file: as they are (`binaryFiles`), or decompressed where its name asks for it (`wholeTextFiles`).
 */
export async function readWhole(
  file: string,
  options: { readonly decompress: boolean; readonly onBytes?: OnBytes },
): Promise<Buffer> {
  const { fs, path } = locate(file);
  const { onBytes } = options;
  const codec = options.decompress ? codecOfFile(file) : undefined;
  const pieces: Buffer[] = [];
  for await (const piece of codec ? decompressed(file, codec, onBytes) : fs.read(path)) {
    if (!codec) onBytes?.(piece.length);
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}

function isSync(chunks: ByteChunks): chunks is Iterable<Uint8Array> {
  return Symbol.iterator in chunks;
}

function* windowSync(
  split: FileSplit,
  inside: Iterable<Uint8Array>,
  beyond: () => Iterable<Uint8Array>,
  onBytes: OnBytes | undefined,
): Generator<string[]> {
  const window = new LineWindow(split.start > 0);
  const lines = new LineSplitter(split.path, split.start === 0);
  for (const piece of inside) {
    onBytes?.(piece.length);
    yield lines.push(window.inside(piece));
  }
  window.boundary();
  if (!window.done) {
    for (const piece of beyond()) {
      yield lines.push(window.beyond(piece));
      if (window.done) break;
    }
  }
  yield lines.end();
}

async function* windowAsync(
  split: FileSplit,
  inside: AsyncIterable<Uint8Array>,
  beyond: () => AsyncIterable<Uint8Array>,
  onBytes: OnBytes | undefined,
): AsyncGenerator<string[]> {
  const window = new LineWindow(split.start > 0);
  const lines = new LineSplitter(split.path, split.start === 0);
  for await (const piece of inside) {
    onBytes?.(piece.length);
    yield lines.push(window.inside(piece));
  }
  window.boundary();
  if (!window.done) {
    for await (const piece of beyond()) {
      yield lines.push(window.beyond(piece));
      if (window.done) break;
    }
  }
  yield lines.end();
}

async function* decompressedLines(
  split: FileSplit,
  codec: Codec,
  onBytes: OnBytes | undefined,
): AsyncGenerator<string[]> {
  const lines = new LineSplitter(split.path);
  for await (const piece of decompressed(split.path, codec, onBytes)) yield lines.push(piece);
  yield lines.end();
}

async function* decompressed(file: string, codec: Codec, onBytes: OnBytes | undefined): AsyncGenerator<Uint8Array> {
  const { fs, path } = locate(file);
  let reading: unknown;
  async function* pieces() {
    try {
      for await (const piece of fs.read(path)) {
        onBytes?.(piece.length);
        // The stream holds it while the next is read into the same memory.
        yield Buffer.from(piece);
      }
    } catch (error) {
      reading = error;
      throw error;
    }
  }
  const source = Readable.from(pieces(), { objectMode: false });
  const out = source.pipe(codec.decompress());
  source.on("error", error => out.destroy(error));
  try {
    for await (const piece of out) yield piece;
  } catch (error) {
    throw reading ?? E.CORRUPT.because(error, file, error instanceof Error ? error.message : String(error));
  } finally {
    source.destroy();
  }
}
