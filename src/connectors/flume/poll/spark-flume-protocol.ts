import type { WrittenEvent } from "../event-receiver.js";

/**
 * What Spark's sink speaks: a batch is asked for, and, when it is safe, acknowledged; then the agent forgets it. Its name in
 * Spark 2.4: `org.apache.spark.streaming.flume.sink.SparkFlumeProtocol`.
 */
export const SPARK_FLUME_PROTOCOL = {
  protocol: "SparkFlumeProtocol",
  namespace: "org.apache.spark.streaming.flume.sink",
  types: [
    {
      type: "record",
      name: "SparkSinkEvent",
      fields: [
        { name: "headers", type: { type: "map", values: "string" } },
        { name: "body", type: "bytes" },
      ],
    },
    {
      type: "record",
      name: "EventBatch",
      fields: [
        { name: "errorMsg", type: "string", default: "" },
        { name: "sequenceNumber", type: "string" },
        { name: "events", type: { type: "array", items: "SparkSinkEvent" } },
      ],
    },
  ],
  messages: {
    getEventBatch: { request: [{ name: "n", type: "int" }], response: "EventBatch" },
    ack: { request: [{ name: "sequenceNumber", type: "string" }], response: "null" },
    nack: { request: [{ name: "sequenceNumber", type: "string" }], response: "null" },
  },
} as const;

/** A batch of the sink. */
export interface EventBatch {
  /** Empty, or why there are no events. */
  readonly errorMsg: string;
  /** By which it is acknowledged. */
  readonly sequenceNumber: string;
  readonly events: readonly WrittenEvent[];
}
