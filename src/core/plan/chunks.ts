import { sliceIsOver } from "../executor/time-slice.js";

/**
 * How data moves between the parts of a task: as arrays, so that compiled loops run over arrays, a source may be
 * asynchronous, and stopping early is not asking for the next one. An empty array says "still busy": it gives the task the
 * chance to let the event loop run.
 */
export type Chunks<T> = Iterable<readonly T[]> | AsyncIterable<readonly T[]>;

/** An array that says "still busy" in a {@link Chunks}. */
export const BUSY: readonly never[] = [];

/**
 * Whether it is worth the way to hand `chunk` on: one that says "still busy" is when the event loop has waited for its turn. In a
 * long lineage of asynchronous sources each would go through all that are above it.
 */
export function isNews(chunk: readonly unknown[]): boolean {
  return chunk.length > 0 || sliceIsOver();
}

export function isAsync<T>(chunks: Chunks<T>): chunks is AsyncIterable<readonly T[]> {
  return Symbol.asyncIterator in chunks;
}

/** The chunks as a synchronous iterable: an asynchronous source is read to its end first. */
export function whenSync<T>(chunks: Chunks<T>): Iterable<readonly T[]> | Promise<readonly (readonly T[])[]> {
  return isAsync(chunks) ? collectChunks(chunks) : chunks;
}

async function collectChunks<T>(chunks: AsyncIterable<readonly T[]>): Promise<readonly (readonly T[])[]> {
  const out: (readonly T[])[] = [];
  for await (const chunk of chunks) if (chunk.length > 0) out.push(chunk);
  return out;
}

/** Applies `f` to synchronous chunks, reading an asynchronous source to its end first. */
export function mapWhenSync<A, B>(
  chunks: Chunks<A>,
  f: (chunks: Iterable<readonly A[]>) => Iterable<readonly B[]>,
): Chunks<B> {
  if (!isAsync(chunks)) return f(chunks);
  return (async function* () {
    yield* f(await collectChunks(chunks));
  })();
}

/** The elements of synchronous chunks, one after the other; computes no more than what is asked for. */
export class ChunkIterator<T> implements IterableIterator<T> {
  readonly #chunks: Iterator<readonly T[]>;
  #chunk: readonly T[] = BUSY;
  #i = 0;
  #done = false;

  constructor(chunks: Iterable<readonly T[]>) {
    this.#chunks = chunks[Symbol.iterator]();
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this;
  }

  next(): IteratorResult<T, undefined> {
    while (this.#i >= this.#chunk.length) {
      if (this.#done) return { done: true, value: undefined };
      const next = this.#chunks.next();
      if (next.done) {
        this.#done = true;
        this.#chunk = BUSY;
        return { done: true, value: undefined };
      }
      this.#chunk = next.value;
      this.#i = 0;
    }
    return { done: false, value: this.#chunk[this.#i++]! };
  }

  return(): IteratorResult<T, undefined> {
    this.#done = true;
    this.#chunk = BUSY;
    this.#chunks.return?.();
    return { done: true, value: undefined };
  }
}

/** Cuts an iterable into chunks, small ones first, so that whoever stops early has computed little in vain. */
export function* chunked<T>(elements: Iterable<T>): Generator<readonly T[]> {
  if (Array.isArray(elements)) {
    yield elements;
    return;
  }
  let size = 1;
  let chunk: T[] = [];
  for (const element of elements) {
    chunk.push(element);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
      if (size < 1024) size *= 2;
    }
  }
  if (chunk.length > 0) yield chunk;
}
