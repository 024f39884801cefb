import { findConfigEntry } from "../conf/keys.js";
import type { SparkConf } from "../conf/spark-conf.js";
import { openLogFile } from "./log-file.js";
import { jsonLayout, textLayout } from "./log-layout.js";
import { E, LOG_LEVELS } from "./log-level.js";
import { clearComponentLevels, setLogFile, setLogLayout, setLogLevel } from "./logger.js";

/**
 * Sets up the log as a context's configuration says: `spark.log.level` where it is set, `spark.tspark.log.levels`,
 * `spark.log.structuredLogging.enabled` and `spark.tspark.log.file` with its size and number.
 *
 * @throws IllegalArgumentError when a level is none
 * @throws SparkError when the file cannot be opened
 */
export function configureLogging(conf: SparkConf): void {
  const level = conf.getOption("spark.log.level");
  if (level !== undefined) setLogLevel(level);
  clearComponentLevels();
  for (const [name, own] of componentLevels(conf.get("spark.tspark.log.levels", ""))) setLogLevel(own, name);
  setLogLayout(conf.getBoolean("spark.log.structuredLogging.enabled") ? jsonLayout : textLayout);
  const file = conf.getOption("spark.tspark.log.file");
  if (file === undefined) {
    setLogFile(undefined);
    return;
  }
  const size = "spark.tspark.log.file.maxSize";
  const maxSize = conf.getSizeAsBytes(size, findConfigEntry(size)?.default);
  setLogFile(openLogFile(file, maxSize, conf.getInt("spark.tspark.log.file.maxFiles")));
}

function componentLevels(text: string): [name: string, level: string][] {
  const parts = text.split(",").map(part => part.trim());
  return parts
    .filter(part => part !== "")
    .map(part => {
      const m = /^([^=\s]+)\s*=\s*(\w+)$/.exec(part);
      if (m === null || !LOG_LEVELS.some(l => l === m[2]!.toUpperCase())) throw E.BAD_LOG_LEVELS(part);
      return [m[1]!, m[2]!];
    });
}
