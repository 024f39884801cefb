import { E } from "../../errors/engine-errors.js";
import type { Partition } from "../partition.js";
import { SourceNode } from "../source-node.js";

/**
 * A node of another thread whose lineage did not come along: the cache or a checkpoint has its data, or a shuffle lies
 * between.
 */
export class StandInNode extends SourceNode<unknown> {
  readonly kind = "MapPartitionsRDD";

  constructor(private readonly count: number) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return Array.from({ length: this.count }, (_, index) => ({ index }));
  }

  compute({ index }: Partition): never {
    throw E.LOCAL_CHECKPOINT_LOST(`rdd_${this.id}_${index}`);
  }
}
