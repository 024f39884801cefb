import type { TaskContext } from "../../scheduler/task-context.js";
import { type Partition, plainPartitions } from "../partition.js";
import { SourceNode } from "../source-node.js";
import { registerNode } from "../travel.js";

/** Arrays of another thread: each comes with the task that needs it. */
export class ElementsNode extends SourceNode<unknown> {
  readonly kind = "ParallelCollectionRDD";

  constructor(private readonly count: number) {
    super();
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(this.count);
  }

  compute({ index }: Partition, context: TaskContext): readonly (readonly unknown[])[] {
    const elements = context.environment.elements!(this, index);
    return elements.length === 0 ? [] : [elements];
  }
}

registerNode("Elements", (count: number) => new ElementsNode(count));
