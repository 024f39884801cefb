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

/** A map that forgets what was put in first. */
function bounded<V>(map: Map<number, V>, key: number, value: V): void {
  map.set(key, value);
  if (map.size > REMEMBERED) map.delete(map.keys().next().value!);
}

/**
 * Says what runs and how far it is. Spark's name: `org.apache.spark.SparkStatusTracker`.
 *
 * @example
 * sc.statusTracker.getActiveJobIds(); // []
 */
export class SparkStatusTracker {
  readonly #jobs = new Map<number, SparkJobInfo & { readonly group: string | undefined }>();
  readonly #stages = new Map<number, SparkStageInfo>();
  readonly #unnamed: SparkStageInfo[] = [];

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
    const stage = this.#stages.get(stageId);
    // As it is now: what is handed out does not change.
    return stage && { ...stage };
  }

  /** @internal */
  setJob(info: SparkJobInfo & { readonly group: string | undefined }): void {
    bounded(this.#jobs, info.jobId, info);
  }

  /** @internal */
  setStage(info: SparkStageInfo): void {
    bounded(this.#stages, info.stageId, info);
    this.#unnamed.push(info);
    if (this.#unnamed.length > UNNAMED) void this.#unnamed.shift()!.name;
  }

  /** @internal */
  countTask(stageId: number, active: number, completed: number, failed: number): void {
    const s = this.#stages.get(stageId);
    if (s === undefined) return;
    const mutable = s as { -readonly [K in keyof SparkStageInfo]: SparkStageInfo[K] };
    mutable.numActiveTasks += active;
    mutable.numCompletedTasks += completed;
    mutable.numFailedTasks += failed;
  }
}
