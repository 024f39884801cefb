import { RDD } from "../../core/rdd/rdd.js";
import { NamedFunctionNode } from "./named-function-node.js";

/** One number for each partition: how many elements it has. */
export function countPartitions(rdd: RDD<unknown>): RDD<number> {
  return new RDD(rdd.sparkContext, new NamedFunctionNode<unknown, number>(rdd.node, "count", [], false));
}
