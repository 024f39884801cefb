import type { ConfigEntry } from "../config-entry.js";

/** Keys of streams. */
export const STREAMING_KEYS: readonly ConfigEntry[] = [
  {
    key: "spark.streaming.blockInterval",
    doc: "How long a receiver gathers records into one block: one partition of the batch's RDD.",
    type: "timeMs",
    default: "200ms",
    since: "0.1.0",
    check: value => (typeof value === "number" && value <= 0 ? "must be more than 0" : undefined),
  },
];
