import type { OutputJob } from "../io/output-job.js";
import type { AnySink, Sink } from "../pipeline/codegen.js";
import {
  addSink,
  type Combined,
  collectSink,
  combineSink,
  countSink,
  foldSink,
  foreachSink,
  reduceSink,
  takeSink,
} from "../pipeline/sinks.js";
import type { KeySample } from "../shuffle/range-bounds.js";
import { BoundedBest } from "../sort/bounded-best.js";
import { HyperLogLog } from "../table/hyper-log-log.js";
import { cloneValue } from "../util/clone-value.js";
import { naturalOrdering, type Ordering, reverse } from "../util/ordering.js";
import { Random } from "../util/random.js";
import { numberOf, StatCounter } from "../util/stat-counter.js";
import type { TaskContext } from "./task-context.js";

/**
 * What a job does with each partition, by name: a plan names it, so that it can be sent to another thread. Functions in
 * `args` are closures of the user.
 */
export type Action =
  /** All elements; how many there are; count, mean and so on of numbers. */
  | { readonly name: "collect" | "count" | "stats"; readonly args: readonly [] }
  | { readonly name: "take"; readonly args: readonly [n: number] }
  | { readonly name: "reduce" | "foreach"; readonly args: readonly [f: Function] }
  | { readonly name: "fold"; readonly args: readonly [zero: unknown, f: Function] }
  /** Pairs combined by key: `{ keys, values }`. */
  | { readonly name: "combine"; readonly args: readonly [create: Function, merge: Function] }
  /** The first `n` in order. */
  | {
      readonly name: "takeOrdered";
      readonly args: readonly [n: number, ordering: Ordering<never> | undefined, descending: boolean];
    }
  /** The registers of a HyperLogLog of 2^p. */
  | { readonly name: "countApproxDistinct"; readonly args: readonly [p: number] }
  /** A random sample of `n` elements, and how many there are. */
  | { readonly name: "sketch"; readonly args: readonly [n: number] }
  | { readonly name: "histogram"; readonly args: readonly [buckets: readonly number[]] }
  /** A function of a lazy iterator over the partition and the task's context; what it returns, awaited, is the result. */
  | { readonly name: "iterator"; readonly args: readonly [f: PartitionFunction] }
  | { readonly name: "saveText" | "saveObjects"; readonly args: readonly [job: OutputJob, codec: string | undefined] };

export type PartitionFunction = (elements: IterableIterator<never>, context: TaskContext) => unknown;

/** The sink that carries out an action that looks at one element after the other. */
export function actionSink(action: Action, context: TaskContext): Sink<unknown, unknown> {
  return sinkFor(action, context) as Sink<unknown, unknown>;
}

function sinkFor(action: Action, context: TaskContext): AnySink {
  switch (action.name) {
    case "collect":
      return collectSink;
    case "count":
      return countSink;
    case "take":
      return takeSink(action.args[0]);
    case "reduce":
      return reduceSink(context.closure(action.args[0]));
    case "foreach":
      return foreachSink(context.closure(action.args[0]));
    case "fold":
      // Each task starts from a zero of its own: the function may change it.
      return foldSink(() => cloneValue(action.args[0]), context.closure(action.args[1]));
    case "combine": {
      const combine = combineSink(context.closure(action.args[0]), context.closure(action.args[1]));
      return { ...combine, close: (s: Combined) => ({ keys: s.table.keys, values: s.values }) };
    }
    case "takeOrdered": {
      const [n, given, descending] = action.args;
      const ordering = given === undefined ? naturalOrdering : context.closure(given as Ordering<unknown>);
      return addSink(
        () => new BoundedBest(n, descending ? reverse(ordering) : ordering),
        s => s.result(),
      );
    }
    case "stats":
      return addSink(
        () => {
          const counter = new StatCounter();
          return { counter, add: (x: unknown) => counter.merge(x as number) };
        },
        s => s.counter,
      );
    case "countApproxDistinct":
      return addSink(
        () => new HyperLogLog(action.args[0]),
        s => s.registers,
      );
    case "sketch":
      return addSink(
        () => new Reservoir(action.args[0], context.partitionId()),
        s => s.result(),
      );
    case "histogram":
      return addSink(
        () => new Histogram(action.args[0]),
        s => s.counts,
      );
    default:
      throw new TypeError(`${action.name} is not done one element after the other`);
  }
}

/** A random sample of a fixed size; the same each time for the same partition. */
class Reservoir {
  readonly #keys: unknown[] = [];
  readonly #random: Random;
  #count = 0;

  constructor(
    private readonly size: number,
    partition: number,
  ) {
    this.#random = new Random(partition);
  }

  add(x: unknown): void {
    if (this.#count++ < this.size) {
      this.#keys.push(x);
      return;
    }
    const i = this.#random.below(this.#count);
    if (i < this.size) this.#keys[i] = x;
  }

  result(): KeySample<unknown> {
    return { keys: this.#keys, count: this.#count };
  }
}

/** Counts per bucket; each holds its lower end, the last also its upper one. What is outside, or `NaN`, is not counted. */
class Histogram {
  readonly counts: number[];

  constructor(private readonly ends: readonly number[]) {
    this.counts = new Array<number>(ends.length - 1).fill(0);
  }

  add(x: unknown): void {
    const { ends } = this;
    const value = typeof x === "number" ? x : numberOf(x);
    const last = ends.length - 1;
    if (!(value >= ends[0]! && value <= ends[last]!)) return;
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (value >= ends[middle]!) low = middle;
      else high = middle;
    }
    this.counts[low]!++;
  }
}
