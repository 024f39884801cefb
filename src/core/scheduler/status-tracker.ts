import type { CallSite } from "../util/call-site.js";

/** How a job stands. */
export interface SparkJobInfo {
  readonly jobId: number;
  readonly stageIds: readonly number[];
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED";
}

/** How a stage stands. */
export interface SparkStageInfo {
  readonly stageId: number;
  readonly currentAttemptId: number;
  /** ms since the epoch, 0 before it was submitted */
  readonly submissionTime: number;
  readonly name: string;
  readonly numTasks: number;
  readonly numActiveTasks: number;
  readonly numCompletedTasks: number;
  readonly numFailedTasks: number;
}

/** Jobs and stages that are remembered after they have ended. */
const REMEMBERED = 1000;

/** A name is made when it is read, but a stack that waits for that holds what its frames were called on: not for ever. */
const UNNAMED = 4;

/** Puts something in under its number, mostly the highest so far, and forgets what is too far back. */
function bounded<V>(map: Map<number, V>, key: number, value: V): void {
  map.set(key, value);
  map.delete(key - REMEMBERED);
  // To look for the first one each time is to go over the places of all that were deleted.
  if (map.size > REMEMBERED) map.delete(map.keys().next().value!);
}

/** What is remembered of a stage; not the stage itself, which would hold its data. */
export class TrackedStage {
  numActiveTasks = 0;
  numCompletedTasks = 0;
  numFailedTasks = 0;

  constructor(
    readonly stageId: number,
    readonly currentAttemptId: number,
    readonly submissionTime: number,
    readonly numTasks: number,
    private readonly callSite: CallSite,
  ) {}

  get name(): string {
    return this.callSite.short;
  }

  /** As it is now: what is handed out does not change. */
  info(): SparkStageInfo {
    const { stageId, currentAttemptId, submissionTime, name, numTasks } = this;
    const { numActiveTasks, numCompletedTasks, numFailedTasks } = this;
    return {
      stageId,
      currentAttemptId,
      submissionTime,
      name,
      numTasks,
      numActiveTasks,
      numCompletedTasks,
      numFailedTasks,
    };
  }
}

/**
 * Says what runs and how far it is. Spark's name: `org.apache.spark.SparkStatusTracker`.
 *
 * @example
 * sc.statusTracker.getActiveJobIds(); // []
 */
export class SparkStatusTracker {
  readonly #jobs = new Map<number, SparkJobInfo & { readonly group: string | undefined }>();
  readonly #stages = new Map<number, TrackedStage>();
  readonly #unnamed: TrackedStage[] = [];

  /** The jobs of a group, or without one those that belong to none; running ones and those that ended not long ago. */
  getJobIdsForGroup(group?: string): number[] {
    return [...this.#jobs.values()].filter(j => j.group === group).map(j => j.jobId);
  }

  getActiveJobIds(): number[] {
    return [...this.#jobs.values()].filter(j => j.status === "RUNNING").map(j => j.jobId);
  }

  getActiveStageIds(): number[] {
    return [...this.#stages.values()].filter(s => s.numActiveTasks > 0).map(s => s.stageId);
  }

  getJobInfo(jobId: number): SparkJobInfo | undefined {
    return this.#jobs.get(jobId);
  }

  getStageInfo(stageId: number): SparkStageInfo | undefined {
    return this.#stages.get(stageId)?.info();
  }

  /** @internal */
  setJob(info: SparkJobInfo & { readonly group: string | undefined }): void {
    bounded(this.#jobs, info.jobId, info);
  }

  /** @internal */
  setStage(stage: TrackedStage): void {
    bounded(this.#stages, stage.stageId, stage);
    this.#unnamed.push(stage);
    if (this.#unnamed.length > UNNAMED) void this.#unnamed.shift()!.name;
  }

  /** @internal */
  countTask(stageId: number, active: number, completed: number, failed: number): void {
    const stage = this.#stages.get(stageId);
    if (stage === undefined) return;
    stage.numActiveTasks += active;
    stage.numCompletedTasks += completed;
    stage.numFailedTasks += failed;
  }
}
