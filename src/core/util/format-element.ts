import { isPlainObject } from "../table/hash-code.js";

/**
 * An element as text, for `saveAsTextFile`, `print` and `pipe`: a string as it is, an array as `(a,1)` (nested too), a plain
 * object or `Map` as JSON, a `Set` as its elements' array would be, `null` as `null`, anything else as `String(x)`.
 *
 * @example
 * formatElement(["a", 1]); // "(a,1)"
 */
export function formatElement(x: unknown): string {
  if (typeof x === "string") return x;
  if (typeof x !== "object" || x === null) return String(x);
  if (Array.isArray(x)) return `(${x.map(formatElement).join(",")})`;
  if (x instanceof Map || isPlainObject(x)) return JSON.stringify(x, jsonReplacer) ?? String(x);
  if (x instanceof Set) return formatElement([...x]);
  return String(x);
}

/** What JSON has no form for: bigints as numbers' text, maps as objects, sets as arrays. */
function jsonReplacer(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [formatElement(k), v as unknown]));
  if (value instanceof Set) return [...value];
  return value;
}
