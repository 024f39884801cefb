import type { Partition } from "../partition.js";
import { SourceNode } from "../source-node.js";

/** One partition for each block of elements, as a receiver stored them; without any block Spark's `EmptyRDD`. */
export class BlocksNode<T> extends SourceNode<T> {
  readonly kind: string;

  constructor(private readonly blocks: readonly (readonly T[])[]) {
    super();
    this.kind = blocks.length === 0 ? "EmptyRDD" : "BlockRDD";
  }

  protected listPartitions(): readonly Partition[] {
    return this.blocks.map((_, index) => ({ index }));
  }

  override travel() {
    return { kind: "Elements", data: this.blocks.length };
  }

  override elementsOf(index: number): readonly T[] {
    return this.blocks[index]!;
  }

  override extentOf(index: number) {
    return { elements: this.blocks[index]!.length };
  }

  compute(split: Partition): readonly (readonly T[])[] {
    return [this.blocks[split.index]!];
  }
}
