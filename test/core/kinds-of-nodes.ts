import { HashPartitioner, type RDD, type SparkContext } from "tspark";

export type Pairs = RDD<[number, number]>;

/** One of each kind of node, by name. */
export function kindsOfNodes(sc: SparkContext): Readonly<Record<string, (xs: Pairs) => RDD<unknown>>> {
  const two = new HashPartitioner(2);
  const other = (): Pairs => sc.parallelize([[1, 5] as [number, number]], 2);
  return {
    "a step": xs => xs.map(([k, v]) => [k, v + 1]),
    "a function of partitions": xs => xs.mapPartitions(it => it, true),
    mapAsync: xs => xs.mapAsync(async x => x),
    pipe: xs => xs.pipe("cat"),
    "a shuffle": xs => xs.reduceByKey((a, b) => a + b, 3),
    "a sort": xs => xs.sortByKey(),
    repartition: xs => xs.repartition(3),
    coalesce: xs => xs.coalesce(1),
    cogroup: xs => xs.cogroup(other()),
    "a join without a shuffle": xs => xs.partitionBy(two).join(other().partitionBy(two)),
    union: xs => xs.union(other()),
    "a union of RDDs partitioned alike": xs => xs.partitionBy(two).union(other().partitionBy(two)),
    zip: xs => xs.zip(xs.keys()),
    zipPartitions: xs => xs.zipPartitions(other(), (a, b) => [...a, ...b]),
    zipWithIndex: xs => xs.zipWithIndex(),
    cartesian: xs => xs.cartesian(other()),
  };
}
