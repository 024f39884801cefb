import { type Partition, plainPartitions } from "../../core/plan/partition.js";
import { SourceNode } from "../../core/plan/source-node.js";
import { RDD } from "../../core/rdd/rdd.js";
import type { Partitioner } from "../../core/shuffle/partitioner.js";
import type { SparkContext } from "../../core/spark-context.js";

/** Whether the RDD is known, without running anything, to have no elements. */
export function isKnownEmpty(rdd: RDD<unknown>): boolean {
  return rdd.node.isKnownEmpty;
}

/** Notes that the RDD has no elements. */
export function markEmpty<T>(rdd: RDD<T>): RDD<T> {
  rdd.node.isKnownEmpty = true;
  return rdd;
}

/** An RDD of so many partitions without elements, spread by `partitioner` where there is one. */
export function emptyLike<T>(sc: SparkContext, partitions: number, partitioner?: Partitioner): RDD<T> {
  return markEmpty(new RDD(sc, new EmptyPartitionsNode<T>(partitions, partitioner)));
}

/** What a shuffle of nothing gives. */
class EmptyPartitionsNode<T> extends SourceNode<T> {
  readonly kind = "EmptyRDD";

  constructor(
    private readonly count: number,
    private readonly spread: Partitioner | undefined,
  ) {
    super();
  }

  override get partitioner(): Partitioner | undefined {
    return this.spread;
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(this.count);
  }

  override travel() {
    return { kind: "Elements", data: this.count };
  }

  override elementsOf(): readonly T[] {
    return [];
  }

  compute(): readonly (readonly T[])[] {
    return [];
  }
}
