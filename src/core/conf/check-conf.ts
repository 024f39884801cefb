import { problemOf } from "./convert.js";
import { E } from "./errors.js";
import { findConfigEntry, nearestConfigKey } from "./keys.js";
import type { SparkConf } from "./spark-conf.js";

/** A key of a configuration that tspark has no row for. */
export interface UnknownKey {
  readonly key: string;
  readonly origin: string;
  /** The key it was probably meant to be. */
  readonly nearest?: string;
}

/**
 * Checks every value that is set against the table of keys and throws one error with all that is wrong, a line each:
 * key, value, where it comes from, the rule. A single problem throws its own code (`BAD_VALUE`, `LATE_DRIVER_MEMORY`),
 * several `INVALID_CONF`. Keys without a row are not checked.
 *
 * @example
 * checkConf(new SparkConf().set("spark.ui.port", "abc")); // throws IllegalArgumentError: spark.ui.port=abc (code): …
 */
export function checkConf(conf: SparkConf): void {
  const errors = [];
  for (const [key, value] of conf.getAll()) {
    const entry = findConfigEntry(key);
    if (entry === undefined) continue;
    const problem = problemOf(entry, value);
    if (problem !== undefined) errors.push(E.BAD_VALUE(key, value, conf.origin(key), problem, entry.default));
    else if (key === "spark.driver.memory" && conf.origin(key) === "code") errors.push(E.LATE_DRIVER_MEMORY(value));
  }
  if (errors.length === 1) throw errors[0]!;
  if (errors.length > 1) throw E.INVALID_CONF(errors.map(e => e.message));
}

/** The `spark.` keys of `conf` that the table does not have, with the key each was probably meant to be. */
export function unknownKeys(conf: SparkConf): UnknownKey[] {
  const free = /^spark\.(hadoop|executorEnv|tspark\.connector)\./;
  return conf
    .getAll()
    .filter(([key]) => key.startsWith("spark.") && !free.test(key) && findConfigEntry(key) === undefined)
    .map(([key]) => ({ key, origin: conf.origin(key) ?? "code", nearest: nearestConfigKey(key) }));
}
