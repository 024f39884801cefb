import { naturalOrdering, type Ordering } from "../util/ordering.js";

/** What was seen of the keys of one partition: a random sample, and how many there are. */
export interface KeySample<K> {
  readonly keys: readonly K[];
  readonly count: number;
}

/** So many at least: they cost little, and ranges of about the same size keep all threads at work to the end. */
const MIN_SAMPLE = 256;

/**
 * How many keys of each input partition to look at: as Spark's `RangePartitioner` 20 an output partition, at most a million,
 * and three times as many, since partitions may be of different sizes.
 */
export function sampleSize(partitions: number, inputPartitions: number): number {
  return Math.max(MIN_SAMPLE, Math.ceil((3 * Math.min(20 * partitions, 1e6)) / Math.max(1, inputPartitions)));
}

/** The range a key is in: the number of the first bound that is not below it. */
export function rangeOf<K>(key: K, bounds: readonly K[], ordering: Ordering<K>, ascending: boolean): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ordering(key, bounds[middle]!) > 0) low = middle + 1;
    else high = middle;
  }
  return ascending ? low : bounds.length - low;
}

/** A function that gives the range a key is in, as {@link rangeOf} does: quick where bounds and keys are numbers. */
export function rangeFunction<K>(
  bounds: readonly K[],
  ordering: Ordering<K>,
  ascending: boolean,
): (key: unknown) => number {
  const any = (key: unknown) => rangeOf(key as K, bounds, ordering, ascending);
  if ((ordering as unknown) !== naturalOrdering || !bounds.every(b => typeof b === "number" && !Number.isNaN(b)))
    return any;
  const ends = Float64Array.from(bounds as readonly unknown[] as readonly number[]);
  const last = ends.length;
  return key => {
    // NaN comes after all numbers.
    if (typeof key !== "number" || Number.isNaN(key)) return any(key);
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (key > ends[middle]!) low = middle + 1;
      else high = middle;
    }
    return ascending ? low : last - low;
  };
}

/**
 * The upper bounds of all ranges but the last: keys that cut what the samples stand for into parts of equal weight.
 *
 * @example
 * rangeBounds([{ keys: [1, 2, 3], count: 3 }], 2, (a, b) => a - b); // [2]
 */
export function rangeBounds<K>(samples: readonly KeySample<K>[], partitions: number, ordering: Ordering<K>): K[] {
  const candidates: { key: K; weight: number }[] = [];
  for (const { keys, count } of samples) {
    for (const key of keys) candidates.push({ key, weight: count / keys.length });
  }
  candidates.sort((a, b) => ordering(a.key, b.key));
  // Of few keys no range is left over before the first one or behind the last.
  const ranges = Math.max(1, Math.min(partitions, candidates.length));
  const step = candidates.reduce((sum, c) => sum + c.weight, 0) / ranges;
  const bounds: K[] = [];
  let cumulated = 0;
  let target = step;
  for (const { key, weight } of candidates) {
    if (bounds.length >= ranges - 1) break;
    cumulated += weight;
    // A key that comes often ends one range only.
    if (cumulated >= target && (bounds.length === 0 || ordering(key, bounds[bounds.length - 1]!) > 0)) {
      bounds.push(key);
      target += step;
    }
  }
  return bounds;
}
