/// <reference types="node" preserve="true" />
import { registerStatusPort } from "./ui/start.js";
import "./connectors/hdfs/schemes.js";
import "./streaming/values/index.js";
import "./ui/dashboard/to-dashboard.js";

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
export { type BoundedDouble, PartialResult } from "./core/rdd/bounded-double.js";
export { type Fractions, type Partitions, RDD } from "./core/rdd/rdd.js";
export type { RDDDependency } from "./core/rdd/rdd-dependency.js";
export type * from "./core/scheduler/events.js";
export type { SparkEvent } from "./core/scheduler/listener-bus.js";
export { type SparkJobInfo, type SparkStageInfo, SparkStatusTracker } from "./core/scheduler/status-tracker.js";
export { TaskContext } from "./core/scheduler/task-context.js";
export { HashPartitioner } from "./core/shuffle/hash-partitioner.js";
export { Partitioner } from "./core/shuffle/partitioner.js";
export { RangePartitioner } from "./core/shuffle/range-partitioner.js";
export { SparkContext } from "./core/spark-context.js";
export { SparkFiles } from "./core/spark-files.js";
export { StorageLevel } from "./core/storage/storage-level.js";
export type { Ordering } from "./core/util/ordering.js";
export { StatCounter } from "./core/util/stat-counter.js";
export { RuntimeConfig } from "./sql/runtime-config.js";
export { SparkSession } from "./sql/spark-session.js";
export { SparkSessionBuilder } from "./sql/spark-session-builder.js";
export type { StreamingContextState } from "./streaming/context-life.js";
export { DStream, MapWithStateDStream, type Partitioning } from "./streaming/dstream.js";
export { Duration, Milliseconds, Minutes, Seconds } from "./streaming/duration.js";
export { InputDStream } from "./streaming/input-dstream.js";
export * from "./streaming/listener.js";
export { Receiver, type Storable } from "./streaming/receiver/receiver.js";
export { ReceiverInputDStream } from "./streaming/receiver/receiver-input-dstream.js";
export type { IterableSource } from "./streaming/sources/async-iterable-receiver.js";
export type { RateRow } from "./streaming/sources/rate-input-dstream.js";
export type { SocketConverter } from "./streaming/sources/socket-receiver.js";
export { State } from "./streaming/state/state.js";
export { type MappingFunction, StateSpec, type TimedMappingFunction } from "./streaming/state/state-spec.js";
export type { UpdateFunction } from "./streaming/state/update-state-node.js";
export {
  StreamingContext,
  type StreamingContextOptions,
} from "./streaming/streaming-context.js";
export { Time } from "./streaming/time.js";
export type { ChartKind, DashboardOptions } from "./ui/dashboard/dashboard-options.js";

// Whoever makes a context through this module gets its status port too; the engine itself knows nothing of it.
registerStatusPort();
