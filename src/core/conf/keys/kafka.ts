import type { ConfigEntry } from "../config-entry.js";

/** Keys of the Kafka connector. */
export const KAFKA_KEYS: readonly ConfigEntry[] = [];
