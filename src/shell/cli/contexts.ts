import type { SparkConf } from "../../core/conf/spark-conf.js";
import { SparkContext } from "../../core/spark-context.js";
import { SparkSession } from "../../sql/spark-session.js";
import { Milliseconds } from "../../streaming/duration.js";
import { StreamingContext } from "../../streaming/streaming-context.js";

/** What a session begins with under the names `sc`, `ssc` and `spark`. */
export interface Contexts {
  readonly sc: SparkContext;
  readonly ssc: StreamingContext;
  readonly spark: SparkSession;
}

/** Makes the three contexts of a session. */
export function createContexts(conf: SparkConf): Contexts {
  const sc = new SparkContext(conf);
  return { sc, ssc: createStreamingContext(sc), spark: SparkSession.builder().getOrCreate() };
}

/** A streaming context with the batch of `spark.tspark.batchDuration`. */
export function createStreamingContext(sc: SparkContext): StreamingContext {
  return new StreamingContext(sc, Milliseconds(batchMs(sc.getConf())));
}

/** The batch of the shell's streaming context, in ms. */
export function batchMs(conf: SparkConf): number {
  return conf.getTimeAsMs("spark.tspark.batchDuration");
}
