import { defineErrors } from "../errors/define-errors.js";
import { IllegalArgumentError, SparkError } from "../errors/spark-error.js";

/** Spark's log levels, from the most to the least talkative. */
export const LOG_LEVELS = ["ALL", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The errors of the log. */
export const E = defineErrors("log", {
  UNKNOWN_LOG_LEVEL: {
    base: IllegalArgumentError,
    message: (level: string) =>
      `Supplied level ${level} did not match one of: ${[...LOG_LEVELS].sort().join(", ")}. Pass one of those, e.g. sc.setLogLevel("INFO").`,
    doc: "A log level was set that does not exist.",
  },
  BAD_LOG_LEVELS: {
    base: IllegalArgumentError,
    message: (part: string) =>
      `spark.tspark.log.levels has "${part}", and each part is NAME=LEVEL with a level of: ${[...LOG_LEVELS].sort().join(", ")}. Write e.g. KafkaReader=DEBUG,SparkUI=OFF.`,
    doc: "`spark.tspark.log.levels` has a part that is no NAME=LEVEL.",
  },
  CANNOT_LOG_TO_FILE: {
    base: SparkError,
    message: (file: string, why: string) =>
      `The log file ${file} cannot be written to: ${why}. spark.tspark.log.file must be a file in a directory that this user may write to; without it the log goes to standard error alone.`,
    doc: "`spark.tspark.log.file` cannot be opened.",
  },
});

/** The level `text` names, in any case; an unknown one is an error that lists the levels. */
export function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find(l => l === String(text).toUpperCase());
  if (level === undefined) throw E.UNKNOWN_LOG_LEVEL(String(text));
  return level;
}
