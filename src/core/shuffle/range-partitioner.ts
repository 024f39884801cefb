import { SHIP, type Shipped } from "../closure/protocol.js";
import { E } from "../errors/engine-errors.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { Action } from "../scheduler/action.js";
import { naturalOrdering, type Ordering } from "../util/ordering.js";
import { Partitioner } from "./partitioner.js";
import { type KeySample, rangeBounds, rangeFunction, rangeOf, sampleSize } from "./range-bounds.js";

/** What a range partitioner is made from: an RDD of pairs. */
export interface PairsHolder<K> {
  /** @internal */
  readonly node: PlanNode<readonly [K, unknown]>;
  /** @internal */
  keys(): { readonly node: PlanNode<K> };
}

/**
 * Spreads keys by ranges of about equal size, so that the partitions are in the order of the keys. Where the ranges end is
 * found by sampling the RDD inside the first job that needs it. Fewer different keys than partitions leave some empty.
 *
 * Spark's name: `org.apache.spark.RangePartitioner`.
 *
 * @example
 * const byRange = new RangePartitioner(4, pairs);
 * pairs.partitionBy(byRange);
 */
export class RangePartitioner<K = unknown> extends Partitioner {
  readonly numPartitions: number;
  /** Until it has sampled them; then it would hold a lineage that may have been cut. */
  #keys: PlanNode<K> | undefined;
  readonly #source: WeakRef<PlanNode<unknown>>;
  readonly #ordering: Ordering<K>;
  #bounds: readonly K[] | undefined;

  constructor(
    partitions: number,
    rdd: PairsHolder<K>,
    readonly ascending = true,
    ordering: Ordering<K> = naturalOrdering,
  ) {
    super();
    if (!Number.isInteger(partitions) || partitions < 1) throw E.NUM_PARTITIONS("RangePartitioner", partitions);
    this.numPartitions = partitions;
    this.#source = new WeakRef<PlanNode<unknown>>(rdd.node);
    if (partitions > 1) this.#keys = rdd.keys().node;
    this.#ordering = ordering;
    if (partitions === 1) this.#bounds = [];
  }

  getPartition(key: unknown): number {
    const bounds = this.#bounds;
    if (bounds === undefined) throw E.RANGE_NOT_SAMPLED();
    return rangeOf(key as K, bounds, this.#ordering, this.ascending);
  }

  override quick(): (key: unknown) => number {
    if (this.#bounds === undefined) throw E.RANGE_NOT_SAMPLED();
    return rangeFunction(this.#bounds, this.#ordering, this.ascending);
  }

  override travel() {
    const { numPartitions, ascending } = this;
    if (this.#bounds === undefined) throw E.RANGE_NOT_SAMPLED();
    return { kind: "range" as const, numPartitions, ascending, bounds: this.#bounds, ordering: this.#ordering };
  }

  /** @internal */
  [SHIP](): Shipped {
    return { kind: "Partitioner", data: this.travel() };
  }

  override prepare(run: (node: PlanNode<unknown>, action: Action) => Promise<unknown[]>): Promise<void> | undefined {
    if (this.#bounds !== undefined) return undefined;
    return this.#sample(run);
  }

  async #sample(run: (node: PlanNode<unknown>, action: Action) => Promise<unknown[]>): Promise<void> {
    const keys = this.#keys!;
    const size = sampleSize(this.numPartitions, keys.numPartitions);
    const samples = (await run(keys, { name: "sketch", args: [size] })) as KeySample<K>[];
    // Another stage may have asked meanwhile, under the name of a partitioner that wraps this one.
    this.#bounds ??= rangeBounds(samples, this.numPartitions, this.#ordering);
    this.#keys = undefined;
  }

  override equals(other: unknown): boolean {
    if (this === other) return true;
    if (!(other instanceof RangePartitioner) || other.numPartitions !== this.numPartitions) return false;
    if (other.ascending !== this.ascending || other.#ordering !== this.#ordering) return false;
    // Before they have sampled, those over the same data will find the same bounds.
    const source = this.#source.deref();
    if (source !== undefined && other.#source.deref() === source) return true;
    const [a, b] = [this.#bounds, other.#bounds];
    if (a === undefined || b === undefined || a.length !== b.length) return false;
    return a.every((x, i) => this.#ordering(x, b[i] as K) === 0);
  }
}
