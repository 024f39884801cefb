import { E } from "../errors/engine-errors.js";
import type { ByteSink } from "../io/file-system.js";
import { locate } from "../io/file-systems.js";
import type { FileBlock } from "../shuffle/columns/column.js";
import { layOut } from "../shuffle/columns/pack.js";
import { viewBlock } from "../shuffle/columns/unpack.js";
import type { ShuffleBlock } from "../shuffle/shuffle-block.js";
import { estimateSize } from "./size-estimate.js";

/** About what a piece of a block takes that is read back at once, and the most rows it has. */
const PIECE_BYTES = 256 * 1024;
const PIECE_ROWS = 4096;

/** Where pieces are laid out before they are written; grows to what is needed. */
let scratch = Buffer.alloc(0);

/** A temporary file that blocks are appended to, and read from again in any order. */
export class SpillFile {
  #sink: ByteSink | undefined;
  #made = false;
  /** Bytes written. */
  bytes = 0;

  constructor(readonly path: string) {}

  /**
   * Appends a block, in pieces that can be read one by one.
   *
   * @throws Refusal when something in it cannot be made bytes
   */
  append(block: ShuffleBlock): FileBlock[] {
    const n = block.values.length;
    const size = estimateSize(block.values, 16) + (block.keys === undefined ? 0 : estimateSize(block.keys, 16));
    const rows = Math.min(PIECE_ROWS, Math.max(1, Math.floor((PIECE_BYTES * n) / size)));
    const out: FileBlock[] = [];
    for (const piece of pieces(block, rows)) {
      const { keys, values, size: bytes, put } = layOut(piece);
      if (scratch.length < bytes) scratch = Buffer.alloc(Math.max(bytes, 2 * PIECE_BYTES));
      put(scratch);
      const at = this.write(scratch.subarray(0, bytes));
      out.push({ file: this.path, at, bytes, base: 0, length: piece.values.length, keys, values });
    }
    return out;
  }

  /** Appends bytes; gives where they begin. */
  write(bytes: Uint8Array): number {
    const at = this.bytes;
    this.#guard(() => {
      this.#sink ??= now(locate(`file:${this.path}`).fs.create(this.path));
      this.#made = true;
      now(this.#sink.write(bytes));
    });
    this.bytes += bytes.length;
    return at;
  }

  /** Nothing more is appended. */
  close(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    if (sink !== undefined) this.#guard(() => now(sink.close()));
  }

  remove(): void {
    if (!this.#made) return;
    this.#made = false;
    try {
      this.close();
    } finally {
      removeSpilled(this.path);
    }
  }

  #guard(f: () => void): void {
    try {
      f();
    } catch (error) {
      throw E.CANNOT_SPILL.because(error, this.path, error);
    }
  }
}

/** Removes a file that a {@link SpillFile} made. */
export function removeSpilled(path: string): void {
  now(locate(`file:${path}`).fs.remove(path));
}

/** A block of a file, as new objects. */
export function readFileBlock(block: FileBlock): ShuffleBlock {
  const { base, length, keys, values } = block;
  return viewBlock(readBytes(block, new ArrayBuffer(block.bytes)), base, length, keys, values);
}

/** Puts the bytes of a block of a file into `memory`. */
function readBytes<M extends ArrayBufferLike>({ file, at, bytes }: FileBlock, memory: M): M {
  const to = new Uint8Array(memory);
  let done = 0;
  try {
    for (const piece of now(locate(`file:${file}`).fs.read(file, at, at + bytes))) {
      to.set(piece, done);
      done += piece.length;
    }
  } catch (error) {
    throw E.CANNOT_READ_SPILLED.because(error, file, error);
  }
  if (done < bytes) throw E.CANNOT_READ_SPILLED(file, `it ends ${bytes - done} bytes early`);
  return memory;
}

function* pieces({ keys, values }: ShuffleBlock, rows: number): Generator<ShuffleBlock> {
  for (let i = 0; i < values.length; i += rows) {
    const some = keys?.slice(i, i + rows);
    yield { keys: some, values: values === keys ? some! : values.slice(i, i + rows) };
  }
}

/** The local file system answers at once. */
function now<T>(result: T): Exclude<T, Promise<unknown> | AsyncIterable<unknown>> {
  if (result instanceof Promise) throw new TypeError("a local file system answers synchronously");
  return result as Exclude<T, Promise<unknown> | AsyncIterable<unknown>>;
}
