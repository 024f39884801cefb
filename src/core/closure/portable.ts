import { SparkError } from "../errors/spark-error.js";
import { constantCaptures, readCaptures, sameCaptures } from "./constant-captures.js";
import { E } from "./errors.js";
import { load } from "./load.js";
import { type Mark, markOf } from "./mark.js";
import { Refusal } from "./refusal.js";
import { eachCapture, shipOrRefuse } from "./ship.js";

/** The closure as a task gets it, or the closure itself and why it could not travel. */
export interface Portable<F> {
  /** What the task calls: loaded from the shipped form; where something in it cannot travel, around that very thing. */
  readonly fn: F;
  /** Why it stays in the driver's thread: the path to the variable and what it is. Absent when it travels. */
  readonly stays?: string;
  /**
   * Another copy, with captured variables of its own, for each attempt of a task: what one task adds to a captured Map the
   * next does not see. Absent where copies cannot differ.
   */
  readonly fresh?: () => F;
}

/** How `portable` treats what cannot travel. */
export interface PortableOptions {
  /** `spark.tspark.closure.strict`: what cannot travel is an error. Default false: it stays in the driver's thread. */
  readonly strict?: boolean;
}

/**
 * The closure as tasks are to call it: with copies of the variables it captures, as they are now. Later assignments of the
 * program do not reach it, nor do its own reach the program, as if it ran in a worker.
 *
 * A function that carries no capture data (plain JavaScript) comes back unchanged; the strict setting asks the inspector
 * whether it could travel, so that it fails wherever its tasks would have run.
 *
 * @throws TaskNotSerializableError in the strict setting, `Task not serializable: the closure -> sock is a Socket …`
 *
 * @example
 * const late = 1;
 * const { fn, stays } = portable((x: number) => x + late);
 * fn(1); // 2
 */
export function portable<F extends Function>(fn: F, options: PortableOptions = {}): Portable<F> {
  const mark = markOf(fn);
  if (mark === undefined) {
    if (options.strict) assertTravels(fn);
    return { fn };
  }
  try {
    return constant(fn, mark) ?? own(fn, mark);
  } catch (cause) {
    let error = cause;
    // text that only parses where it was written (`await` at the top of its module, a dialect of some plug-in)
    if (error instanceof SyntaxError)
      error = new Refusal("the closure", `code that does not stand alone (${error.message})`);
    if (!(error instanceof Refusal)) throw error;
    if (options.strict) throw E.TASK_NOT_SERIALIZABLE.because(error.cause, error.path, error.what);
    const stays = `${error.path} is ${error.what}`;
    const fresh = aroundWhatStays(fn);
    return fresh === undefined ? { fn, stays } : { fn: fresh(), fresh, stays };
  }
}

/** What a worker would refuse is refused. */
function assertTravels(fn: Function): void {
  try {
    shipOrRefuse(fn, "the closure", { inspect: true });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw E.TASK_NOT_SERIALIZABLE.because(error.cause, error.path, error.what);
  }
}

/** Copies that share only what cannot travel: the variables beside it are each task's own. */
function aroundWhatStays<F extends Function>(fn: F): (() => F) | undefined {
  const live: unknown[] = [];
  try {
    const { bytes } = shipOrRefuse(fn, "the closure", { live });
    const make = () => load<F>(bytes, live);
    make();
    return make;
  } catch (error) {
    if (error instanceof SparkError) throw error;
    // not even its code stands alone
    return undefined;
  }
}

/** The last copy of a closure whose captures cannot change, with what they were. */
const copies = new WeakMap<Mark, { captures: readonly unknown[]; fn: Function }>();

/** The way of most closures: a copy that serves every batch until a captured variable has another value. */
function constant<F extends Function>(fn: F, mark: Mark): Portable<F> | undefined {
  const captures = constantCaptures(fn, mark);
  if (captures === undefined) return undefined;
  const before = copies.get(mark);
  if (before !== undefined && sameCaptures(before.captures, captures)) return { fn: before.fn as F };
  const { site } = readCaptures(fn, mark);
  // without captures a copy would do what the function does; but closures it makes are not marked in a copy, and cheaper
  if (site.kind === "function" && site.names.length === 0 && !site.nested) return { fn };
  const made = (primitive(fn, mark) ?? throughBytes(fn))();
  copies.set(mark, { captures, fn: made });
  return { fn: made };
}

/** A copy, and a fresh one for each task. */
function own<F extends Function>(fn: F, mark: Mark): Portable<F> {
  const make = primitive(fn, mark) ?? throughBytes(fn);
  return { fn: make(), fresh: make };
}

function throughBytes<F extends Function>(fn: F): () => F {
  const { bytes } = shipOrRefuse(fn, "the closure");
  return () => load<F>(bytes);
}

/** Makes copies of a closure that captures only numbers, strings and the like, without bytes. */
function primitive<F extends Function>(fn: F, mark: Mark): (() => F) | undefined {
  if (typeof mark.captures === "string") return undefined;
  const { site, entries } = readCaptures(fn, mark);
  if (site.helper !== undefined || site.kind !== "function" || Object.keys(fn).length > 0) return undefined;
  const values: unknown[] = [];
  let simple = true;
  eachCapture(site, entries, { from: undefined, label: "the closure", direct: true }, (name, index, value) => {
    const root = site.rootOf[index]!;
    const [first, second] = name.path;
    if (root < 0 || second !== undefined || !isPrimitive(value)) simple = false;
    else if (first === undefined) values[root] = value;
    else ((values[root] ??= {}) as Record<string, unknown>)[first] = value;
  });
  if (!simple) return undefined;
  const { name } = fn;
  return () => {
    const surrounding = site.factory(typeof name === "string" ? name : "").apply(undefined);
    surrounding.fill(values.map(copy));
    return surrounding.make() as F;
  };
}

const isPrimitive = (value: unknown): boolean =>
  (typeof value !== "object" || value === null) && typeof value !== "function" && typeof value !== "symbol";

const copy = (root: unknown): unknown => (typeof root === "object" && root !== null ? { ...root } : root);
