import { E } from "../errors/engine-errors.js";
import type { Sink } from "./codegen.js";
import { kernelOf } from "./kernel.js";
import { isPromise } from "./runtime.js";
import { type Combined, combineSink, groupSink } from "./sinks.js";

type Elements = IterableIterator<unknown>;

/** What a function of a partition must give back. */
function iterable(operation: string, result: unknown): Iterable<unknown> {
  if (typeof (result as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function") {
    return result as Iterable<unknown>;
  }
  if (isPromise(result)) throw E.PROMISE_NOT_AWAITED(operation);
  throw E.NOT_ITERABLE(operation, result);
}

/** Pairs combined by key within a partition: what is already where it belongs is not shuffled again. */
function* combined(it: Elements, sink: Sink<Combined, Combined>): Generator<readonly [unknown, unknown]> {
  const kernel = kernelOf("array", [], sink as Sink<never, unknown>);
  const state = sink.open();
  for (const element of it) kernel.run(state, [element], 0, 1);
  const { table, values } = sink.close(state);
  for (let i = 0; i < values.length; i++) yield [table.keys[i], values[i]];
}

/** The functions of a whole partition by name: a plan names them, so that it can be sent to another thread. */
export const PARTITION_FUNCTIONS = {
  mapPartitions: (f: (it: Elements) => unknown) => (_: number, it: Elements) => iterable("mapPartitions", f(it)),
  mapPartitionsWithIndex: (f: (index: number, it: Elements) => unknown) => (index: number, it: Elements) =>
    iterable("mapPartitionsWithIndex", f(index, it)),
  combineLocally: (create: Function, merge: Function) => (_: number, it: Elements) =>
    combined(it, combineSink(create, merge)),
  groupLocally: () => (_: number, it: Elements) => combined(it, groupSink),
  glom: () => (_: number, it: Elements) => [[...it]],
} as const;

export type PartitionFunctionName = keyof typeof PARTITION_FUNCTIONS;
