/** Operations of RDDs and streams whose closures run in tasks. */
const OWN = [
  "mapPartitions mapPartitionsWithIndex mapValues flatMapValues keyBy groupBy sortBy reduceByKey foldByKey aggregateByKey",
  "combineByKey reduceByKeyLocally foreach foreachPartition treeReduce treeAggregate aggregate zipPartitions mapAsync",
  "reduceByWindow reduceByKeyAndWindow updateStateByKey mapWithState",
]
  .join(" ")
  .split(" ");

/** Those that arrays have too: only the receiver tells. */
const SHARED = ["map", "filter", "flatMap", "reduce"];

/** Names of operations whose closures run in tasks; `own`: nothing else of the language has a method of that name. */
export const TASK_OPERATIONS: ReadonlyMap<string, { readonly own: boolean }> = new Map<string, { own: boolean }>([
  ...OWN.map(name => [name, { own: true }] as const),
  ...SHARED.map(name => [name, { own: false }] as const),
]);

/** Operations that call their closure for its result and wait for nothing; those that take an async closure are not here. */
export const SYNCHRONOUS_OPERATIONS: ReadonlySet<string> = new Set(
  [...TASK_OPERATIONS.keys()].filter(name => !["foreachPartition", "mapAsync"].includes(name)),
);
