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

/**
 * The key of a class's own static method by which many of its instances travel together, where that takes less than each by
 * itself: it gets the list, and returns `data` that V8's serializer copies faithfully; the loader gives the list again.
 */
export const SHIP_ALL: unique symbol = Symbol.for("tspark.shipAll") as never;

/** How a list of instances of one class travels; `undefined` where each does by itself. */
export function shipAll(elements: readonly unknown[]): Shipped | undefined {
  const prototype = prototypeOf(elements[0]);
  const made: object | undefined = prototype?.constructor;
  // What a class above says is not of the instances of this one.
  if (made === undefined || !Object.hasOwn(made, SHIP_ALL)) return undefined;
  if (!elements.every(element => prototypeOf(element) === prototype)) return undefined;
  return (made as unknown as { [SHIP_ALL](list: readonly unknown[]): Shipped })[SHIP_ALL](elements);
}

const prototypeOf = (value: unknown): object | undefined =>
  typeof value === "object" && value !== null
    ? ((Object.getPrototypeOf(value) as object | null) ?? undefined)
    : undefined;

const loaders = new Map<string, (data: unknown) => unknown>();
const modules = new Set<string>();

/**
 * Says how objects of a kind are made again from the `data` of their `SHIP` method, in this thread.
 *
 * @param module the module that calls this, where it is not the engine's own: `import.meta.url`. Other threads load it, too
 *
 * @example
 * registerLoader("upper", (data: string) => data.toUpperCase());
 * loadShipped("upper", "a"); // "A"
 */
export function registerLoader(kind: string, load: (data: never) => unknown, module?: string): void {
  loaders.set(kind, load as (data: unknown) => unknown);
  if (module !== undefined) addShippedModule(module);
}

/** Has other threads load a module that gives names to what travels by name, as `registerLoader` has for loaders. */
export function addShippedModule(module: string): void {
  modules.add(module);
}

/** The modules beyond the engine that must be loaded before what travels can be made. */
export function loaderModules(): readonly string[] {
  return [...modules];
}

/** Makes the object of that kind; an unknown kind is an error that names it. */
export function loadShipped(kind: string, data: unknown): unknown {
  const load = loaders.get(kind);
  if (load === undefined) throw E.UNKNOWN_SHIPPED_KIND(kind);
  return load(data);
}
