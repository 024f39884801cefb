import { E } from "../errors/engine-errors.js";
import * as must from "../util/arguments.js";
import type { Ordering } from "../util/ordering.js";
import { sortedByKey, sortedWithin } from "./by-key.js";
import { partitionerFor } from "./default-partitioner.js";
import { DoubleRDDFunctions } from "./double-rdd-functions.js";
import type { Partitions, RDD } from "./rdd.js";

/** Transformations of pairs whose keys have an order. Spark's name: `org.apache.spark.rdd.OrderedRDDFunctions`. */
export abstract class OrderedRDDFunctions<T> extends DoubleRDDFunctions<T> {
  /** The pairs in the order of their keys: partition 0 holds the first. As `sortBy` by the key. */
  sortByKey<K, V>(
    this: RDD<readonly [K, V]>,
    ascending = true,
    partitions?: number,
    ordering?: Ordering<K>,
  ): RDD<[K, V]> {
    return sortedByKey(this, "sortByKey", ascending, partitions, ordering);
  }

  /** The pairs, each where `partitioner` says, and within each partition in the order of the keys. */
  repartitionAndSortWithinPartitions<K, V>(
    this: RDD<readonly [K, V]>,
    partitioner: Partitions,
    ordering?: Ordering<K>,
  ): RDD<[K, V]> {
    if (partitioner === undefined) throw E.NUM_PARTITIONS("repartitionAndSortWithinPartitions", partitioner);
    must.beOrdering("repartitionAndSortWithinPartitions", ordering);
    const by = partitionerFor("repartitionAndSortWithinPartitions", this.sparkContext, [this.node], partitioner);
    return sortedWithin(this, by, true, ordering);
  }
}
