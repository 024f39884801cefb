import type { SampledRecords } from "../../core/pipeline/task-samples.js";
import type { RDDInfo, StageInfo, TaskMetrics } from "../../core/scheduler/events.js";
import { emptyMetrics } from "../../core/scheduler/task-metrics.js";

export type StageStatus = "ACTIVE" | "COMPLETE" | "FAILED" | "PENDING" | "SKIPPED";

/**
 * One attempt of a stage, as far as it is known. Its texts are copied: the event's own object leads to the plan and its
 * data. Times are ms since the epoch.
 */
export class StageRecord {
  status: StageStatus = "PENDING";
  readonly stageId: number;
  readonly attemptId: number;
  readonly numTasks: number;
  readonly name: string;
  readonly details: string;
  readonly rddIds: readonly number[];
  readonly parentIds: readonly number[];
  readonly rdds: readonly Pick<RDDInfo, "id" | "name" | "callSite" | "parentIds" | "storageLevel">[];
  numActiveTasks = 0;
  numCompleteTasks = 0;
  numFailedTasks = 0;
  numKilledTasks = 0;
  readonly killedTasksSummary: Record<string, number> = {};
  submissionTime: number | undefined;
  firstTaskLaunchedTime: number | undefined;
  completionTime: number | undefined;
  failureReason: string | undefined;
  /** The first records of each operator, as text, by the id of its RDD; empty where none are kept. */
  readonly samples = new Map<number, string[]>();
  /** Sums over the tasks that have ended. */
  readonly metrics = emptyMetrics();

  constructor(
    info: StageInfo,
    /** `spark.job.description` of the job that brought it. */
    readonly description: string | undefined,
    /** `spark.scheduler.pool` of that job. */
    readonly schedulingPool: string,
  ) {
    this.stageId = info.stageId;
    this.attemptId = info.attemptNumber;
    this.numTasks = info.numTasks;
    this.name = info.name;
    this.details = info.details;
    this.parentIds = info.parentIds;
    this.rdds = info.rddInfos.map(({ id, name, callSite, parentIds, storageLevel }) => ({
      id,
      name,
      callSite,
      parentIds,
      storageLevel,
    }));
    this.rddIds = this.rdds.map(rdd => rdd.id);
  }

  /** Of this attempt alone: `3.0` */
  get key(): string {
    return `${this.stageId}.${this.attemptId}`;
  }

  /** Takes in what a task kept of its records, as long as there are fewer than `limit`; gives their length. */
  addSamples(samples: SampledRecords, limit: number): number {
    let length = 0;
    for (const [rddId, records] of samples) {
      const kept = this.samples.get(rddId) ?? [];
      const taken = records.slice(0, Math.max(0, limit - kept.length));
      kept.push(...taken);
      this.samples.set(rddId, kept);
      length += lengthOf(taken);
    }
    return length;
  }

  /** Lets go of all records; gives their length. */
  dropSamples(): number {
    let length = 0;
    for (const records of this.samples.values()) length += lengthOf(records);
    this.samples.clear();
    return length;
  }

  addMetrics(metrics: TaskMetrics): void {
    const sum = this.metrics;
    for (const name of Object.keys(sum) as (keyof TaskMetrics)[]) sum[name] += metrics[name];
  }
}

/** Characters of some texts, each with what a text takes beside them. */
function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length + 32, 0);
}
