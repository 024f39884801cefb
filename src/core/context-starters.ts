import type { SparkContext } from "./spark-context.js";

/** What wants to know of every context as it starts: the status port. */
const starters = new Set<(sc: SparkContext) => void | Promise<void>>();

/**
 * Calls `start` with every context made from now on; `sc.whenReady()` waits for the promise it may return. What it wants
 * undone when the context stops it says with `sc.onStop`.
 */
export function registerContextStarter(start: (sc: SparkContext) => void | Promise<void>): void {
  starters.add(start);
}

/** Calls them with a context that has begun. */
export function startWith(sc: SparkContext): Promise<void>[] {
  return [...starters].map(async start => start(sc));
}
