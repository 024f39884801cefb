import type { ShuffleDependency } from "../plan/dependency.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { Action } from "../scheduler/action.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { TaskEnvironment } from "../scheduler/task-environment.js";

/** What a task computes: an action on one partition, or the map side of a shuffle. */
export type Work =
  | { readonly kind: "result"; readonly node: PlanNode<unknown>; readonly action: Action }
  | { readonly kind: "shuffleMap"; readonly dependency: ShuffleDependency };

/** One attempt to compute one partition of a stage. */
export interface Task {
  readonly work: Work;
  readonly split: Partition;
  readonly context: TaskContext;
}

/**
 * Where tasks run. The embedded one runs them in the driver's thread; a pool of worker threads and a cluster implement the
 * same.
 */
export interface Backend {
  /** Tasks that may run at the same time. */
  readonly slots: number;
  /** A promise when all slots are taken; whoever got one gives it back with {@link release}. */
  acquire(): Promise<void> | undefined;
  release(): void;
  /** Called before the tasks of a stage run, and after the last has ended. */
  open?(work: Work, splits: readonly Partition[], environment: TaskEnvironment): void;
  close?(work: Work): void;
  /** The result of the task; of a map task nothing, its output is in the shuffle store. A promise when it had to wait. */
  run(task: Task): unknown;
  stop(): Promise<void>;
}
