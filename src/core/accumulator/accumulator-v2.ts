import { inspect } from "node:util";
import { registerLoader, SHIP, type Shipped } from "../closure/protocol.js";
import { TaskContext } from "../scheduler/task-context.js";
import { engineFunctions } from "../util/engine-functions.js";

let lastId = -1;
/** The id of one that comes from another thread. */
let arriving: number | undefined;
/** Accumulators by id, so that a closure that was shipped finds the one it captured. */
const known = new Map<number, WeakRef<AccumulatorV2<never, unknown>>>();
const forget = new FinalizationRegistry<number>(id => known.delete(id));
registerLoader("accumulator", (id: number) => known.get(id)?.deref());

/**
 * Something tasks add to and the driver reads. Extend it for an accumulator of your own. What a task adds counts when it
 * succeeds: an attempt that failed leaves nothing.
 *
 * Spark's name: `org.apache.spark.util.AccumulatorV2`.
 *
 * @example
 * class Longest extends AccumulatorV2<string, string> {
 *   #longest = "";
 *   get isZero() { return this.#longest === ""; }
 *   copy() { const c = new Longest(); c.#longest = this.#longest; return c; }
 *   reset() { this.#longest = ""; }
 *   add(s: string) { if (s.length > this.#longest.length) this.#longest = s; }
 *   merge(other: Longest) { this.add(other.#longest); }
 *   get value() { return this.#longest; }
 * }
 * const longest = new Longest();
 * sc.register(longest, "longest word");
 */
export abstract class AccumulatorV2<In, Out> {
  /** Unique in this process. */
  declare readonly id: number;
  name: string | undefined;

  constructor() {
    addToTasksCopy(this, arriving ?? ++lastId);
  }

  /** Whether it holds nothing. */
  abstract get isZero(): boolean;
  /** A new one that holds the same. */
  abstract copy(): AccumulatorV2<In, Out>;
  /** Makes it hold nothing. */
  abstract reset(): void;
  /** Adds `value`: in a task when it succeeds, in the driver at once. */
  abstract add(value: In): void;
  /** Adds what `other` holds. */
  abstract merge(other: AccumulatorV2<In, Out>): void;
  /** What was added, as the driver sees it. */
  abstract get value(): Out;

  /** @internal what it holds as data, and the other way round; those that lack it stay in the driver's thread */
  state?(): unknown;
  /** @internal */
  mergeState?(state: unknown): void;

  /** A new one that holds nothing. */
  copyAndReset(): AccumulatorV2<In, Out> {
    const copy = this.copy();
    copy.reset();
    return copy;
  }

  [SHIP](): Shipped {
    if (!known.has(this.id)) {
      known.set(this.id, new WeakRef(this));
      forget.register(this, this.id);
    }
    return { kind: "accumulator", data: this.id };
  }

  toString(): string {
    return `${this.constructor.name}(id: ${this.id}, name: ${this.name ?? "undefined"}, value: ${shown(this.value)})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** A value on one line, as far as it is short. */
const shown = (value: unknown): string =>
  typeof value === "string" ? value : inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 2 });

/** Gives it its id; a task adds to a copy of its own, whatever class of the user this is. */
function addToTasksCopy<In, Out>(accumulator: AccumulatorV2<In, Out>, id: number): void {
  Object.defineProperty(accumulator, "id", { value: id, enumerable: true });
  const { add } = accumulator;
  Object.defineProperty(accumulator, "add", {
    value: (value: In) => add.call(taskCopy(accumulator) ?? accumulator, value),
    writable: true,
    configurable: true,
  });
}

/** The copy the running task adds to, `undefined` in the driver. */
function taskCopy<In, Out>(accumulator: AccumulatorV2<In, Out>): AccumulatorV2<In, Out> | undefined {
  const updates = TaskContext.get()?.updates;
  if (updates === undefined) return undefined;
  const key = accumulator as unknown as AccumulatorV2<unknown, unknown>;
  let copy = updates.get(key);
  if (copy === undefined) {
    copy = key.copyAndReset();
    updates.set(key, copy);
    // Its own add is called with it as the receiver, and must not look for a copy of the copy.
    updates.set(copy, copy);
  }
  return copy as unknown as AccumulatorV2<In, Out>;
}

/** @internal adds what a task that succeeded has collected */
export function mergeUpdates(context: TaskContext): void {
  for (const [accumulator, copy] of context.updates) if (accumulator !== copy) accumulator.merge(copy);
}

/** @internal the accumulator with that id, while somebody holds it */
export function findAccumulator(id: number): AccumulatorV2<never, unknown> | undefined {
  return known.get(id)?.deref();
}

/** @internal an accumulator of another thread: the closures that captured it add to the one that `make` makes */
export function receiveAccumulator<A extends AccumulatorV2<never, unknown>>(id: number, make: () => A): A {
  arriving = id;
  try {
    const accumulator = make();
    if (accumulator.id !== id) addToTasksCopy(accumulator as AccumulatorV2<unknown, unknown>, id);
    known.set(id, new WeakRef(accumulator));
    return accumulator;
  } finally {
    arriving = undefined;
  }
}

engineFunctions("class", { AccumulatorV2, TaskContext });
