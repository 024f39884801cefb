import { BUSY } from "../../core/plan/chunks.js";
import { RDD } from "../../core/rdd/rdd.js";
import { ChunkFunctionNode } from "./chunk-function-node.js";

/** One number for each partition: how many elements it has. */
export function countPartitions(rdd: RDD<unknown>): RDD<number> {
  const make = () => {
    let n = 0;
    return {
      next(chunk: readonly unknown[]) {
        n += chunk.length;
        return BUSY;
      },
      end: () => [n],
    };
  };
  return new RDD(rdd.sparkContext, new ChunkFunctionNode<unknown, number>(rdd.node, [], make, false));
}
