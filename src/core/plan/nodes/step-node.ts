import type { StepName } from "../../pipeline/steps.js";
import type { Chunks } from "../chunks.js";
import type { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";
import { OneToOneNode } from "./one-to-one-node.js";

/** One fusable operation on each element of its parent: `map`, `filter`, `flatMap`, `mapValues` … */
export class StepNode<A, B> extends OneToOneNode<A, B> {
  readonly kind = "MapPartitionsRDD";

  constructor(
    parent: PlanNode<A>,
    readonly step: StepName,
    /** The user's functions. */
    readonly closures: readonly Function[],
    preservesPartitioning = false,
  ) {
    super(parent, preservesPartitioning);
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
