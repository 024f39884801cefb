import type { SparkConf } from "../../core/conf/spark-conf.js";
import { partitionKey, type TopicPartition } from "./topic-partition.js";

/** Limits of one direct stream, as configured; records per second, 0 for none. */
export interface RateLimits {
  /** Of one partition. */
  readonly maxPerPartition: number;
  /** Records that a batch may take of a partition in any case. */
  readonly minPerPartition: number;
  /** Of all partitions, before back-pressure has measured. */
  readonly initial: number | undefined;
}

/** A partition with what it has that was not read yet. */
export interface Lag extends TopicPartition {
  readonly lag: number;
}

/** Reads `spark.streaming.kafka.*` and `spark.streaming.backpressure.initialRate`. */
export function rateLimits(conf: SparkConf): RateLimits {
  const initial = conf.getOption("spark.streaming.backpressure.initialRate");
  return {
    maxPerPartition: conf.getLong("spark.streaming.kafka.maxRatePerPartition"),
    minPerPartition: conf.getLong("spark.streaming.kafka.minRatePerPartition"),
    initial: initial === undefined ? undefined : Number(initial),
  };
}

/**
 * The most records a batch takes of each partition, by `topic-partition`; `undefined` where nothing limits. A limit of the
 * whole stream is shared out by what each partition has to offer.
 *
 * @param rate    records per second of the whole stream that back-pressure allows; `undefined` for no limit
 * @param seconds how long a batch is
 */
export function recordsPerPartition(
  lags: readonly Lag[],
  limits: RateLimits,
  rate: number | undefined,
  seconds: number,
): Map<string, number> | undefined {
  const { maxPerPartition, minPerPartition } = limits;
  const total = lags.reduce((sum, p) => sum + p.lag, 0);
  if (rate === undefined && maxPerPartition === 0) return undefined;
  if (total === 0) return new Map();
  return new Map(
    lags.map(p => {
      const share = rate === undefined ? Number.POSITIVE_INFINITY : (p.lag / total) * rate;
      const perSecond = maxPerPartition > 0 ? Math.min(share, maxPerPartition) : share;
      return [partitionKey(p), Math.max(Math.floor(seconds * perSecond), minPerPartition)];
    }),
  );
}
