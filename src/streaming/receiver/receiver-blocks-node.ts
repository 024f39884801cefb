import type { Partition } from "../../core/plan/partition.js";
import { plainPartitions } from "../../core/plan/partition.js";
import { SourceNode } from "../../core/plan/source-node.js";
import type { Block } from "./block-buffer.js";

/** What a receiver stored for one batch: a partition for each block. Spark's `BlockRDD`. */
export class ReceiverBlocksNode<T> extends SourceNode<T> {
  readonly kind = "BlockRDD";

  constructor(private readonly blocks: readonly Block<T>[]) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(this.blocks.length);
  }

  compute(split: Partition): Block<T> {
    return this.blocks[split.index]!;
  }
}
