import { runPicked, runSink } from "../pipeline/evaluate.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import { actionSink } from "../scheduler/action.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { KeySample } from "../shuffle/range-bounds.js";

/** So many times as many elements as are wanted must be there for picking to be worth it. */
const WORTH = 8;

/**
 * A random sample of the elements of a partition, and about how many there are. Where the elements that enter are at hand by
 * number, only some of them are computed; else all.
 */
export function sketch(
  node: PlanNode<unknown>,
  split: Partition,
  context: TaskContext,
  size: number,
): KeySample<unknown> | Promise<KeySample<unknown>> {
  // Its records go by once more when the stage is run.
  context.samples = undefined;
  const sink = () => actionSink({ name: "sketch", args: [size] }, context);
  const picked = runPicked(node, split, context, sink(), size, WORTH * size);
  if (picked !== undefined) {
    const { keys, count } = picked.result as KeySample<unknown>;
    // Of a few that say nothing nothing can be told.
    if (count > 0) return { keys, count: count * picked.outOf };
  }
  return runSink(node, split, context, sink()) as KeySample<unknown> | Promise<KeySample<unknown>>;
}
