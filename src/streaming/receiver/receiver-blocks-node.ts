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

  override travel() {
    return { kind: "Elements", data: this.blocks.length };
  }

  override elementsOf(index: number): readonly T[] {
    return this.blocks[index]!.flat();
  }

  override extentOf(index: number) {
    let elements = 0;
    for (const chunk of this.blocks[index]!) elements += chunk.length;
    return { elements };
  }

  compute(split: Partition): Block<T> {
    return this.blocks[split.index]!;
  }
}
