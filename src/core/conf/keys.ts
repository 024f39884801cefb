import { nearest } from "../util/nearest.js";
import type { ConfigEntry } from "./config-entry.js";
import { CORE_KEYS } from "./keys/core.js";
import { FLUME_KEYS } from "./keys/flume.js";
import { HDFS_KEYS } from "./keys/hdfs.js";
import { KAFKA_KEYS } from "./keys/kafka.js";
import { KINESIS_KEYS } from "./keys/kinesis.js";
import { SHELL_KEYS } from "./keys/shell.js";
import { STREAMING_KEYS } from "./keys/streaming.js";
import { UI_KEYS } from "./keys/ui.js";

/**
 * Every configuration key tspark reads. Help, `docs/configuration.md`, `:conf`, completion, the Environment page and the
 * check of values are made from it.
 */
export const CONFIG_ENTRIES: readonly ConfigEntry[] = [
  ...CORE_KEYS,
  ...STREAMING_KEYS,
  ...KAFKA_KEYS,
  ...FLUME_KEYS,
  ...KINESIS_KEYS,
  ...HDFS_KEYS,
  ...UI_KEYS,
  ...SHELL_KEYS,
];

const byKey = new Map(CONFIG_ENTRIES.map(entry => [entry.key, entry]));

/** The row of `key`, or `undefined` where the table has none. */
export function findConfigEntry(key: string): ConfigEntry | undefined {
  return byKey.get(key);
}

/**
 * The key of the table that `key` was most likely meant to be, or `undefined`. Only near misses count (a typing error or
 * two): a key of Spark's that tspark does not have is not taken for another one.
 *
 * @example
 * nearestConfigKey("spark.ui.prot"); // "spark.ui.port"
 */
export function nearestConfigKey(key: string): string | undefined {
  const found = nearest(key, byKey.keys());
  return found !== undefined && isNearMiss(key, found) ? found : undefined;
}

/** Whether all differences lie within one dot-separated word, at most two letters of it, or are of case only. */
function isNearMiss(typed: string, known: string): boolean {
  if (typed.toLowerCase() === known.toLowerCase()) return true;
  const a = typed.split(".");
  const b = known.split(".");
  if (a.length !== b.length) return false;
  return a.every((word, i) => word === b[i] || nearest(word, [b[i]!]) !== undefined);
}
