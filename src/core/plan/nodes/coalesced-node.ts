import { chunksOf } from "../../pipeline/evaluate.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import type { Chunks } from "../chunks.js";
import { type Dependency, NarrowDependency } from "../dependency.js";
import type { Partition } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";
import { concatChunks } from "./union-node.js";

interface CoalescedPartition extends Partition {
  /** The parent's partitions `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

/** Neighbouring partitions of its parent put together, without moving anything. */
export class CoalescedNode<T> extends PlanNode<T> {
  readonly kind = "CoalescedRDD";

  constructor(
    override readonly parent: PlanNode<T>,
    private readonly wanted: number,
  ) {
    super();
  }

  protected listPartitions(): readonly CoalescedPartition[] {
    const n = this.parent.numPartitions;
    const groups = Math.min(this.wanted, n);
    return Array.from({ length: groups }, (_, index) => ({
      index,
      from: Math.floor((index * n) / groups),
      to: Math.floor(((index + 1) * n) / groups),
    }));
  }

  protected listDependencies(): readonly Dependency[] {
    const parents = (i: number) => {
      const { from, to } = this.partitions[i] as CoalescedPartition;
      return Array.from({ length: to - from }, (_, j) => from + j);
    };
    return [new NarrowDependency(this.parent, parents)];
  }

  override travel() {
    return { kind: "Coalesced", data: this.wanted };
  }

  compute({ from, to }: CoalescedPartition, context: TaskContext): Chunks<T> {
    const { parent } = this;
    return concatChunks(parent.partitions.slice(from, to).map(split => () => chunksOf(parent, split, context)));
  }
}

registerNode("Coalesced", (wanted: number, [parent]) => new CoalescedNode(parent as PlanNode<unknown>, wanted));
