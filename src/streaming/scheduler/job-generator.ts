import type { Clock, Timer } from "../../core/clock/clock.js";
import { SteadyClock } from "../../core/clock/steady-clock.js";
import { sliceIsOver, turn } from "../../core/executor/time-slice.js";
import { getLogger } from "../../core/log/logger.js";
import type { CheckpointWriter } from "../checkpoint/checkpoint-writer.js";
import type { Resumption } from "../checkpoint/recovery.js";
import type { DStreamGraph } from "../dstream-graph.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { Time } from "../time.js";
import { failureOf } from "./failure-text.js";
import type { Job } from "./job.js";
import type { JobScheduler } from "./job-scheduler.js";
import { Occasion } from "./occasion.js";
import { track } from "./tracking.js";

const log = getLogger("JobGenerator");

/** So many batches that were missed are decided, and written to the checkpoint, at a time. */
const MISSED_AT_A_TIME = 1000;

/** A batch that the scheduler has. */
interface HandedOver {
  /** Resolves when it has ended; absent when it has already, or is none. */
  readonly done?: Promise<void>;
}

/**
 * Makes the jobs of a batch whenever the clock says one is due, one batch after the other, and hands them to the
 * scheduler.
 *
 * ```
 *   start              1st batch due        2nd
 *   ──┼────────┼────────────┼────────────────┼──▶ clock      multiples of the batch duration
 *          zero time   (zero time + batch)
 * ```
 *
 * Spark's name: `org.apache.spark.streaming.scheduler.JobGenerator`.
 */
export class JobGenerator {
  readonly #period: number;
  readonly #clock: Clock;
  #next = 0;
  #timer: Timer | undefined;
  #stopped = false;
  #paused = false;
  /** The next pause. */
  #pause = new Occasion();
  #generating: Promise<void> = Promise.resolve();
  readonly #abandonment = new Occasion();

  constructor(
    private readonly graph: DStreamGraph,
    private readonly scheduler: JobScheduler,
    /** Where there is a checkpoint directory. */
    private readonly checkpoint?: CheckpointWriter,
  ) {
    this.#period = graph.batchDuration.milliseconds;
    this.#clock = graph.clock;
  }

  /** The time of the next batch: the first multiple of the batch duration after now. */
  static firstTime(now: number, period: number): Time {
    return new Time((Math.floor(now / period) + 1) * period);
  }

  /** Begins with the batch of `first`. */
  start(first: Time): void {
    this.#next = first.milliseconds;
    this.#wait();
  }

