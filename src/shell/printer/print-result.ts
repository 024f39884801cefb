import { type PrintOptions, printValue } from "./print-value.js";

/**
 * `name: Type = value`, the line a value says. Functions and classes say their type only; without a type, as without type
 * checks, `name = value`.
 */
export function printResult(
  name: string,
  type: string | undefined,
  value: unknown,
  options: PrintOptions = {},
): string {
  const head = type === undefined ? name : `${name}: ${type}`;
  if (typeof value === "function" && type !== undefined && type !== "any" && type !== "unknown") return head;
  return `${head} = ${printValue(value, options)}`;
}
