import { BoundedBest } from "../sort/bounded-best.js";
import { keyMap } from "../table/key-map.js";
import { KeyTable } from "../table/key-table.js";
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
