import { E } from "./errors.js";

/**
 * The key of the method by which an object says how it travels: it returns `{ kind, data }`, and the loader registered for
 * that kind makes the object again from `data`, where it arrives. A method that throws a `SparkError` says why the object
 * must not be captured.
 */
export const SHIP: unique symbol = Symbol.for("tspark.ship") as never;

/** How an object with the `SHIP` method travels. */
export interface Shipped {
  /** Names the loader, e.g. `broadcast`. */
  readonly kind: string;
  /** What the loader gets: any value that may itself travel. */
  readonly data: unknown;
}

/** An object that says itself how it travels. */
export interface Shippable {
  [SHIP](): Shipped;
}

const loaders = new Map<string, (data: unknown) => unknown>();

/**
 * Says how objects of a kind are made again from the `data` of their `SHIP` method, in this thread.
 *
 * @example
 * registerLoader("upper", (data: string) => data.toUpperCase());
 * loadShipped("upper", "a"); // "A"
 */
export function registerLoader(kind: string, load: (data: never) => unknown): void {
  loaders.set(kind, load as (data: unknown) => unknown);
}

/** Makes the object of that kind; an unknown kind is an error that names it. */
export function loadShipped(kind: string, data: unknown): unknown {
  const load = loaders.get(kind);
  if (load === undefined) throw E.UNKNOWN_SHIPPED_KIND(kind);
  return load(data);
}
