import { E } from "./errors.js";
import { load } from "./load.js";
import { type CaptureEntry, type Mark, MarkFlag, markOf } from "./mark.js";
import { Refusal } from "./refusal.js";
import { eachCapture, shipOrRefuse } from "./ship.js";
import { siteOf } from "./site.js";

/** The closure as a task gets it, or the closure itself and why it could not travel. */
export interface Portable<F> {
  /** What the task calls: loaded from the shipped form, or the very closure where it cannot travel. */
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
 * A function that carries no capture data (plain JavaScript) comes back unchanged.
 *
 * @throws TaskNotSerializableError in the strict setting, `Task not serializable: the closure -> sock is a Socket …`
 *
 * @example
 * const { fn, stays } = portable((x: number) => x + late);
 */
export function portable<F extends Function>(fn: F, options: PortableOptions = {}): Portable<F> {
  const mark = markOf(fn);
  if (mark === undefined) return { fn };
  try {
    return simple(fn, mark) ?? throughBytes(fn);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (options.strict) throw E.TASK_NOT_SERIALIZABLE.because(error.cause, error.path, error.what);
    return { fn, stays: `${error.path} is ${error.what}` };
  }
}

function throughBytes<F extends Function>(fn: F): Portable<F> {
  const { bytes } = shipOrRefuse(fn, "the closure");
  return { fn: load<F>(bytes), fresh: () => load<F>(bytes) };
}

const NONE: readonly CaptureEntry[] = [];
const START = { from: undefined, label: "the closure", direct: true } as const;

/** The way of most closures: nothing captured, or only numbers, strings and the like. No bytes are made. */
function simple<F extends Function>(fn: F, mark: Mark): Portable<F> | undefined {
  if (typeof mark.captures === "string") return undefined;
  const entries = mark.captures?.() ?? NONE;
  const site = siteOf(fn, mark, entries);
  if (site.helper !== undefined || site.kind !== "function" || Object.keys(fn).length > 0) return undefined;
  // without captures a copy would do what the function does; but closures it makes are not marked in a copy, and cheaper
  if (entries.length === 0 && !site.nested) return { fn };
  const values: unknown[] = [];
  let primitive = true;
  eachCapture(site, entries, START, (name, index, value) => {
    const root = site.rootOf[index]!;
    if (
      root < 0 ||
      (typeof value === "object" && value !== null) ||
      typeof value === "function" ||
      typeof value === "symbol"
    )
      primitive = false;
    else if (name.path.length === 0) values[root] = value;
    else if (name.path.length === 1) ((values[root] ??= {}) as Record<string, unknown>)[name.path[0]!] = value;
    else primitive = false;
  });
  if (!primitive) return undefined;
  const make = (): F => {
    const surrounding = site.factory(fn.name).apply(undefined);
    surrounding.fill(mark.flags & MarkFlag.ASSIGNS ? values.map(copy) : values);
    return surrounding.make() as F;
  };
  return mark.flags & MarkFlag.ASSIGNS ? { fn: make(), fresh: make } : { fn: make() };
}

const copy = (root: unknown): unknown => (typeof root === "object" && root !== null ? { ...root } : root);
