import type { ColumnValues, ShuffleBlock } from "../shuffle/shuffle-block.js";
import { naturalOrdering, type Ordering } from "../util/ordering.js";
import { joined, sortNumbers } from "./sort-numbers.js";

/** From so many rows on sorting by digits is faster than comparing. */
const RADIX_FROM = 1024;

/**
 * Blocks as one, its rows in the order of their keys, reversed with `descending`; rows of equal keys stay in the order in
 * which they were. Without an ordering the natural one counts, and numbers are sorted without comparing.
 */
export function sortColumns(
  blocks: readonly ShuffleBlock[],
  ordering: Ordering<unknown> = naturalOrdering,
  descending = false,
): ShuffleBlock {
  const n = blocks.reduce((sum, b) => sum + b.values.length, 0);
  if (ordering === naturalOrdering && n >= RADIX_FROM) {
    const sorted = sortNumbers(blocks, descending);
    if (sorted !== undefined) return sorted;
  }
  const keys = blocks.length === 1 ? blocks[0]!.keys! : joined(blocks.map(b => b.keys!));
  const rows = comparedOrder(keys, ordering, descending);
  const sortedKeys = pick(keys, rows);
  if (blocks.every(b => b.values === b.keys)) return { keys: sortedKeys, values: sortedKeys };
  const values = blocks.length === 1 ? blocks[0]!.values : joined(blocks.map(b => b.values));
  return { keys: sortedKeys, values: pick(values, rows) };
}

function pick(from: ColumnValues, rows: readonly number[]): unknown[] {
  const out = new Array<unknown>(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = from[rows[i]!];
  return out;
}

function comparedOrder(keys: ColumnValues, ordering: Ordering<unknown>, descending: boolean): number[] {
  const rows = Array.from({ length: keys.length }, (_, i) => i);
  return descending ? rows.sort((a, b) => ordering(keys[b], keys[a])) : rows.sort((a, b) => ordering(keys[a], keys[b]));
}
