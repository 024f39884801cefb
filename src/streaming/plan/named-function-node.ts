import type { PlanNode } from "../../core/plan/plan-node.js";
import { registerNode } from "../../core/plan/travel.js";
import { type ChunkFunction, ChunkFunctionNode } from "./chunk-function-node.js";
import { CHUNK_FUNCTIONS, type ChunkFunctionName } from "./chunk-functions.js";

/** A {@link ChunkFunctionNode} whose function has a name, by which it is made again in another thread. */
export class NamedFunctionNode<A, B> extends ChunkFunctionNode<A, B> {
  constructor(
    parent: PlanNode<A>,
    private readonly called: ChunkFunctionName,
    private readonly functions: readonly Function[],
    private readonly preserves: boolean,
  ) {
    super(parent, functions, CHUNK_FUNCTIONS[called] as (...closures: never[]) => ChunkFunction<A, B>, preserves);
  }

  override travel() {
    const { called, functions, preserves } = this;
    // What is kept is made again with every batch, mostly of little that is new.
    const isRepeated = called !== "count";
    return { kind: "StreamFunction", data: { called, functions, preserves }, isRepeated };
  }
}

type Data = { called: ChunkFunctionName; functions: readonly Function[]; preserves: boolean };
registerNode("StreamFunction", ({ called, functions, preserves }: Data, [parent]) => {
  return new NamedFunctionNode(parent as PlanNode<unknown>, called, functions, preserves);
});
