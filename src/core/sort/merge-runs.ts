import { openBlock, type ShuffleBlock, type StoredBlock } from "../shuffle/shuffle-block.js";
import type { Ordering } from "../util/ordering.js";

/** Rows of a piece that comes out. */
const PIECE_ROWS = 4096;

/** A run that is being read, a block at a time. */
class Cursor {
  #next = 0;
  #block: ShuffleBlock = { keys: [], values: [] };
  #row = 0;

  constructor(
    private readonly run: readonly StoredBlock[],
    /** Its place among the runs, which decides between equal keys. */
    readonly rank: number,
  ) {}

  /** Goes to the next row; false when there is none. The first call goes to the first. */
  advance(): boolean {
    this.#row++;
    while (this.#row >= this.#block.values.length) {
      const next = this.run[this.#next++];
      if (next === undefined) return false;
      this.#block = openBlock(next);
      this.#row = 0;
    }
    return true;
  }

  get key(): unknown {
    return this.#block.keys![this.#row];
  }

  get value(): unknown {
    return this.#block.values[this.#row];
  }
}

/** Sorted runs as one, in pieces; of equal keys those of earlier runs come first. */
export function* mergeRuns(
  runs: readonly (readonly StoredBlock[])[],
  ordering: Ordering<unknown>,
  descending: boolean,
): Generator<ShuffleBlock> {
  const heap = runs.map((run, rank) => new Cursor(run, rank)).filter(c => c.advance());
  const before = (a: Cursor, b: Cursor): boolean => {
    const c = descending ? ordering(b.key, a.key) : ordering(a.key, b.key);
    return c < 0 || (c === 0 && a.rank < b.rank);
  };
  for (let i = (heap.length >> 1) - 1; i >= 0; i--) sink(heap, i, before);
  let keys: unknown[] = [];
  let values: unknown[] = [];
  while (heap.length > 0) {
    const first = heap[0]!;
    keys.push(first.key);
    values.push(first.value);
    if (!first.advance()) {
      const last = heap.pop()!;
      if (heap.length > 0) heap[0] = last;
    }
    if (heap.length > 1) sink(heap, 0, before);
    if (keys.length === PIECE_ROWS) {
      yield { keys, values };
      keys = [];
      values = [];
    }
  }
  if (keys.length > 0) yield { keys, values };
}

/** Puts the cursor at `i` of a binary heap below those that come before it. */
function sink(heap: Cursor[], i: number, before: (a: Cursor, b: Cursor) => boolean): void {
  const moving = heap[i]!;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, moving)) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = moving;
}
