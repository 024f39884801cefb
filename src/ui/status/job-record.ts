import type { StageRecord } from "./stage-record.js";

export type JobStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "UNKNOWN";

/** One job, as far as it is known. Times are ms since the epoch. */
export class JobRecord {
  status: JobStatus = "RUNNING";
  completionTime: number | undefined;
  numActiveTasks = 0;
  numCompletedTasks = 0;
  numSkippedTasks = 0;
  numFailedTasks = 0;
  numKilledTasks = 0;
  readonly killedTasksSummary: Record<string, number> = {};
  numActiveStages = 0;
  numCompletedStages = 0;
  numSkippedStages = 0;
  numFailedStages = 0;
  /** Of all its stages. */
  readonly numTasks: number;
  /** That of its last stage: `count at <console>:1:30`. */
  readonly name: string;
  /** Its stages while it runs; empty afterwards, so that stages may be forgotten. */
  stages: readonly StageRecord[];
  readonly stageIds: readonly number[];
  /** The attempts of its stages, by the keys of their records: those of other jobs are not among them. */
  readonly attempts: Set<string>;
  readonly description: string | undefined;
  readonly jobGroup: string | undefined;
  /** The batch it ran for, ms since the epoch; absent outside streams. */
  readonly batchTime: number | undefined;
  /** The output operation of that batch. */
  readonly outputOpId: number | undefined;

  constructor(
    readonly jobId: number,
    readonly submissionTime: number,
    stages: readonly StageRecord[],
    /** The caller's local properties. */
    properties: Readonly<Record<string, string>>,
  ) {
    this.description = properties["spark.job.description"];
    this.jobGroup = jobGroupOf(properties);
    const batchTime = properties["spark.streaming.internal.batchTime"];
    if (batchTime !== undefined) {
      this.batchTime = Number(batchTime);
      this.outputOpId = Number(properties["spark.streaming.internal.outputOpId"]);
    }
    this.stages = stages;
    this.stageIds = stages.map(s => s.stageId);
    this.attempts = new Set(stages.map(s => s.key));
    this.numTasks = stages.reduce((sum, s) => sum + s.numTasks, 0);
    this.name =
      stages.reduce<StageRecord | undefined>((a, b) => (a && a.stageId > b.stageId ? a : b), undefined)?.name ?? "";
  }

  /** Takes `stage` in the place of the attempt it was announced as. */
  replaceStage(announced: StageRecord, stage: StageRecord): void {
    this.attempts.delete(announced.key);
    this.attempts.add(stage.key);
    this.stages = this.stages.map(s => (s === announced ? stage : s));
  }
}

/** The group that a user gave a job. That of all jobs of a stream is the engine's own, where Spark's have none. */
export function jobGroupOf(properties: Readonly<Record<string, string>>): string | undefined {
  const group = properties["spark.jobGroup.id"];
  const ofBatch = properties["spark.streaming.internal.batchTime"] !== undefined;
  return ofBatch && group !== undefined && /^streaming-\d+$/.test(group) ? undefined : group;
}
