import type { ConfigEntry } from "../config-entry.js";
import { atLeast } from "./checks.js";

/** Keys of the Kinesis connector. */
export const KINESIS_KEYS: readonly ConfigEntry[] = [
  {
    key: "spark.streaming.kinesis.retry.waitTime",
    doc: "The pause before Kinesis is asked again for what it could not answer, or throttled. It doubles each time, up to ten seconds.",
    type: "timeMs",
    default: "100ms",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.streaming.kinesis.retry.maxAttempts",
    doc: "How often Kinesis is asked in all, when a stream starts and when a batch of a checkpoint is read again. Answers that it was asked too often are not counted, and the reader that runs beside the batches does not give up.",
    type: "int",
    default: "3",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.tspark.streaming.kinesis.readInterval",
    doc: "The time between two reads of a shard. Kinesis allows five a second, of all that read the stream together: raise it where several do.",
    type: "timeMs",
    default: "250ms",
    since: "0.1.0",
    check: atLeast(0),
  },
];
