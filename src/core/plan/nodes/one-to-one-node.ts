import type { Partitioner } from "../../shuffle/partitioner.js";
import { type Dependency, OneToOneDependency } from "../dependency.js";
import type { Partition } from "../partition.js";
import { PlanNode } from "../plan-node.js";

/** A node whose partition `i` is made of partition `i` of its only parent. */
export abstract class OneToOneNode<A, B> extends PlanNode<B> {
  constructor(
    override readonly parent: PlanNode<A>,
    /** Whether keys stay what and where they are. */
    readonly preservesPartitioning = false,
  ) {
    super();
  }

  protected override get partitionedAs(): PlanNode<unknown> {
    return this.parent as PlanNode<unknown>;
  }

  protected listPartitions(): readonly Partition[] {
    return this.parent.partitions;
  }

  protected listDependencies(): readonly Dependency[] {
    return [new OneToOneDependency(this.parent as PlanNode<unknown>)];
  }

  override get partitioner(): Partitioner | undefined {
    let node: PlanNode<unknown> = this as PlanNode<unknown>;
    while (node instanceof OneToOneNode) {
      if (!node.preservesPartitioning) return undefined;
      node = (node.checkpoint?.node ?? node.parent) as PlanNode<unknown>;
    }
    return node.partitioner;
  }
}
