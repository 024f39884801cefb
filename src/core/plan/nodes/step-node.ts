import type { StepName } from "../../pipeline/steps.js";
import type { Partitioner } from "../../shuffle/partitioner.js";
import type { Chunks } from "../chunks.js";
import { type Dependency, OneToOneDependency } from "../dependency.js";
import type { Partition } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";

/** One fusable operation on each element of its parent: `map`, `filter`, `flatMap`, `mapValues` … */
export class StepNode<A, B> extends PlanNode<B> {
  readonly kind = "MapPartitionsRDD";

  constructor(
    override readonly parent: PlanNode<A>,
    readonly step: StepName,
    /** The user's functions. */
    readonly closures: readonly Function[],
    /** Whether keys stay what and where they are. */
    readonly preservesPartitioning = false,
  ) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return this.parent.partitions;
  }

  protected listDependencies(): readonly Dependency[] {
    return [new OneToOneDependency(this.parent)];
  }

  override get partitioner(): Partitioner | undefined {
    return this.preservesPartitioning ? this.parent.partitioner : undefined;
  }

  override travel() {
    const { step, closures, preservesPartitioning } = this;
    return { kind: "Step", data: { step, closures, preservesPartitioning } };
  }

  compute(): Chunks<B> {
    // chunksOf and runSink compile steps together with what surrounds them and never come here.
    return [];
  }
}

type StepData = { step: StepName; closures: readonly Function[]; preservesPartitioning: boolean };
registerNode("Step", ({ step, closures, preservesPartitioning }: StepData, [parent]) => {
  return new StepNode(parent as PlanNode<unknown>, step, closures, preservesPartitioning);
});
