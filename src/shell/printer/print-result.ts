import { types } from "node:util";
import { textWidth } from "../terminal/text-width.js";
import { type PrintOptions, printValue } from "./print-value.js";

/**
 * `name: Type = value`, the line a value says. Functions, classes and modules say their type only; without a type, as without type
 * checks, `name = value`.
 */
export function printResult(
  name: string,
  type: string | undefined,
  value: unknown,
  options: PrintOptions = {},
): string {
  const head = type === undefined ? name : `${name}: ${type}`;
  const isCode = typeof value === "function" || types.isModuleNamespaceObject(value as object);
  if (isCode && type !== undefined && type !== "any" && type !== "unknown") return head;
  return `${head} = ${printValue(value, { ...options, indent: textWidth(head) + 3 })}`;
}
