import { type Clock, sleep, systemClock } from "../../core/clock/clock.js";
import { getLogger } from "../../core/log/logger.js";
import type { SparkContext } from "../../core/spark-context.js";
import { AsyncValue } from "../../core/util/async-value.js";
import type { StreamInputInfo } from "../listener.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import type { Time } from "../time.js";
import { Batch } from "./batch.js";
import type { FailurePolicy } from "./failure-policy.js";
import { failureOf, failureText } from "./failure-text.js";
import { Gate } from "./gate.js";
import type { Job } from "./job.js";
import { JobExecutor } from "./job-executor.js";
import type { StreamingListenerBus } from "./streaming-listener-bus.js";

const log = getLogger("JobScheduler");

/** The attempt of a job that the current async context belongs to: `ssc.stop()` inside of it must not wait for its end. */
const current = new AsyncValue<{ readonly scheduler: JobScheduler; running: boolean }>();

/** Shorter delays are a matter of garbage collection and the like, ms. */
const LEAST_DELAY_TO_TELL = 1000;

interface Pending {
  readonly batch: Batch;
  /** Tells who waits for its end. */
  done(): void;
}

/**
 * Runs the jobs of batches in the order they were submitted, `spark.streaming.concurrentJobs` at a time, tells the
 * listeners, and says when a batch has ended.
 *
 * Spark's name: `org.apache.spark.streaming.scheduler.JobScheduler`.
 */
export class JobScheduler {
  /** Called when the last job of a batch has ended, well or not. */
  onBatchCompleted: (batch: Batch) => void = () => {};
  readonly #executor: JobExecutor;
  readonly #pending = new Map<number, Pending>();
  /** Resolves what {@link submitWork} promised. */
  readonly #works = new Set<() => void>();
  /** Closed while the streams are paused. */
  readonly #gate = new Gate();
  #stopped = false;
  #late = false;

  constructor(
    private readonly sparkContext: SparkContext,
    private readonly clock: Clock,
    private readonly bus: StreamingListenerBus,
    private readonly policy: FailurePolicy,
    /** ms */
    private readonly batchInterval: number,
    /** The job group of everything that runs here. */
    private readonly group: string,
    concurrentJobs: number,
  ) {
    this.#executor = new JobExecutor(concurrentJobs);
  }

  /** Whether the caller is (awaited by) a job of one of its batches. */
  get isInsideJob(): boolean {
    const attempt = current.get();
    return attempt?.scheduler === this && attempt.running;
  }

  /** The times of the batches that have not ended, in order. */
  get pendingTimes(): number[] {
    return [...this.#pending.keys()].sort((a, b) => a - b);
  }

  /** The first of them, ms; `Infinity` when there is none. */
  get oldestPending(): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (const time of this.#pending.keys()) oldest = Math.min(oldest, time);
    return oldest;
  }

  /**
   * Takes a batch. The promise resolves when it has ended, well or not, or the scheduler has stopped; `undefined` when that
   * has happened already.
   */
  submit(time: Time, jobs: readonly Job[], inputs: ReadonlyMap<number, StreamInputInfo>): Promise<void> | undefined {
    const batch = this.#take(time, jobs, inputs);
    if (jobs.length === 0) this.#endAtOnce(batch);
    for (const job of jobs) this.#executor.submit(() => this.#run(batch, job));
    const pending = this.#pending.get(time.milliseconds);
    if (pending === undefined) return undefined;
    return new Promise(resolve => {
      pending.done = resolve;
    });
  }

  #take(time: Time, jobs: readonly Job[], inputs: ReadonlyMap<number, StreamInputInfo>): Batch {
    const batch = new Batch(time, jobs, inputs, this.clock.now());
    this.#pending.set(time.milliseconds, { batch, done() {} });
    if (!this.bus.isEmpty) this.bus.post("onBatchSubmitted", { batchInfo: batch.info() });
    return batch;
  }

