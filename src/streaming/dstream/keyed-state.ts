import type { RDD } from "../../core/rdd/rdd.js";
import type { Partitioner } from "../../core/shuffle/partitioner.js";
import type { StateKeeper } from "./dstream-node.js";

/** The keeper of a state that is an RDD of pairs already, and that is taken as it comes. */
export function keyedState<K, S>(partitioner: Partitioner): StateKeeper<[K, S]> {
  return {
    partitioner,
    save: rdd => rdd,
    restore: pairs => pairs as RDD<[K, S]>,
  };
}
