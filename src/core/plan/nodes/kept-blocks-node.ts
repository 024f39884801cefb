import { E } from "../../errors/engine-errors.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import type { Partitioner } from "../../shuffle/partitioner.js";
import type { Partition } from "../partition.js";
import type { PlanNode } from "../plan-node.js";
import { SourceNode } from "../source-node.js";

/** An RDD that has only what the cache holds of it: after `localCheckpoint()` its lineage is gone. */
export class KeptBlocksNode<T> extends SourceNode<T> {
  readonly kind = "LocalCheckpointRDD";
  readonly #rddId: number;
  readonly #count: number;
  readonly #partitioner: Partitioner | undefined;

  constructor(original: PlanNode<T>) {
    super();
    this.#rddId = original.id;
    this.#count = original.numPartitions;
    this.#partitioner = original.partitioner;
  }

  override get partitioner(): Partitioner | undefined {
    return this.#partitioner;
  }

  protected listPartitions(): readonly Partition[] {
    return Array.from({ length: this.#count }, (_, index) => ({ index }));
  }

  compute({ index }: Partition, context: TaskContext): readonly (readonly T[])[] {
    const block = context.environment.blocks.get(this.#rddId, index) as readonly T[] | undefined;
    if (block === undefined) throw E.LOCAL_CHECKPOINT_LOST(`rdd_${this.#rddId}_${index}`);
    return [block];
  }
}