  /** Runs `work`, which must not reject, after the jobs that were submitted; resolves when it has ended, or is dropped. */
  submitWork(work: () => Promise<void>): Promise<void> {
    return new Promise(done => {
      this.#works.add(done);
      this.#executor.submit(async () => {
        await this.sparkContext.withLocalProperties({ "spark.jobGroup.id": this.group }, work);
        this.#works.delete(done);
        done();
      });
    });
  }

  /** A batch whose jobs could not be made: a failed batch without jobs. */
  fail(time: Time, inputs: ReadonlyMap<number, StreamInputInfo>, error: Error): void {
    const batch = this.#take(time, [], inputs);
    log.error(`Error generating jobs for time ${time}: ${failureText(error)}`);
    this.#endAtOnce(batch, error);
  }

  /** Resolves when every batch has ended. */
  whenIdle(): Promise<void> {
    return this.#executor.whenIdle();
  }

  /** No batch begins any more until {@link resume}; those that have begun go on to their end. */
  pause(): void {
    this.#gate.close();
  }

  /** Ends a {@link pause}. */
  resume(): void {
    this.#gate.open();
  }

  /** Drops what waits, cancels what runs, and lets nobody wait for it. */
  stop(): void {
    this.#stopped = true;
    this.#executor.drop();
    this.#gate.open();
    this.sparkContext.cancelJobGroup(this.group);
    for (const { done } of this.#pending.values()) done();
    this.#pending.clear();
    for (const done of this.#works) done();
  }

  #endAtOnce(batch: Batch, error?: Error): void {
    batch.endAtOnce(this.clock.now(), error);
    if (!this.bus.isEmpty) this.bus.post("onBatchStarted", { batchInfo: batch.info() });
    this.#completed(batch);
  }

  #run(batch: Batch, job: Job): MaybePromise<void> {
    if (!batch.hasStarted && this.#gate.isClosed) {
      batch.wasHeld = true;
      return this.#gate.opened!.then(() => this.#run(batch, job));
    }
    if (this.#stopped) return;
    const first = !batch.hasStarted;
    batch.jobStarted(job, this.clock.now());
    if (!this.bus.isEmpty) {
      if (first) this.bus.post("onBatchStarted", { batchInfo: batch.info() });
      this.bus.post("onOutputOperationStarted", { outputOperationInfo: batch.operationInfo(job) });
    }
    return after(this.#attempt(job), error =>
      error === undefined
        ? this.#ended(batch, job)
        : this.#failed(job, error).then(failure => this.#ended(batch, job, failure)),
    );
  }

  #ended(batch: Batch, job: Job, error?: Error): void {
    if (this.#stopped) return;
    batch.jobEnded(job, this.clock.now(), error);
    if (!this.bus.isEmpty) {
      this.bus.post("onOutputOperationCompleted", { outputOperationInfo: batch.operationInfo(job) });
    }
    if (batch.hasCompleted) this.#completed(batch);
  }

  /** Runs a job again that has failed with `error`, as the policy says; the error of the last attempt, if it failed. */
  async #failed(job: Job, first: Error): Promise<Error | undefined> {
    let error: Error | undefined = first;
    for (let attempt = 1; ; attempt++) {
      if (error === undefined || this.#stopped) return error;
      const again = attempt < this.policy.attempts;
      const what = `Error running job streaming job ${job.time}.${job.outputOpId} (${job.name})`;
      const which = again ? `, attempt ${attempt} of ${this.policy.attempts}; it is run again` : "";
      log.error(`${what}${which}: ${failureText(error)}`);
      if (!again) return error;
      await sleep(this.policy.delay, systemClock);
      if (this.#stopped) return error;
      error = await this.#attempt(job);
    }
  }

  /** Runs a job in an async context of its own, which the engine's jobs take their properties from. */
  #attempt(job: Job): MaybePromise<Error | undefined> {
    const properties = {
      "spark.jobGroup.id": this.group,
      "spark.job.description": describe(job),
      "spark.job.interruptOnCancel": "true",
      "callSite.short": job.name,
      "spark.streaming.internal.batchTime": String(job.time.milliseconds),
      "spark.streaming.internal.outputOpId": String(job.outputOpId),
    };
    const attempt = { scheduler: this, running: true };
    const end = () => {
      attempt.running = false;
      return undefined;
    };
    const fail = (error: unknown) => {
      attempt.running = false;
      return failureOf(error);
    };
    try {
      const run = current.run(attempt, () => this.sparkContext.withLocalProperties(properties, () => job.run()));
      return run instanceof Promise ? run.then(end, fail) : end();
    } catch (error) {
      return fail(error);
    }
  }

  #completed(batch: Batch): void {
    const pending = this.#pending.get(batch.time.milliseconds);
    this.#pending.delete(batch.time.milliseconds);
    this.#warnWhenLate(batch);
    this.onBatchCompleted(batch);
    pending?.done();
  }

  /** Says once that batches take longer than they may, and once that they no longer do. */
  #warnWhenLate(batch: Batch): void {
    // A pause is no sign of batches that take too long.
    if (batch.wasHeld) return;
    const { processingDelay, totalDelay } = batch;
    const interval = this.batchInterval;
    if (!this.#late && totalDelay > Math.max(2 * interval, LEAST_DELAY_TO_TELL)) {
      this.#late = true;
      log.warn(
        `The batch of ${batch.time} ended ${totalDelay} ms after it was due (its jobs took ${processingDelay} ms), with a batch every ${interval} ms: batches queue up. Make them longer or cheaper, or limit the source.`,
      );
    } else if (this.#late && totalDelay <= interval) {
      this.#late = false;
      log.warn(`Batches end within their interval of ${interval} ms again.`);
    }
  }
}

function describe(job: Job): string {
  const date = new Date(job.time.milliseconds);
  const at = [date.getHours(), date.getMinutes(), date.getSeconds()].map(n => String(n).padStart(2, "0")).join(":");
  return `Streaming job from [output operation ${job.outputOpId}, batch time ${at}]`;
}
