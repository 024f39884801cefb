import type { ConfigEntry } from "../config-entry.js";
import { atLeast } from "./checks.js";

/** Keys of the Kafka connector. */
export const KAFKA_KEYS: readonly ConfigEntry[] = [
  {
    key: "spark.streaming.kafka.maxRatePerPartition",
    doc: "The most records that a Kafka stream takes of one partition, per second of its batch duration; 0 sets no limit.",
    type: "long",
    default: "0",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.streaming.kafka.minRatePerPartition",
    doc: "The least records that a batch of a Kafka stream takes of a partition that has as many, whatever the rates say. Records a batch, not a second, as in Spark.",
    type: "long",
    default: "1",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.streaming.backpressure.initialRate",
    doc: "Records per second that a source may deliver until back-pressure has measured a batch with records: a Kafka stream from all its partitions together, a receiver by itself. Not set, or with back-pressure off, nothing limits the first batches.",
    type: "long",
    since: "0.1.0",
    check: atLeast(1),
  },
];
