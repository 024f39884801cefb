import { E } from "../errors/engine-errors.js";
import { TaskContext } from "../scheduler/task-context.js";

import * as must from "../util/arguments.js";

/** What arguments must be, and small computations of the operations of RDDs. */

/** Refuses an action inside a task at once: a promise made inside a closure is awaited by nobody. */
export function inDriver(): void {
  if (TaskContext.get() !== undefined) throw E.NESTED_USE("An action");
}

export function fraction(operation: string, withReplacement: boolean, x: number): void {
  if (!(x >= 0 && Number.isFinite(x))) throw E.BAD_ARGUMENT(operation, "fraction", x, "a number of at least 0");
  if (!withReplacement && x > 1) throw E.BAD_ARGUMENT(operation, "fraction", x, "at most 1 without replacement");
}

/** The sum of weights, none of them negative. */
export function weights(operation: string, ws: readonly number[]): number {
  const sum = Array.isArray(ws) ? ws.reduce((a, b) => a + b, 0) : Number.NaN;
  if (!(sum > 0 && Number.isFinite(sum)) || !ws.every(w => w >= 0)) {
    throw E.BAD_ARGUMENT(operation, "weights", ws, "an array of numbers of at least 0 with a positive sum");
  }
  return sum;
}

/** The fraction at which a sample of `count` elements has `n` with a probability of 99.99 %. */
export function fractionForSample(n: number, count: number, withReplacement: boolean): number {
  const f = n / count;
  if (withReplacement) {
    const deviations = n < 12 ? 9 : 5;
    return Math.max(f + deviations * Math.sqrt(f / count), 1e-10);
  }
  const gamma = -Math.log(1e-4) / count;
  return Math.min(1, Math.max(1e-10, f + gamma + Math.sqrt(gamma * gamma + 2 * gamma * f)));
}

/**
 * How many partitions `take(n)` computes next, when it found `found` elements in `done` partitions: four times as many as so far
 * where there was nothing, else what should hold the rest, and half as many again.
 */
export function partitionsToTry(done: number, found: number, n: number): number {
  if (done === 0) return 1;
  const most = done * 4;
  return found === 0 ? most : Math.min(most, Math.ceil((1.5 * (n - found) * done) / found));
}

/** The ends of buckets, in order. */
export function bucketEnds(ends: readonly number[]): readonly number[] {
  if (!Array.isArray(ends)) {
    throw E.BAD_ARGUMENT("histogram", "the buckets", ends, "their number, or an array of their ends");
  }
  if (ends.length < 2) throw E.BAD_ARGUMENT("histogram", "the buckets' ends", ends, "at least two numbers");
  if (ends.some((x, i) => typeof x !== "number" || Number.isNaN(x) || (i > 0 && x <= ends[i - 1]!))) {
    throw E.BAD_ARGUMENT("histogram", "the buckets' ends", ends, "numbers in ascending order, none twice");
  }
  return ends;
}

/** The ends of `n` buckets of equal width; a single value has one bucket. */
export function evenEnds(min: number, max: number, n: number): number[] {
  if (min === max) return [min, max];
  return [...Array.from({ length: n }, (_, i) => min + (i * (max - min)) / n), max];
}

export function concat<X>(parts: readonly X[][]): X[] {
  if (parts.length === 1) return parts[0]!;
  return ([] as X[]).concat(...parts);
}

type Groups<V, W> = readonly [V[], W[]];

export function innerPairs<V, W>([vs, ws]: Groups<V, W>): [V, W][] {
  const out: [V, W][] = [];
  for (const v of vs) for (const w of ws) out.push([v, w]);
  return out;
}

export function leftPairs<V, W>([vs, ws]: Groups<V, W>): [V, W | undefined][] {
  return ws.length > 0 ? innerPairs([vs, ws]) : vs.map(v => [v, undefined]);
}

export function rightPairs<V, W>([vs, ws]: Groups<V, W>): [V | undefined, W][] {
  return vs.length > 0 ? innerPairs([vs, ws]) : ws.map(w => [undefined, w]);
}

export function fullPairs<V, W>([vs, ws]: Groups<V, W>): [V | undefined, W | undefined][] {
  return vs.length > 0 ? leftPairs([vs, ws]) : ws.map(w => [undefined, w]);
}

export function onlyLeft<V, W>([vs, ws]: Groups<V, W>): V[] {
  return ws.length > 0 ? [] : vs;
}

/** Fractions by key as entries, and whether their keys are texts of keys. */
export function fractions<K>(
  operation: string,
  withReplacement: boolean,
  given: ReadonlyMap<K, number> | Readonly<Record<string, number>>,
): [entries: [K, number][], byText: boolean] {
  must.beFlag(operation, "withReplacement", withReplacement);
  must.beObject(operation, "fractions", given, "a Map or an object of fractions by key");
  const entries =
    given instanceof Map ? [...(given as ReadonlyMap<K, number>)] : (Object.entries(given) as unknown as [K, number][]);
  for (const [, x] of entries) fraction(operation, withReplacement, x);
  return [entries, !(given instanceof Map)];
}

/** The pairs themselves; an error where an element is none. */
export function pairs<P extends readonly [unknown, unknown]>(elements: readonly P[]): readonly P[] {
  for (const x of elements) if (!Array.isArray(x)) throw E.NOT_A_PAIR(x);
  return elements;
}
