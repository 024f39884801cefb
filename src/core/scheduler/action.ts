import type { Sink } from "../pipeline/codegen.js";
import { collectSink, countSink, foldSink, foreachSink, reduceSink, takeSink } from "../pipeline/sinks.js";
import { cloneValue } from "../util/clone-value.js";
import type { TaskContext } from "./task-context.js";

/**
 * What a job does with each partition, by name: a plan names it, so that it can be sent to another thread. Functions in
 * `args` are closures of the user, except those of `driverIterator`.
 */
export type Action =
  | { readonly name: "collect" | "count"; readonly args: readonly [] }
  | { readonly name: "take"; readonly args: readonly [n: number] }
  | { readonly name: "reduce" | "foreach"; readonly args: readonly [f: Function] }
  | { readonly name: "fold"; readonly args: readonly [zero: unknown, f: Function] }
  /** A function of a lazy iterator over the partition and the task's context; what it returns, awaited, is the result. */
  | { readonly name: "iterator" | "driverIterator"; readonly args: readonly [f: PartitionFunction] };

export type PartitionFunction = (elements: IterableIterator<never>, context: TaskContext) => unknown;

/** The sink that carries out an action that looks at one element after the other. */
export function actionSink(action: Action, context: TaskContext): Sink<unknown, unknown> {
  type Any = Sink<unknown, unknown>;
  switch (action.name) {
    case "collect":
      return collectSink as Any;
    case "count":
      return countSink as Any;
    case "take":
      return takeSink(action.args[0]) as Any;
    case "reduce":
      return reduceSink(context.closure(action.args[0])) as Any;
    case "foreach":
      return foreachSink(context.closure(action.args[0])) as Any;
    case "fold":
      // Each task starts from a zero of its own: the function may change it.
      return foldSink(() => cloneValue(action.args[0]), context.closure(action.args[1])) as Any;
    default:
      throw new TypeError(`${action.name} runs on an iterator`);
  }
}
