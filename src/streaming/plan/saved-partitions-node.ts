import { type Partition, plainPartitions } from "../../core/plan/partition.js";
import { SourceNode } from "../../core/plan/source-node.js";
import type { Partitioner } from "../../core/shuffle/partitioner.js";

/** Partitions that were read from a checkpoint. */
export class SavedPartitionsNode<T> extends SourceNode<T> {
  readonly kind = "CheckpointRDD";

  constructor(
    private readonly lists: readonly (readonly T[])[],
    private readonly keyPartitioner?: Partitioner,
  ) {
    super();
  }

  override get partitioner(): Partitioner | undefined {
    return this.keyPartitioner;
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(this.lists.length);
  }

  compute(split: Partition): readonly (readonly T[])[] {
    return [this.lists[split.index]!];
  }
}
