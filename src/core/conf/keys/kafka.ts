import type { ConfigEntry } from "../config-entry.js";
import { atLeast } from "./checks.js";

/** Keys of the Kafka connector. */
export const KAFKA_KEYS: readonly ConfigEntry[] = [
  {
    key: "spark.streaming.kafka.maxRatePerPartition",
    doc: "The most records per second a batch of a direct stream takes of one Kafka partition; 0 sets no limit.",
    type: "long",
    default: "0",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.streaming.kafka.minRatePerPartition",
    doc: "The least records a batch of a direct stream takes of a Kafka partition that has as many, whatever back-pressure says.",
    type: "long",
    default: "1",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.streaming.backpressure.initialRate",
    doc: "Records per second a direct stream takes while back-pressure is on and has not measured anything; without it there is no limit.",
    type: "long",
    since: "0.1.0",
    check: atLeast(1),
  },
];
