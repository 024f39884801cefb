import type { ColumnValues, ShuffleBlock } from "../shuffle/shuffle-block.js";
import { naturalOrdering, type Ordering } from "../util/ordering.js";
import { radixOrder } from "./radix-order.js";

/** Several blocks as one. */
export function concatColumns(blocks: readonly ShuffleBlock[]): ShuffleBlock {
  if (blocks.length === 1) return blocks[0]!;
  const keys: unknown[] = [];
  const values: unknown[] = [];
  for (const block of blocks) {
    for (let i = 0; i < block.values.length; i++) {
      keys.push(block.keys![i]);
      values.push(block.values[i]);
    }
  }
  return { keys, values };
}

/** From so many rows on radix sort is faster than comparing. */
const RADIX_FROM = 4096;

/**
 * The block with its rows in the order of their keys, reversed with `descending`; rows of equal keys stay in the order in
 * which they were. Without an ordering the natural one counts, and numbers are sorted without comparing.
 */
export function sortColumns(
  block: ShuffleBlock,
  ordering: Ordering<unknown> = naturalOrdering,
  descending = false,
): ShuffleBlock {
  const keys = block.keys!;
  const { values } = block;
  const rows =
    ordering === naturalOrdering && keys.length >= RADIX_FROM && allNumbers(keys)
      ? radixOrder(keys, descending)
      : comparedOrder(keys, ordering, descending);
  const n = rows.length;
  const sortedKeys = new Array<unknown>(n);
  const sortedValues = new Array<unknown>(n);
  for (let i = 0; i < n; i++) {
    sortedKeys[i] = keys[rows[i]!];
    sortedValues[i] = values[rows[i]!];
  }
  return { keys: sortedKeys, values: sortedValues };
}

function allNumbers(keys: ColumnValues): keys is readonly number[] {
  if (!Array.isArray(keys)) return true;
  for (let i = 0; i < keys.length; i++) if (typeof keys[i] !== "number") return false;
  return true;
}

function comparedOrder(keys: ColumnValues, ordering: Ordering<unknown>, descending: boolean): number[] {
  const rows = Array.from(keys, (_, i) => i);
  return descending ? rows.sort((a, b) => ordering(keys[b], keys[a])) : rows.sort((a, b) => ordering(keys[a], keys[b]));
}
