import type { ShuffleBlock } from "../shuffle/shuffle-store.js";
import type { Ordering } from "../util/ordering.js";

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

/** The block with its rows in the order of their keys; equal keys stay in the order in which they were. */
export function sortColumns({ keys, values }: ShuffleBlock, ordering: Ordering<never>): ShuffleBlock {
  const compare = ordering as Ordering<unknown>;
  const rows = Array.from(values, (_, i) => i).sort((a, b) => compare(keys![a], keys![b]));
  return { keys: rows.map(i => keys![i]), values: rows.map(i => values[i]) };
}
