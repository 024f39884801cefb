import { E } from "../errors/engine-errors.js";

/** Says which of two comes first: negative, 0 or positive, as for `Array.prototype.sort`. Scala's `Ordering[T]`. */
export type Ordering<T> = (a: T, b: T) => number;

/**
 * The order of things as one would expect it: numbers numerically (`NaN` last), strings by code unit, dates by time, bigints
 * numerically, `false` before `true`, arrays element by element (the shorter first). Others and mixtures are an error.
 */
export function naturalOrdering(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") {
    if (a < b) return -1;
    if (a > b) return 1;
    if (a === b) return 0;
    return (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0);
  }
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return compareOthers(a, b);
}

function compareOthers(a: unknown, b: unknown): number {
  if (a === b && a !== undefined && a !== null && typeof a !== "object" && typeof a !== "function") return 0;
  if (isNumeric(a) && isNumeric(b)) return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (Array.isArray(a) && Array.isArray(b)) {
    const n = Math.min(a.length, b.length);
    for (let i = 0; i < n; i++) {
      const c = naturalOrdering(a[i], b[i]);
      if (c !== 0) return c;
    }
    return a.length - b.length;
  }
  if (a instanceof Date && b instanceof Date) return naturalOrdering(a.getTime(), b.getTime());
  throw E.NO_NATURAL_ORDER(a, b);
}

function isNumeric(x: unknown): x is number | bigint {
  return typeof x === "number" || typeof x === "bigint";
}

/** The other way round. */
export function reverse<T>(ordering: Ordering<T>): Ordering<T> {
  return (a, b) => ordering(b, a);
}
