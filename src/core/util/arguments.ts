import { E } from "../errors/engine-errors.js";

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
