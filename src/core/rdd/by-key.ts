import type { Aggregator } from "../plan/dependency.js";
import { CoGroupNode } from "../plan/nodes/cogroup-node.js";
import { ShuffledNode } from "../plan/nodes/shuffled-node.js";
import type { PlanNode } from "../plan/plan-node.js";
import { HashPartitioner } from "../shuffle/hash-partitioner.js";
import { type Partitioner, samePartitioner } from "../shuffle/partitioner.js";
import { RangePartitioner } from "../shuffle/range-partitioner.js";
import * as must from "../util/arguments.js";
import type { Ordering } from "../util/ordering.js";
import { partitionCount, partitionerFor } from "./default-partitioner.js";
import { perPartition, step, upToThree } from "./derive.js";
import type { Partitions, RDD } from "./rdd.js";
import type { RDDHandle } from "./rdd-handle.js";
import * as rules from "./rules.js";

// What the operations by key are made of. Each is given the name of the operation that the user calls, for its errors.

/** Pairs by a shuffle. */
export function shuffled<K, V, C>(rdd: RDDHandle<unknown>, node: ShuffledNode<K, V, C>): RDD<[K, C]> {
  return rdd.sparkContext.rddOf(node as unknown as PlanNode<[K, C]>);
}

/** For each key its values combined, or grouped; nothing moves where the pairs are spread so already. */
export function combined<K, V, C>(
  rdd: RDDHandle<readonly [K, V]>,
  operation: string,
  aggregator: Aggregator<V, C> | "group",
  partitions: Partitions | undefined,
): RDD<[K, C]> {
  if (aggregator !== "group") {
    if ("by" in aggregator.create) must.beFunction(operation, aggregator.create.by);
    must.beFunction(operation, aggregator.mergeValue);
    must.beFunction(operation, aggregator.mergeCombiners);
  }
  const partitioner = partitionerFor(operation, rdd.sparkContext, [rdd.node], partitions);
  if (!samePartitioner(rdd.partitioner, partitioner)) {
    return shuffled(rdd, new ShuffledNode<K, V, C>(rdd.node, partitioner, { aggregator }));
  }
  if (aggregator === "group") return perPartition(rdd, "groupLocally", [], true);
  const { create, mergeValue, mergeCombiners } = aggregator;
  return "by" in create
    ? perPartition(rdd, "combineLocally", [create.by, mergeValue, mergeCombiners], true)
    : perPartition(rdd, "foldLocally", [create.zero, mergeValue, mergeCombiners], true);
}

/** The pairs in the order of their keys, in ranges that a sample says. */
export function sortedByKey<K, V>(
  rdd: RDD<readonly [K, V]>,
  operation: string,
  ascending: boolean,
  partitions: number | undefined,
  ordering: Ordering<K> | undefined,
): RDD<[K, V]> {
  must.beFlag(operation, "ascending", ascending);
  must.beOrdering(operation, ordering);
  const n = partitionCount(operation, partitions ?? Math.max(1, rdd.getNumPartitions()));
  return sortedWithin(rdd, new RangePartitioner<K>(n, rdd, ascending, ordering), ascending, ordering);
}

/** The pairs where `partitioner` says, each partition in the order of the keys. */
export function sortedWithin<K, V>(
  rdd: RDDHandle<readonly [K, V]>,
  partitioner: Partitioner,
  ascending: boolean,
  ordering: Ordering<K> | undefined,
): RDD<[K, V]> {
  const sort = { ...(ordering && { ordering }), descending: !ascending };
  if (samePartitioner(rdd.partitioner, partitioner)) {
    return perPartition(rdd, "sortLocally", [ordering, !ascending], true);
  }
  return shuffled(rdd, new ShuffledNode<K, V, V>(rdd.node, partitioner, { sort }));
}

/** For each key an array of its values in each of the RDDs, up to four. */
export function cogrouped<K, G>(
  rdd: RDDHandle<unknown>,
  operation: string,
  others: readonly RDDHandle<unknown>[],
  partitions: Partitions | undefined,
): RDD<[K, G]> {
  upToThree(rdd, operation, others);
  const nodes = [rdd, ...others].map(({ node }) => node);
  const node = new CoGroupNode<K>(nodes, partitionerFor(operation, rdd.sparkContext, nodes, partitions));
  return rdd.sparkContext.rddOf(node as unknown as PlanNode<[K, G]>);
}

/** For each key what `pairs` makes of its values in both. */
export function joined<K, V, W, R>(
  rdd: RDDHandle<readonly [K, V]>,
  operation: string,
  other: RDDHandle<readonly [K, W]>,
  partitions: Partitions | undefined,
  pairs: (groups: [V[], W[]]) => R[],
): RDD<[K, R]> {
  return step(cogrouped<K, [V[], W[]]>(rdd, operation, [other], partitions), "flatMapValues", [pairs], true);
}

/** The pairs whose key is not in the other. */
export function subtracted<K, V, W>(
  rdd: RDDHandle<readonly [K, V]>,
  operation: string,
  other: RDDHandle<readonly [K, W]>,
  partitions: Partitions,
): RDD<[K, V]> {
  return joined(rdd, operation, other, partitions, rules.onlyLeft<V, W>);
}

/** How this RDD is spread, for what is to be spread as it is. */
export function ownPartitioner(rdd: RDDHandle<unknown>): Partitioner {
  return rdd.partitioner ?? new HashPartitioner(Math.max(1, rdd.getNumPartitions()));
}
