import { crc32 } from "node:zlib";
import type { DStreamNode } from "../dstream/dstream-node.js";

/**
 * How an operator's RDDs are made from the inputs, as a short text: another one where an operator on the way is new, or a
 * function of the user's reads otherwise. What functions have captured is not in it.
 */
export function recipeOf(node: DStreamNode<unknown>): string {
  const behind = new Set([node]);
  // A set that grows while it is gone through is gone through to its new end.
  for (const { parents } of behind) for (const parent of parents) behind.add(parent);
  const steps = Array.from(behind, ({ kind, recipe }) => [kind, ...recipe].map(String).join("\n"));
  return crc32(steps.join("\n\n")).toString(16).padStart(8, "0");
}
