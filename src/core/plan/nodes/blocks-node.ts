import type { Partition } from "../partition.js";
import { SourceNode } from "../source-node.js";

/** One partition for each block of elements, as a receiver stored them. */
export class BlocksNode<T> extends SourceNode<T> {
  readonly kind = "BlockRDD";

  constructor(private readonly blocks: readonly (readonly T[])[]) {
    super();
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
