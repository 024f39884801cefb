import { cpSync } from "node:fs";
import path from "node:path";
import { type DStream, type Duration, Seconds, type SparkContext, StreamingContext } from "tspark";
import { ManualClock } from "tspark/testing";
import { logOf, useDirectory } from "./streams.js";

/** What became of one run: what each batch put out, by its time, and what was logged. */
export interface Run<T> {
  readonly batches: Map<number, T[]>;
  readonly log: string[];
}

export interface Program<T> {
  readonly dir: string;
  readonly stream: (ssc: StreamingContext, sc: SparkContext) => DStream<T>;
  /** Hands a receiver what it receives before the batch of `time` (ms). */
  readonly store?: (time: number) => unknown;
  readonly batch?: Duration;
  /** Whether it is stopped gracefully; by default as a crash would, at once. */
  readonly gracefully?: boolean;
}

/** Programs that are run, stopped, and run again from their checkpoints. */
export interface Runs {
  /** A directory of its own, which is not there yet. */
  newDirectory(): string;
  /** Runs a program from `from` to `until` (ms of its clock), and stops it. */
  run<T>(program: Program<T>, from: number, until: number): Promise<Run<T>>;
  /** The directory as a crash would leave it after the batches until `until` (ms), while the next one runs. */
  crashed<T>(program: Program<T>, until: number, from?: number): Promise<string>;
}

export function useRuns(spark: { readonly sc: SparkContext }): Runs {
  const temporary = useDirectory();
  let directories = 0;
  const newDirectory = () => path.join(temporary.path, `checkpoint-test-${++directories}`);

  async function run<T>(program: Program<T>, from: number, until: number): Promise<Run<T>> {
    const clock = new ManualClock(from);
    const batches = new Map<number, T[]>();
    const batch = program.batch ?? Seconds(1);
    const log = await logOf(async () => {
      const ssc = await StreamingContext.getOrCreate(
        program.dir,
        () => {
          const ssc = new StreamingContext(spark.sc, batch);
          program.stream(ssc, spark.sc).foreachRDD(async (rdd, time) => {
            batches.set(time.milliseconds, (await rdd.collect()).sort());
          });
          return ssc;
        },
        { clock },
      );
      try {
        await ssc.start();
        if (program.store === undefined) await clock.advance(until - from);
        else {
          for (let time = from; time < until; ) {
            time += batch.milliseconds;
            await program.store(time);
            await clock.setTime(time);
          }
        }
        if (ssc.failure !== undefined) throw ssc.failure;
      } finally {
        await ssc.stop(false, program.gracefully ?? false);
      }
    });
    return { batches, log };
  }

  async function crashed<T>(program: Program<T>, until: number, from = 0): Promise<string> {
    const left = newDirectory();
    const after = until + (program.batch ?? Seconds(1)).milliseconds;
    const stream = (ssc: StreamingContext, sc: SparkContext) => {
      ssc.addStreamingListener({
        onBatchSubmitted: ({ batchInfo }) => {
          if (batchInfo.batchTime.milliseconds === after) cpSync(program.dir, left, { recursive: true });
        },
      });
      return program.stream(ssc, sc);
    };
    await run({ ...program, stream }, from, after);
    return left;
  }

  return { newDirectory, run, crashed };
}
