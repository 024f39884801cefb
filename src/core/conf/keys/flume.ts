import type { ConfigEntry } from "../config-entry.js";
import { atLeast } from "./checks.js";

/** Keys of the Flume connector. */
export const FLUME_KEYS: readonly ConfigEntry[] = [
  {
    key: "spark.tspark.streaming.flume.maxRequest",
    doc: "How large a batch of a Flume agent may be. A connection that does not wait for answers may have three of them in memory. One that sends more is closed, and says so.",
    type: "bytes",
    default: "64m",
    since: "0.1.0",
    check: atLeast(1024),
  },
  {
    key: "spark.tspark.streaming.flume.maxConnections",
    doc: "How many connections of Flume agents and clients a pushed stream has at a time. One more is closed, which is told, and comes again.",
    type: "int",
    default: "1000",
    since: "0.1.0",
    check: atLeast(1),
  },
];
