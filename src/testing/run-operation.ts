import { ManualClock } from "../core/clock/manual-clock.js";
import { SparkConf } from "../core/conf/spark-conf.js";
import { SparkContext } from "../core/spark-context.js";
import type { DStream } from "../streaming/dstream.js";
import { type Duration, Seconds } from "../streaming/duration.js";
import { StreamingContext } from "../streaming/streaming-context.js";

/** How {@link runOperation} and `testOperation` run. */
export interface OperationOptions {
  /** The time between two batches; default one second. */
  readonly batchDuration?: Duration;
  /** Partitions of each input batch; default 2. */
  readonly numPartitions?: number;
  /** How many batches are run; default as many as there are input batches. Further ones have empty input. */
  readonly numBatches?: number;
  /** For operations that keep state; default none. */
  readonly checkpointDir?: string;
  /** The context to use; default the active one, or one made with `local[2]`, which stays active. */
  readonly sparkContext?: SparkContext;
}

/**
 * Runs an operation on batches of input under a manual clock, and gives what each batch of its result holds. Rejects when a
 * batch fails.
 *
 * @param input the elements of each batch
 * @returns the elements of each batch that the result has; a result that slides by two batches has half as many
 * @example await runOperation([[1, 2], [3]], s => s.map(x => x * 2)); // [[2, 4], [6]]
 */
export function runOperation<T, U>(
  input: readonly (readonly T[])[],
  operation: (stream: DStream<T>) => DStream<U>,
  options: OperationOptions = {},
): Promise<U[][]> {
  return run([input], ([a]) => operation(a as DStream<T>), options);
}

/**
 * {@link runOperation} on two streams of input.
 *
 * @example await runOperation2([[1], [2]], [[10], [20]], (s, t) => s.union(t)); // [[1, 10], [2, 20]]
 */
export function runOperation2<T, U, V>(
  first: readonly (readonly T[])[],
  second: readonly (readonly U[])[],
  operation: (first: DStream<T>, second: DStream<U>) => DStream<V>,
  options: OperationOptions = {},
): Promise<V[][]> {
  return run([first, second], ([a, b]) => operation(a as DStream<T>, b as DStream<U>), options);
}

async function run<V>(
  inputs: readonly (readonly (readonly unknown[])[])[],
  operation: (streams: DStream<unknown>[]) => DStream<V>,
  options: OperationOptions,
): Promise<V[][]> {
  const { batchDuration = Seconds(1), numPartitions = 2, checkpointDir } = options;
  const sc = options.sparkContext ?? SparkContext.getOrCreate(defaultConf());
  const clock = new ManualClock();
  const ssc = new StreamingContext(sc, batchDuration, { clock });
  if (checkpointDir !== undefined) ssc.checkpoint(checkpointDir);
  const streams = inputs.map(batches => ssc.queueStream(batches.map(batch => sc.parallelize(batch, numPartitions))));
  const output: V[][] = [];
  operation(streams as DStream<unknown>[]).foreachRDD(async rdd => {
    output.push(await rdd.collect());
  });
  try {
    await ssc.start();
    const n = options.numBatches ?? Math.max(...inputs.map(batches => batches.length));
    await clock.advance(n * batchDuration.milliseconds);
    if (ssc.failure !== undefined) throw ssc.failure;
  } finally {
    await ssc.stop(false);
  }
  return output;
}

/** Two threads and no status port. */
function defaultConf(): SparkConf {
  return new SparkConf(false).setMaster("local[2]").setAppName("test").set("spark.ui.enabled", false);
}
