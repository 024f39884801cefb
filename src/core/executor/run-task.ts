import type { Sink } from "../pipeline/codegen.js";
import { createCombiner } from "../pipeline/create-combiner.js";
import { runIterator, runSink } from "../pipeline/evaluate.js";
import { combineAndPartitionSink, partitionSink, spreadSink } from "../pipeline/sinks.js";
import type { ShuffleDependency } from "../plan/dependency.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import { actionSink } from "../scheduler/action.js";
import type { TaskContext } from "../scheduler/task-context.js";
import { type MapOutput, type MapSink, spillingSink } from "../shuffle/map-side.js";
import { recordsOf, storedSize } from "../shuffle/shuffle-block.js";
import { spreadStart } from "../shuffle/spread-start.js";
import { removeSpilled } from "../storage/spill-file.js";
import type { Task } from "./backend.js";
import { savePart } from "./save-part.js";
import { sketch } from "./sketch.js";

/** Computes a task in this thread. */
export function runTask({ work, split, context }: Task): unknown {
  return context.run(() => {
    if (work.kind === "shuffleMap") return runMapTask(work.dependency, split, context);
    const { action } = work;
    const node = work.node as PlanNode<never>;
    switch (action.name) {
      case "iterator":
        return runIterator(node, split, context, context.closure(action.args[0]));
      case "sketch":
        return sketch(node, split, context, action.args[0]);
      case "saveText":
      case "saveObjects":
        return context.runAsync(() => savePart(node, split, context, action));
      default:
        return runSink(node, split, context, actionSink(action, context));
    }
  });
}

function runMapTask(dependency: ShuffleDependency, split: Partition, context: TaskContext): void | Promise<void> {
  const { metrics } = context;
  const store = ({ blocks, file }: MapOutput) => {
    if (context.killed !== undefined) {
      // Another attempt is perhaps at the same partition, and what it has put there is in use.
      for (const path of file?.paths ?? []) removeSpilled(path);
      context.check();
    }
    for (const block of [...blocks, ...(file?.blocks.flat() ?? [])]) {
      if (block === undefined) continue;
      metrics.shuffleWriteRecords += recordsOf(block);
      metrics.shuffleWriteBytes += storedSize(block);
    }
    context.environment.shuffles.put(dependency.shuffleId, split.index, blocks, file);
  };
  const blocks = runSink(dependency.node, split, context, mapSide(dependency, split, context));
  return blocks instanceof Promise ? blocks.then(store) : store(blocks);
}

function mapSide(dependency: ShuffleDependency, split: Partition, context: TaskContext): Sink<object, MapOutput> {
  return spillingSink(mapSink(dependency, split, context) as MapSink<object>, context);
}

function mapSink({ partitioner, options }: ShuffleDependency, split: Partition, context: TaskContext): unknown {
  const { aggregator, spread } = options;
  if (spread) return spreadSink(partitioner.numPartitions, spreadStart(split.index, partitioner.numPartitions));
  if (aggregator === undefined || aggregator === "group" || !aggregator.mapSideCombine) {
    return partitionSink(partitioner);
  }
  const merge = context.closure(aggregator.mergeValue);
  return combineAndPartitionSink(partitioner, createCombiner(aggregator, context), merge);
}
