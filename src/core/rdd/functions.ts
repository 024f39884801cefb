import { engineFunctions } from "../util/engine-functions.js";
import { naturalOrdering } from "../util/ordering.js";
import { numberOf } from "../util/stat-counter.js";
import { fullPairs, innerPairs, leftPairs, onlyLeft, rightPairs } from "./rules.js";

/** The functions that operations of RDDs give to tasks. */

export function identity<X>(x: X): X {
  return x;
}

export function first<X>(x: X): X {
  return x;
}

export const one = () => 1;
export const addOne = (n: number) => n + 1;
export const add = (a: number, b: number) => a + b;

/** `add` for elements of the user's: what is no number is an error, not a text that grows. */
export const addNumber = (sum: number, x: unknown) => sum + (typeof x === "number" ? x : numberOf(x));

export function inBoth([, [left, right]]: readonly [unknown, readonly [unknown[], unknown[]]]): boolean {
  return left.length > 0 && right.length > 0;
}

engineFunctions("rdd", { identity, first, one, addOne, add, addNumber, inBoth, naturalOrdering });
engineFunctions("rules", { innerPairs, leftPairs, rightPairs, fullPairs, onlyLeft });
