import type { ConfigEntry } from "../config-entry.js";

/** Keys of the shell. */
export const SHELL_KEYS: readonly ConfigEntry[] = [
  {
    key: "spark.tspark.batchDuration",
    doc: "The batch of the shell's `ssc`; `--batch-duration` sets it.",
    type: "timeMs",
    default: "1s",
    since: "0.1.0",
    check: value => (typeof value === "number" && value <= 0 ? "must be more than 0" : undefined),
  },
];
