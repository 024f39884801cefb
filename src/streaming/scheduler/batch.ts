import { withoutOwnFrames } from "../../core/util/own-frames.js";
import { BatchInfo, type OutputOperationInfo, type StreamInputInfo } from "../listener.js";
import type { Time } from "../time.js";
import type { Job } from "./job.js";

/** One batch on its way: its jobs, and what is known of each so far. Spark's `JobSet`. */
export class Batch {
  readonly #operations = new Map<number, OutputOperationInfo>();
  #processingStart: number | undefined;
  #processingEnd: number | undefined;
  #left: number;
  #failure: Error | undefined;
  /** Whether it was its turn while the streams were paused: its delays say nothing about what can be processed. */
  wasHeld = false;

  constructor(
    readonly time: Time,
    readonly jobs: readonly Job[],
    private readonly inputs: ReadonlyMap<number, StreamInputInfo>,
    /** ms since the epoch */
    private readonly submissionTime: number,
  ) {
    this.#left = jobs.length;
    for (const job of jobs) {
      const { outputOpId: id, name, description } = job;
      this.#operations.set(id, { batchTime: time, id, name, description });
    }
  }

  /** The first failure: of an output operation, or of making the jobs. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  get hasStarted(): boolean {
    return this.#processingStart !== undefined;
  }

  get hasCompleted(): boolean {
    return this.#processingEnd !== undefined;
  }

  /** Its jobs could not be made, or there are none: it ends as it begins. */
  endAtOnce(now: number, failure?: Error): void {
    this.#processingStart = this.#processingEnd = now;
    this.#failure = failure;
  }

  jobStarted(job: Job, now: number): OutputOperationInfo {
    this.#processingStart ??= now;
    return this.#set(job, { startTime: now });
  }

  jobEnded(job: Job, now: number, error: Error | undefined): OutputOperationInfo {
    this.#left--;
    if (this.#left === 0) this.#processingEnd = now;
    this.#failure ??= error;
    const start = this.#operations.get(job.outputOpId)?.startTime ?? now;
    const failed = error === undefined ? {} : { error, failureReason: withoutOwnFrames(error.stack ?? error.message) };
    return this.#set(job, { endTime: now, duration: now - start, ...failed });
  }

  /** What a listener is told of it now. */
  info(): BatchInfo {
    return new BatchInfo({
      batchTime: this.time,
      streamIdToInputInfo: this.inputs,
      submissionTime: this.submissionTime,
      processingStartTime: this.#processingStart,
      processingEndTime: this.#processingEnd,
      outputOperationInfos: new Map(this.#operations),
      failure: this.#failure,
    });
  }

  #set(job: Job, change: Partial<OutputOperationInfo>): OutputOperationInfo {
    const info = { ...this.#operations.get(job.outputOpId)!, ...change };
    this.#operations.set(job.outputOpId, info);
    return info;
  }
}
