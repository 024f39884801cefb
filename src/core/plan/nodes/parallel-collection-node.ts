import type { Partition } from "../partition.js";
import { SourceNode } from "../source-node.js";

/** The elements of an array, sliced as Spark slices them: partition `i` of `n` is `[i * length / n, (i + 1) * length / n)`. */
export class ParallelCollectionNode<T> extends SourceNode<T> {
  readonly kind = "ParallelCollectionRDD";

  constructor(
    private readonly elements: readonly T[],
    private readonly slices: number,
  ) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return Array.from({ length: this.slices }, (_, index) => ({ index }));
  }

  compute(split: Partition): readonly (readonly T[])[] {
    const { length } = this.elements;
    const from = Math.floor((split.index * length) / this.slices);
    const to = Math.floor(((split.index + 1) * length) / this.slices);
    return from === to ? [] : [this.elements.slice(from, to)];
  }
}
