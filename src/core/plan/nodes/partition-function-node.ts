import { chunksOf } from "../../pipeline/evaluate.js";
import { PARTITION_FUNCTIONS, type PartitionFunctionName } from "../../pipeline/partition-functions.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import { ChunkIterator, type Chunks, chunked, mapWhenSync } from "../chunks.js";
import type { Partition } from "../partition.js";
import type { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";
import { OneToOneNode } from "./one-to-one-node.js";

/** A function of a whole partition: `mapPartitions` and what is made of it. Both its input and its result are lazy. */
export class PartitionFunctionNode<A, B> extends OneToOneNode<A, B> {
  readonly kind: string = "MapPartitionsRDD";

  constructor(
    parent: PlanNode<A>,
    readonly operation: PartitionFunctionName,
    /** Plain data and the user's functions. */
    readonly args: readonly unknown[],
    preservesPartitioning = false,
  ) {
    super(parent, preservesPartitioning);
  }

  override travel() {
    const { operation, args, preservesPartitioning } = this;
    return { kind: "PartitionFunction", data: { operation, args, preservesPartitioning } };
  }

  compute(split: Partition, context: TaskContext): Chunks<B> {
    const make = PARTITION_FUNCTIONS[this.operation] as (
      ...args: unknown[]
    ) => (index: number, elements: IterableIterator<A>) => Iterable<B>;
    const f = make(...this.args.map(a => (typeof a === "function" ? context.closure(a) : a)));
    return mapWhenSync(chunksOf(this.parent, split, context), chunks => {
      return chunked(f(split.index, new ChunkIterator(chunks)));
    });
  }
}

type Data = { operation: PartitionFunctionName; args: readonly unknown[]; preservesPartitioning: boolean };
registerNode("PartitionFunction", ({ operation, args, preservesPartitioning }: Data, [parent]) => {
  return new PartitionFunctionNode(parent as PlanNode<unknown>, operation, args, preservesPartitioning);
});
