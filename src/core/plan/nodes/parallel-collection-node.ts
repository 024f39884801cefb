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

  override travel() {
    return { kind: "Elements", data: this.slices };
  }

  override elementsOf(index: number): readonly T[] {
    const { length } = this.elements;
    const from = Math.floor((index * length) / this.slices);
    const to = Math.floor(((index + 1) * length) / this.slices);
    return this.elements.slice(from, to);
  }

  override extentOf() {
    return { elements: Math.ceil(this.elements.length / this.slices) };
  }

  compute(split: Partition): readonly (readonly T[])[] {
    const slice = this.elementsOf(split.index);
    return slice.length === 0 ? [] : [slice];
  }
}
