export { AccumulatorV2 } from "./core/accumulator/accumulator-v2.js";
export { CollectionAccumulator } from "./core/accumulator/collection-accumulator.js";
export { DoubleAccumulator, LongAccumulator } from "./core/accumulator/long-accumulator.js";
export { Broadcast } from "./core/broadcast/broadcast.js";
export { SparkConf } from "./core/conf/spark-conf.js";
export { UnsupportedOperationError } from "./core/errors/engine-errors.js";
export {
  IllegalArgumentError,
  IllegalStateError,
  InputOutputError,
  JobAbortedError,
  NoSuchElementError,
  SparkError,
  TaskNotSerializableError,
} from "./core/errors/spark-error.js";
export type { Chunks } from "./core/plan/chunks.js";
export type { Partition } from "./core/plan/partition.js";
export { SourceNode } from "./core/plan/source-node.js";
export { RDD } from "./core/rdd/rdd.js";
export type * from "./core/scheduler/events.js";
export type { SparkEvent } from "./core/scheduler/listener-bus.js";
export { TaskContext } from "./core/scheduler/task-context.js";
export { HashPartitioner } from "./core/shuffle/hash-partitioner.js";
export { Partitioner } from "./core/shuffle/partitioner.js";
export { SparkContext } from "./core/spark-context.js";
export { StorageLevel } from "./core/storage/storage-level.js";
export type { Ordering } from "./core/util/ordering.js";
