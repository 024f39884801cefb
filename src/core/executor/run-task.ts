import type { Sink } from "../pipeline/codegen.js";
import { createCombiner } from "../pipeline/create-combiner.js";
import { runIterator, runSink } from "../pipeline/evaluate.js";
import { combineAndPartitionSink, partitionSink, spreadSink } from "../pipeline/sinks.js";
import type { ShuffleDependency } from "../plan/dependency.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import { actionSink } from "../scheduler/action.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { ShuffleBlock } from "../shuffle/shuffle-store.js";
import { spreadStart } from "../shuffle/spread-start.js";
import type { Task } from "./backend.js";
import { savePart } from "./save-part.js";

/** Computes a task in this thread. */
export function runTask({ work, split, context }: Task): unknown {
  return context.run(() => {
    if (work.kind === "shuffleMap") return runMapTask(work.dependency, split, context);
    const { action } = work;
    const node = work.node as PlanNode<never>;
    switch (action.name) {
      case "iterator":
        return runIterator(node, split, context, context.closure(action.args[0]));
      case "saveText":
      case "saveObjects":
        return context.runAsync(() => savePart(node, split, context, action));
      default:
        return runSink(node, split, context, actionSink(action, context));
    }
  });
}

function runMapTask(dependency: ShuffleDependency, split: Partition, context: TaskContext): void | Promise<void> {
  const store = (blocks: readonly (ShuffleBlock | undefined)[]) => {
    for (const block of blocks) context.metrics.shuffleWriteRecords += block?.values.length ?? 0;
    context.environment.shuffles.put(dependency.shuffleId, split.index, blocks);
  };
  const blocks = runSink(dependency.node, split, context, mapSide(dependency, split, context));
  return blocks instanceof Promise ? blocks.then(store) : store(blocks);
}

function mapSide({ partitioner, options }: ShuffleDependency, split: Partition, context: TaskContext) {
  type Blocks = Sink<unknown, readonly (ShuffleBlock | undefined)[]>;
  if (options.spread) {
    return spreadSink(partitioner.numPartitions, spreadStart(split.index, partitioner.numPartitions)) as Blocks;
  }
  const { aggregator } = options;
  if (aggregator === undefined || aggregator === "group" || !aggregator.mapSideCombine) {
    return partitionSink(partitioner) as Blocks;
  }
  const merge = context.closure(aggregator.mergeValue);
  return combineAndPartitionSink(partitioner, createCombiner(aggregator, context), merge) as Blocks;
}
