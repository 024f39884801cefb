import { E } from "../errors/engine-errors.js";
import * as must from "../util/arguments.js";
import { withCallSite } from "../util/call-site.js";
import { StatCounter } from "../util/stat-counter.js";
import { add, addNumber } from "./functions.js";
import { sumOfParts } from "./join-parts.js";
import type { RDD } from "./rdd.js";
import { RDDActions } from "./rdd-actions.js";
import * as rules from "./rules.js";
import { callSiteOf, failureHere, run } from "./run-action.js";

/** Actions on RDDs of numbers. Spark's name: `org.apache.spark.rdd.DoubleRDDFunctions`. */
export abstract class DoubleRDDFunctions<T> extends RDDActions<T> {
  /** 0 when there are none. */
  sum(this: RDD<number>): Promise<number> {
    return run(this, { name: "fold", args: [0, addNumber] }, (parts: number[]) => parts.reduce(add, 0));
  }

  /**
   * Count, mean, variance and extremes in one pass. Of partitions without elements: count and mean 0, variances `NaN`, maximum
   * `-Infinity`, minimum `Infinity`.
   *
   * @throws UnsupportedOperationError `empty collection` when there are no partitions, as in Spark
   */
  stats(this: RDD<number>): Promise<StatCounter> {
    return statsOf(this, "stats");
  }

  /** 0 when there are no elements; see {@link stats}. */
  mean(this: RDD<number>): Promise<number> {
    return statsOf(this, "mean").then(s => s.mean);
  }

  /** Of the population. */
  variance(this: RDD<number>): Promise<number> {
    return statsOf(this, "variance").then(s => s.variance);
  }

  /** Of a sample: divided by n - 1. */
  sampleVariance(this: RDD<number>): Promise<number> {
    return statsOf(this, "sampleVariance").then(s => s.sampleVariance);
  }

  /** Of the population. */
  stdev(this: RDD<number>): Promise<number> {
    return statsOf(this, "stdev").then(s => s.stdev);
  }

  /** Of a sample: divided by n - 1. */
  sampleStdev(this: RDD<number>): Promise<number> {
    return statsOf(this, "sampleStdev").then(s => s.sampleStdev);
  }

  /**
   * How many numbers are in each bucket: `[ends, counts]` for `n` buckets of equal width, `counts` for buckets between the
   * ends given. A bucket holds its lower end, the last also its upper one.
   *
   * @example
   * await sc.parallelize([1, 2, 3, 4]).histogram(3); // [[1, 2, 3, 4], [1, 1, 2]]
   * await sc.parallelize([1, 2, 3, 4]).histogram([0, 2, 5]); // [1, 3]
   */
  histogram(this: RDD<number>, buckets: number): Promise<[number[], number[]]>;
  histogram(this: RDD<number>, buckets: readonly number[]): Promise<number[]>;
  async histogram(this: RDD<number>, buckets: number | readonly number[]): Promise<[number[], number[]] | number[]> {
    if (typeof buckets !== "number") return this.#counts(rules.bucketEnds(buckets));
    must.beAtLeast("histogram", "the number of buckets", buckets, 1);
    const callSite = callSiteOf(this);
    const noRange = failureHere(() => E.HISTOGRAM_RANGE());
    const { min, max } = await statsOf(this, "histogram", noRange);
    if (!Number.isFinite(min) || !Number.isFinite(max)) throw noRange();
    const ends = rules.evenEnds(min, max, buckets);
    return [ends, await withCallSite(callSite, () => this.#counts(ends))];
  }

  #counts(ends: readonly number[]): Promise<number[]> {
    return run(this, { name: "histogram", args: [ends] }, (parts: number[][]) => sumOfParts(parts, ends.length - 1));
  }
}

/** The statistics behind the actions above. */
function statsOf(
  rdd: RDD<number>,
  operation: string,
  empty = failureHere(() => E.EMPTY_COLLECTION(operation)),
): Promise<StatCounter> {
  return run(rdd, { name: "stats", args: [] }, (parts: StatCounter[]) => {
    if (parts.length === 0) throw empty();
    return parts.reduce((all, part) => all.merge(part), new StatCounter());
  });
}
