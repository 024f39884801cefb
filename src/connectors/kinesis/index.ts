/// <reference types="node" preserve="true" />
import "./names-in-closures.js";

// What `tspark/kinesis` gives: Spark's names of org.apache.spark.streaming.kinesis.
export {
  InitialPositionInStream,
  type KinesisInitialPosition,
  KinesisInitialPositions,
} from "./kinesis-initial-positions.js";
export { KinesisInputDStream } from "./kinesis-input-dstream.js";
export { KinesisInputDStreamBuilder, type MetricsLevel } from "./kinesis-input-dstream-builder.js";
export { KinesisRecord } from "./kinesis-record.js";
export { KinesisUtils } from "./kinesis-utils.js";
export type { KinesisMessage } from "./put/put-message.js";
export type { KinesisDestination } from "./save.js";
export type { SequenceRange } from "./sequence-range.js";
export { SparkAWSCredentials, SparkAWSCredentialsBuilder } from "./spark-aws-credentials.js";
