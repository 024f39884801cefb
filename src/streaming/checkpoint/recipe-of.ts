import { crc32 } from "node:zlib";
import { HELPERS } from "../../core/closure/mark.js";
import type { DStreamNode } from "../dstream/dstream-node.js";

/** What the transformer writes into a function around a closure in it: beside the closure its name, the file's path and a number. */
const NAMED = new RegExp(String.raw`\b(${Object.values(HELPERS).join("|")})\("(?:[^"\\]|\\.)*"`, "g");

/**
 * How an operator's RDDs are made from the inputs, as a short text: another one where an operator on the way is new, or a
 * function of the user's reads otherwise. What functions have captured is not in it, nor where the program lies.
 */
export function recipeOf(node: DStreamNode<unknown>): string {
  const behind = new Set([node]);
  // A set that grows while it is gone through is gone through to its new end.
  for (const { parents } of behind) for (const parent of parents) behind.add(parent);
  const steps = Array.from(behind, ({ kind, recipe }) => [kind, ...recipe].map(textOf).join("\n"));
  return crc32(steps.join("\n\n")).toString(16).padStart(8, "0");
}

function textOf(part: unknown): string {
  return String(part).replace(NAMED, "$1(");
}
