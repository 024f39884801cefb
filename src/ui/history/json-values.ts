// A log may have been written by anybody: what is not of the expected kind is empty.

export type Json = Readonly<Record<string, unknown>>;

export function object(x: unknown): Json {
  return typeof x === "object" && x !== null && !Array.isArray(x) ? (x as Json) : {};
}

/** Objects; what else is in the list is an empty one. */
export function list(x: unknown): Json[] {
  return Array.isArray(x) ? x.map(object) : [];
}

export function numbers(x: unknown): number[] {
  return Array.isArray(x) ? x.map(number) : [];
}

export function text(x: unknown): string {
  return typeof x === "string" ? x : x === undefined || x === null ? "" : String(x);
}

export function number(x: unknown): number {
  return optionalNumber(x) ?? 0;
}

export function optionalNumber(x: unknown): number | undefined {
  return typeof x === "number" && Math.abs(x) <= LARGEST ? x : undefined;
}

/** The ms to which a `Date` reaches: what is larger is no time, and no count of anything either. */
const LARGEST = 8.64e15;

export function strings(x: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(object(x)).map(([key, value]) => [key, text(value)]));
}
