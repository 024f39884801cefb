import { E } from "../../errors/engine-errors.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import type { Partitioner } from "../../shuffle/partitioner.js";
import type { Partition } from "../partition.js";
import type { PlanNode } from "../plan-node.js";
import { SourceNode } from "../source-node.js";
import { registerNode } from "../travel.js";

/** An RDD that has only what the cache holds of it: after `localCheckpoint()` its lineage is gone. */
export class KeptBlocksNode<T> extends SourceNode<T> {
  readonly kind = "LocalCheckpointRDD";
  /** The RDD whose blocks these are. */
  readonly rddId: number;
  readonly #count: number;
  readonly #partitioner: Partitioner | undefined;

  constructor(original: Pick<PlanNode<T>, "id" | "numPartitions" | "partitioner">) {
    super();
    this.rddId = original.id;
    this.#count = original.numPartitions;
    this.#partitioner = original.partitioner;
  }

  override get partitioner(): Partitioner | undefined {
    return this.#partitioner;
  }

  protected listPartitions(): readonly Partition[] {
    return Array.from({ length: this.#count }, (_, index) => ({ index }));
  }

  override travel() {
    return { kind: "KeptBlocks", data: { id: this.rddId, numPartitions: this.#count } };
  }

  compute({ index }: Partition, context: TaskContext): Iterable<readonly T[]> {
    const block = context.environment.blocks.get(this.rddId, index, context) as Iterable<readonly T[]> | undefined;
    if (block === undefined) throw E.LOCAL_CHECKPOINT_LOST(`rdd_${this.rddId}_${index}`);
    return block;
  }
}

registerNode("KeptBlocks", (original: { id: number; numPartitions: number }) => {
  return new KeptBlocksNode({ ...original, partitioner: undefined });
});
