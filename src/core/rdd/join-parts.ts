import { BoundedBest } from "../sort/bounded-best.js";
import { keyMap } from "../table/key-map.js";
import { KeyTable } from "../table/key-table.js";
import { cloneValue } from "../util/clone-value.js";
import { naturalOrdering, type Ordering, reverse } from "../util/ordering.js";

// What actions make, in the driver's thread, of the results of their tasks.

/** The keys of a partition, and what was combined for each. */
export interface CombinedPart<K, C> {
  readonly keys: readonly K[];
  readonly values: readonly C[];
}

/** What was combined for each key in all partitions, merged in their order. */
export function combineParts<K, C>(parts: readonly CombinedPart<K, C>[], merge: (a: C, b: C) => C): Map<K, C> {
  const table = new KeyTable<K>();
  const all: C[] = [];
  for (const { keys, values } of parts) {
    for (let i = 0; i < keys.length; i++) {
      const slot = table.slot(keys[i]!);
      all[slot] = slot === all.length ? values[i]! : merge(all[slot]!, values[i]!);
    }
  }
  return keyMap(table.keys.map((k, i): [K, C] => [k, all[i]!]));
}

/** The first `n` of those each partition gave, in order. */
export function bestOfParts<T>(
  parts: readonly (readonly T[])[],
  n: number,
  ordering: Ordering<T> = naturalOrdering,
  largest = false,
): T[] {
  const best = new BoundedBest<T>(n, largest ? reverse(ordering) : ordering);
  for (const part of parts) for (const x of part) best.add(x);
  return best.result();
}

/** The sums of lists of `n` numbers, place by place. */
export function sumOfParts(parts: readonly (readonly number[])[], n: number): number[] {
  return parts.reduce<number[]>((a, b) => a.map((x, i) => x + b[i]!), new Array<number>(n).fill(0));
}

/** What `combOp` makes of the results of all partitions, in their order, beginning with a copy of `zero`. */
export function foldParts<U>(parts: readonly U[], zero: U, combOp: (a: U, b: U) => U): U {
  return parts.reduce((a, b) => combOp(a, b), cloneValue(zero));
}

/**
 * The same in a tree of `depth` levels, which are as many as Spark's `treeAggregate` makes: neighbours are merged until one more
 * level would not leave less to do for the last one. What enters a level is merged into a copy of `zero` each time, as there.
 */
export function foldPartsInTree<U>(parts: readonly U[], zero: U, combOp: (a: U, b: U) => U, depth: number): U {
  if (parts.length === 0) return cloneValue(zero);
  const scale = Math.max(Math.ceil(parts.length ** (1 / depth)), 2);
  const begun = (level: readonly U[]) => level.map(part => combOp(cloneValue(zero), part));
  let level = parts;
  for (let n = parts.length; n > scale + Math.ceil(n / scale); ) {
    n = Math.floor(n / scale);
    const entered = begun(level);
    level = Array.from({ length: n }, (_, i) => {
      const from = Math.floor((i * entered.length) / n);
      const to = Math.floor(((i + 1) * entered.length) / n);
      return entered.slice(from, to).reduce((a, b) => combOp(a, b));
    });
  }
  return foldParts(begun(level), zero, combOp);
}
