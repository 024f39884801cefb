import { withoutOwnFrames } from "../../core/util/own-frames.js";
import { BatchInfo, type OutputOperationInfo, type StreamInputInfo } from "../listener.js";
import type { Time } from "../time.js";
import type { Job } from "./job.js";

/** How far a job is. Times are ms since the epoch. */
interface Progress {
  readonly job: Job;
  startTime?: number;
  endTime?: number;
  error?: Error;
  /** What is told of it as it is; a listener is told of each job several times. */
  info?: OutputOperationInfo | undefined;
}

/** One batch on its way: its jobs, and what is known of each so far. Spark's `JobSet`. */
export class Batch {
  readonly #operations: readonly Progress[];
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
    this.#operations = jobs.map(job => ({ job }));
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

  /** From the start of the first job to the end of the last, ms; 0 until then. */
  get processingDelay(): number {
    return this.#processingEnd === undefined ? 0 : this.#processingEnd - this.#processingStart!;
  }

  /** From submission to the end of the last job, ms; 0 until then. */
  get totalDelay(): number {
    return this.#processingEnd === undefined ? 0 : this.#processingEnd - this.submissionTime;
  }

  /** Its jobs could not be made, or there are none: it ends as it begins. */
  endAtOnce(now: number, failure?: Error): void {
    this.#processingStart = this.#processingEnd = now;
    this.#failure = failure;
  }

  jobStarted(job: Job, now: number): void {
    this.#processingStart ??= now;
    const progress = this.#of(job);
    progress.startTime = now;
    progress.info = undefined;
  }

  jobEnded(job: Job, now: number, error: Error | undefined): void {
    this.#left--;
    if (this.#left === 0) this.#processingEnd = now;
    this.#failure ??= error;
    const progress = this.#of(job);
    progress.endTime = now;
    progress.info = undefined;
    if (error !== undefined) progress.error = error;
  }

  /** What a listener is told of it now. */
  info(): BatchInfo {
    return new BatchInfo({
      batchTime: this.time,
      streamIdToInputInfo: this.inputs,
      submissionTime: this.submissionTime,
      processingStartTime: this.#processingStart,
      processingEndTime: this.#processingEnd,
      outputOperationInfos: new Map(this.#operations.map(({ job }) => [job.outputOpId, this.operationInfo(job)])),
      failure: this.#failure,
    });
  }

  /** What a listener is told of one of its jobs now. */
  operationInfo(job: Job): OutputOperationInfo {
    const progress = this.#of(job);
    progress.info ??= this.#tell(progress);
    return progress.info;
  }

  #tell({ job, startTime, endTime, error }: Progress): OutputOperationInfo {
    return {
      batchTime: this.time,
      id: job.outputOpId,
      name: job.name,
      description: job.description,
      ...(startTime !== undefined && { startTime }),
      ...(endTime !== undefined && { endTime, duration: endTime - startTime! }),
      ...(error && { error, failureReason: withoutOwnFrames(error.stack ?? error.message) }),
    };
  }

  #of(job: Job): Progress {
    return this.#operations.find(progress => progress.job === job)!;
  }
}
