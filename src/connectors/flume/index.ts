/// <reference types="node" preserve="true" />
import "./names-in-closures.js";

export type { SinkAddress } from "./create-polling-stream.js";
// What `tspark/flume` gives: Spark's names of org.apache.spark.streaming.flume.
export { FlumeUtils } from "./flume-utils.js";
export { type AvroFlumeEvent, type FlumeHeaders, SparkFlumeEvent } from "./spark-flume-event.js";
