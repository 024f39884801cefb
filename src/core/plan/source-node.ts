import type { TaskContext } from "../scheduler/task-context.js";
import type { Chunks } from "./chunks.js";
import type { Dependency } from "./dependency.js";
import type { Partition } from "./partition.js";
import { PlanNode } from "./plan-node.js";

/**
 * A node without parents: where data enters. Subclass it for a source of your own and wrap it with `new RDD(sc, node)`.
 *
 * @example
 * class Letters extends SourceNode<string> {
 *   readonly kind = "LettersRDD";
 *   protected listPartitions() {
 *     return [{ index: 0 }, { index: 1 }];
 *   }
 *   compute(split: Partition) {
 *     return [split.index === 0 ? ["a", "b"] : ["c"]];
 *   }
 * }
 */
export abstract class SourceNode<T> extends PlanNode<T> {
  protected listDependencies(): readonly Dependency[] {
    return [];
  }
  abstract override compute(split: Partition, context: TaskContext): Chunks<T>;
}
