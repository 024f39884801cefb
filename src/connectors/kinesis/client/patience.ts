import { systemClock } from "../../../core/clock/clock.js";
import type { SparkConf } from "../../../core/conf/spark-conf.js";
import { isThrottled, isTransient } from "./failure.js";

/** The longest pause before something is asked again, ms. */
const LONGEST = 10_000;

/** How something is asked again that failed. */
export interface Patience {
  /** The first pause, ms; each next one is twice as long, up to ten seconds. */
  readonly waitTime: number;
  /** How often in all; what Kinesis throttles is not counted. */
  readonly maxAttempts: number;
}

/** Reads `spark.streaming.kinesis.retry.*`. */
export function patienceOf(conf: SparkConf): Patience {
  return {
    waitTime: conf.getTimeAsMs("spark.streaming.kinesis.retry.waitTime"),
    maxAttempts: conf.getInt("spark.streaming.kinesis.retry.maxAttempts"),
  };
}

/** The pauses after failures that follow each other. */
export class Pauses {
  #next: number;

  constructor(private readonly patience: Patience) {
    this.#next = patience.waitTime;
  }

  /** The next one, ms. */
  next(): number {
    const pause = this.#next;
    this.#next = Math.min(LONGEST, Math.max(1, pause) * 2);
    return pause;
  }

  /** It works again. */
  reset(): void {
    this.#next = this.patience.waitTime;
  }
}

/** Asks again while the failure may be over by itself. Rejects with the last one, or when `signal` is aborted. */
export async function patiently<T>(ask: () => Promise<T>, patience: Patience, signal?: AbortSignal): Promise<T> {
  const pauses = new Pauses(patience);
  for (let failed = 0; ; ) {
    try {
      return await ask();
    } catch (error) {
      if (signal?.aborted || !isTransient(error)) throw error;
      if (!isThrottled(error) && ++failed >= patience.maxAttempts) throw error;
      await pause(pauses.next(), signal);
    }
  }
}

/** Resolves after `ms` of the wall clock, or when `signal` is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve();
    const done = () => {
      timer.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = systemClock.at(systemClock.now() + Math.ceil(ms), done);
    signal?.addEventListener("abort", done);
  });
}
