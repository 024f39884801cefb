import type { TaskContext } from "../../scheduler/task-context.js";
import { HashPartitioner } from "../../shuffle/hash-partitioner.js";
import { openBlock, valuesOf } from "../../shuffle/shuffle-block.js";
import { type Dependency, ShuffleDependency } from "../dependency.js";
import { type Partition, plainPartitions } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";
import { countRead } from "./shuffled-node.js";

/** The elements of its parent dealt out evenly: `repartition`. */
export class SpreadNode<T> extends PlanNode<T> {
  readonly kind = "ShuffledRDD";
  readonly dependency: ShuffleDependency;

  /** @param dependency where it stands for one of another thread */
  constructor(
    parent: PlanNode<T>,
    private readonly wanted: number,
    dependency?: ShuffleDependency,
  ) {
    super();
    this.dependency = dependency ?? new ShuffleDependency(parent, new HashPartitioner(wanted), { spread: true });
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(this.wanted);
  }

  protected listDependencies(): readonly Dependency[] {
    return [this.dependency];
  }

  override travel() {
    return { kind: "Spread", data: this.wanted };
  }

  *compute(split: Partition, context: TaskContext): Generator<readonly T[]> {
    const { blocks } = context.environment.shuffles.read(this.dependency.shuffleId, split.index);
    countRead(blocks, context);
    for (const block of blocks) yield valuesOf(openBlock(block)) as readonly T[];
  }
}

registerNode("Spread", (wanted: number, [upstream]) => {
  const dependency = upstream as ShuffleDependency;
  return new SpreadNode(dependency.node, wanted, dependency);
});
