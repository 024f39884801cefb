import { E } from "../errors/engine-errors.js";
import type { RDD } from "../rdd/rdd.js";
import { Partitioner } from "../shuffle/partitioner.js";
import { StorageLevel } from "../storage/storage-level.js";

// What arguments of public calls must be. TypeScript says so to most callers; plain JavaScript, a cast or a value that came
// from elsewhere does not, and what is wrong then is told by the call that was given it, not by a task much later.

export function beFunction(operation: string, f: unknown, argument = "its argument"): void {
  if (typeof f !== "function") throw E.BAD_ARGUMENT(operation, argument, f, "a function");
}

/** An ordering, or none. */
export function beOrdering(operation: string, ordering: unknown): void {
  if (ordering !== undefined && typeof ordering !== "function") {
    throw E.BAD_ARGUMENT(operation, "ordering", ordering, "a function (a, b) => number");
  }
}

export function beText(operation: string, argument: string, text: unknown): void {
  if (typeof text !== "string") throw E.BAD_ARGUMENT(operation, argument, text, "a text");
}

export function beFlag(operation: string, argument: string, flag: unknown): void {
  if (typeof flag !== "boolean") throw E.BAD_ARGUMENT(operation, argument, flag, "true or false");
}

export function beObject(operation: string, argument: string, value: unknown, rule = "an object"): void {
  if (typeof value !== "object" || value === null) throw E.BAD_ARGUMENT(operation, argument, value, rule);
}

/** A seed: any number that is one. */
export function beSeed(operation: string, seed: unknown): void {
  if (typeof seed !== "number" || Number.isNaN(seed)) throw E.BAD_ARGUMENT(operation, "seed", seed, "a number");
}

export function beAtLeast(operation: string, argument: string, n: number, least: number): void {
  if (!Number.isInteger(n) || n < least) {
    throw E.BAD_ARGUMENT(operation, argument, n, `a whole number of at least ${least}`);
  }
}

export function beRDD(operation: string, argument: string, value: unknown): void {
  // An import of the class itself would go round in a circle.
  if (typeof (value as RDD<unknown> | null | undefined)?.getNumPartitions !== "function") {
    throw E.BAD_ARGUMENT(operation, argument, value, "an RDD");
  }
}

export function bePartitioner(operation: string, value: unknown): void {
  if (!(value instanceof Partitioner)) throw E.BAD_ARGUMENT(operation, "its argument", value, "a Partitioner");
}

export function beStorageLevel(operation: string, level: unknown): void {
  if (!(level instanceof StorageLevel)) {
    throw E.BAD_ARGUMENT(operation, "level", level, "a StorageLevel, e.g. StorageLevel.MEMORY_AND_DISK");
  }
}

/** The path of files or of a directory. */
export function bePath(operation: string, path: unknown): void {
  if (typeof path !== "string" || path === "") {
    throw E.BAD_ARGUMENT(operation, "path", path, "the path of a file or directory, a text");
  }
}

/** Runs an action whose arguments pass `check`; a wrong one rejects, as everything that goes wrong in an action does. */
export function checked<R>(check: () => void, run: () => Promise<R>): Promise<R> {
  try {
    check();
  } catch (error) {
    return Promise.reject(error);
  }
  return run();
}