  /**
   * Begins where an earlier run ended: with the batches that were pending then, and those that have been missed since, one
   * after the other, as fast as they go. What the clock brings meanwhile follows them.
   */
  resume({ pending, latest }: Resumption): void {
    const now = this.#clock.now();
    const missed = latest.milliseconds + this.#period;
    const first = JobGenerator.firstTime(now, this.#period).milliseconds;
    this.#next = Math.max(first, missed);
    if (this.#next > first) {
      log.warn(
        `The clock shows ${now} ms, before the batch of ${latest} that was made already: was it set back? The next batch is that of ${this.#next} ms`,
      );
      // Nobody wants to wait until the clock has come there again.
      if (this.#clock instanceof SteadyClock) this.#clock.catchUp(latest.milliseconds);
    }
    this.#begin(this.#catchUp(pending, missed, this.#next));
    this.#wait();
  }

  /** Until {@link unpause} no batch is made: what becomes due is missed, and made up for then. */
  pause(): void {
    this.#paused = true;
    this.#timer?.cancel();
    this.#pause.happen();
  }

  /** Makes up for the batches that have become due meanwhile, one after the other, and goes on by the clock. Says how many. */
  unpause(): number {
    this.#paused = false;
    this.#pause = new Occasion();
    // Paused before the clock ran: there is nothing to make up for.
    if (this.#next === 0) return 0;
    const missed = this.#next;
    this.#next = Math.max(missed, JobGenerator.firstTime(this.#clock.now(), this.#period).milliseconds);
    const end = this.#next;
    this.#track(this.scheduler.whenIdle());
    this.#begin(this.#generating.then(() => this.#catchUp([], missed, end)));
    this.#wait();
    return (end - missed) / this.#period;
  }

  /** What the clock brings meanwhile follows it. */
  #begin(caughtUp: Promise<void>): void {
    this.#generating = caughtUp;
    this.#track(caughtUp);
  }

  /** Who moves the clock waits for `work`, as long as it goes on. */
  #track(work: Promise<unknown>): void {
    track(this.#clock, this.#pause.orEndOf(this.#abandonment.orEndOf(work)));
  }

  /** Runs the batches of `pending`, then those from `first` until `end` (ms), without it. */
  async #catchUp(pending: readonly Time[], first: number, end: number): Promise<void> {
    const period = this.#period;
    if (first < end) {
      const missed = (end - first) / period;
      log.info(`${missed} batches were missed, ${new Time(first)} to ${new Time(end - period)}: they are made up for`);
    }
    for (const time of pending) await this.#handOver(time);
    const decide = (from: number) => {
      const times = new Time(from).until(
        new Time(Math.min(end, from + MISSED_AT_A_TIME * period)),
        this.graph.batchDuration,
      );
      return { times, decision: this.#decide(times) };
    };
    let next = decide(first);
    for (let from = first; from < end && !this.#stopped; from += MISSED_AT_A_TIME * period) {
      const { times, decision } = next;
      const decided = await decision;
      // Written while these are run.
      next = decide(from + MISSED_AT_A_TIME * period);
      for (const [at, time] of times.entries()) {
        const end = this.#handOver(time, decided[at]);
        if (end !== undefined) await end;
        // Batches without jobs have nothing that waits.
        if (sliceIsOver()) await turn();
      }
    }
  }

  /** Waits until it has ended, so that a long absence takes the memory of one batch. `undefined`: it has. */
  #handOver(time: Time, failure?: Error): MaybePromise<void> {
    return after(this.#submit(time, failure), ({ done }) => done && this.#abandonment.orEndOf(done));
  }

  /** No batch begins by the clock any more; resolves when the last one's jobs were handed over. */
  async stopTimer(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#generating;
  }

  /** Makes the next batch now, before its time; after {@link stopTimer}, for what a graceful stop must still process. */
  async generateNext(): Promise<void> {
    this.#generate();
    await this.#generating;
  }

  /** Whether {@link abandon} was called: no batch is made any more. */
  get isAbandoned(): boolean {
    return this.#stopped;
  }

  /** Gives up what is being made; nothing is handed over any more. */
  abandon(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#abandonment.happen();
  }

  #wait(): void {
    if (this.#paused || this.#stopped) return;
    this.#timer = this.#clock.at(this.#next, () => {
      this.#generate();
      this.#wait();
    });
  }

  #generate(): void {
    const time = new Time(this.#next);
    this.#next += this.#period;
    const handed = this.#generating.then(() => this.#makeBatch(time));
    this.#generating = handed.then(() => {});
    this.#track(handed.then(({ done }) => done));
  }

  async #makeBatch(time: Time): Promise<HandedOver> {
    if (this.#stopped) return {};
    const [failure] = await this.#decide([time]);
    return this.#submit(time, failure);
  }

  /**
   * Lets every input say what belongs to these batches, whether or not an output asks for it before a later one, and
   * writes it to the checkpoint. What went wrong with a batch is returned in its place.
   */
  async #decide(times: readonly Time[]): Promise<readonly (Error | undefined)[]> {
    const failures: (Error | undefined)[] = [];
    for (const time of times) {
      const made = this.graph.inputs.map(input => input.node.getOrCompute(time));
      const waits = made.some(rdd => rdd instanceof Promise);
      const results = waits ? await Promise.allSettled(made) : [];
      const rejected = results.find(result => result.status === "rejected");
      failures.push(rejected && failureOf(rejected.reason));
    }
    const decided = times.filter((_, i) => failures[i] === undefined);
    if (!this.#stopped && decided.length > 0) await this.checkpoint?.decided(decided);
    return failures;
  }

  #submit(time: Time, failure: Error | undefined): MaybePromise<HandedOver> {
    if (this.#stopped) return {};
    if (failure !== undefined) return this.#fail(time, failure);
    const jobs = this.graph.generateJobs(time);
    return jobs instanceof Promise
      ? jobs.then(
          made => this.#handJobs(time, made),
          error => this.#fail(time, error),
        )
      : this.#handJobs(time, jobs);
  }

  #handJobs(time: Time, jobs: readonly Job[]): HandedOver {
    if (this.#stopped) return {};
    const done = this.scheduler.submit(time, jobs, this.graph.inputInfo.take(time));
    return done === undefined ? {} : { done };
  }

  #fail(time: Time, error: unknown): HandedOver {
    if (this.#stopped) return {};
    const inputs = this.graph.inputInfo.take(time);
    this.scheduler.fail(time, inputs, failureOf(error));
    return {};
  }
}
