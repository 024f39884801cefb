import type { SparkConf } from "../../core/conf/spark-conf.js";

/**
 * What follows a failed batch: `continue` with the next ones, `retry` its failed outputs (then stop), or `stop` the
 * context. `spark.tspark.streaming.onBatchFailure`.
 */
export interface FailurePolicy {
  readonly kind: "continue" | "retry" | "stop";
  /** How often an output operation is run in all; 1 unless `kind` is `retry`. */
  readonly attempts: number;
  /** ms of the wall clock between two attempts. */
  readonly delay: number;
}

export function failurePolicy(conf: SparkConf): FailurePolicy {
  const kind = conf.get("spark.tspark.streaming.onBatchFailure", "continue") as FailurePolicy["kind"];
  return {
    kind,
    attempts: kind === "retry" ? conf.getInt("spark.tspark.streaming.batchAttempts") : 1,
    delay: conf.getTimeAsMs("spark.tspark.streaming.batchRetryDelay"),
  };
}
