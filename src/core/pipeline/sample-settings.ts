import { findConfigEntry } from "../conf/keys.js";
import type { SparkConf } from "../conf/spark-conf.js";

/** What is kept of the records that pass the operators of a task (`spark.tspark.ui.sampleRecords`). */
export interface SampleSettings {
  /** Records of each operator. */
  readonly limit: number;
  /** `spark.redaction.regex` */
  readonly redaction: string;
}

/** What `conf` wants to be kept; `undefined` where that is nothing, or nobody could look at it. */
export function sampleSettings(conf: SparkConf): SampleSettings | undefined {
  const limit = conf.getInt("spark.tspark.ui.sampleRecords");
  if (limit === 0 || !conf.getBoolean("spark.ui.enabled")) return undefined;
  const key = "spark.redaction.regex";
  return { limit, redaction: conf.get(key, findConfigEntry(key)?.default) };
}
