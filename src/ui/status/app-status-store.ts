import type { SampledRecords } from "../../core/pipeline/task-samples.js";
import type {
  SparkListener,
  SparkListenerJobEnd,
  SparkListenerJobStart,
  SparkListenerStageCompleted,
  SparkListenerStageSubmitted,
  SparkListenerTaskEnd,
  SparkListenerTaskStart,
  StageInfo,
} from "../../core/scheduler/events.js";
import { BoundedHistory } from "./bounded-history.js";
import { ExecutorRecord } from "./executor-record.js";
import { JobRecord } from "./job-record.js";
import { StageRecord } from "./stage-record.js";
import { TaskHistory } from "./task-history.js";
import type { TaskRecord } from "./task-record.js";

/** Characters of all records that are kept; the stages that gave some longest ago lose theirs. */
const SAMPLED = 2_000_000;

/**
 * What the status port knows about jobs and stages: a listener that counts, in bounded memory, and does nothing for each
 * record. Spark's names: `AppStatusListener`, `AppStatusStore`.
 */
export class AppStatusStore implements SparkListener {
  readonly #jobs: BoundedHistory<number, JobRecord>;
  readonly #stages: BoundedHistory<string, StageRecord>;
  /** The attempt of each stage that is live, by the stage's id. */
  readonly #liveStages = new Map<number, StageRecord>();
  readonly #liveJobs = new Map<number, JobRecord>();
  /** The same by the number of each stage that they wait for: there may be thousands. */
  readonly #liveJobsByStage = new Map<number, Set<JobRecord>>();
  readonly #tasks: TaskHistory;
  readonly #sampled = new Set<StageRecord>();
  /** Characters of their records. */
  #sampledSize = 0;
  /** How many records of an operator are kept (`spark.tspark.ui.sampleRecords`). */
  readonly sampleRecords: number;
  /** Of the process that runs all tasks. */
  readonly executor = new ExecutorRecord();
  /** How many jobs and stages have ended so, those that are forgotten with them. */
  readonly endedJobs = { SUCCEEDED: 0, FAILED: 0 };
  readonly endedStages = { COMPLETE: 0, SKIPPED: 0, FAILED: 0 };

  constructor(limits: {
    readonly retainedJobs: number;
    readonly retainedStages: number;
    readonly retainedTasks: number;
    readonly sampleRecords?: number;
  }) {
    this.sampleRecords = limits.sampleRecords ?? 0;
    this.#tasks = new TaskHistory(limits.retainedTasks);
    this.#jobs = new BoundedHistory(limits.retainedJobs);
    this.#stages = new BoundedHistory(limits.retainedStages);
  }

  /** The latest first. */
  jobs(): JobRecord[] {
    return this.#jobs.values().sort((a, b) => b.jobId - a.jobId);
  }

  job(jobId: number): JobRecord | undefined {
    return this.#jobs.get(jobId);
  }

  /** The latest first. */
  stages(): StageRecord[] {
    return this.#stages.values().sort((a, b) => b.stageId - a.stageId || b.attemptId - a.attemptId);
  }

  /** What is remembered of a job's stages, each attempt, the latest first. */
  stagesOf(job: JobRecord): StageRecord[] {
    const stages = [...job.attempts].flatMap(key => this.#stages.get(key) ?? []);
    return stages.sort((a, b) => b.stageId - a.stageId || b.attemptId - a.attemptId);
  }

  /** The jobs that an output operation of a batch ran, the first first. */
  jobsOfOutput(batchTime: number, outputOpId: number): JobRecord[] {
    return this.#jobs.values().filter(job => job.batchTime === batchTime && job.outputOpId === outputOpId);
  }

  /** Those of a stage's attempt that are remembered, the first to have started first. */
  tasks(stage: StageRecord): TaskRecord[] {
    return this.#tasks.tasks(stage.key);
  }

  onJobStart({ jobId, time, stageInfos, properties }: SparkListenerJobStart): void {
    const description = properties["spark.job.description"];
    const pool = properties["spark.scheduler.pool"] ?? "default";
    const stages = stageInfos.map(
      info => this.#liveStages.get(info.stageId) ?? this.#addStage(info, description, pool),
    );
    const job = new JobRecord(jobId, time, stages, properties);
    this.#jobs.set(jobId, job);
    this.#liveJobs.set(jobId, job);
    for (const id of job.stageIds) {
      const waiting = this.#liveJobsByStage.get(id);
      if (waiting === undefined) this.#liveJobsByStage.set(id, new Set([job]));
      else waiting.add(job);
    }
  }

  onStageSubmitted({ stageInfo }: SparkListenerStageSubmitted): void {
    const stage = this.#liveStage(stageInfo);
    stage.status = "ACTIVE";
    stage.submissionTime = stageInfo.submissionTime;
    for (const job of this.#jobsOf(stage)) job.numActiveStages++;
  }

  onTaskStart({ stageId, taskInfo }: SparkListenerTaskStart): void {
    this.executor.activeTasks++;
    const stage = this.#liveStages.get(stageId);
    if (stage === undefined) return;
    stage.firstTaskLaunchedTime ??= taskInfo.launchTime;
    stage.numActiveTasks++;
    this.#tasks.start(stage.key, taskInfo);
    for (const job of this.#jobsOf(stage)) job.numActiveTasks++;
  }

  onTaskEnd({ stageId, taskInfo, taskMetrics, reason, error, samples }: SparkListenerTaskEnd): void {
    const outcome = taskInfo.killed ? "KILLED" : taskInfo.failed ? "FAILED" : "SUCCESS";
    const { launchTime, finishTime = launchTime } = taskInfo;
    this.executor.endTask(outcome, finishTime - launchTime, taskMetrics);
    this.#tasks.task(taskInfo.taskId)?.end(taskInfo, taskMetrics, reason, error);
    const stage = this.#liveStages.get(stageId);
    if (stage === undefined) return;
    stage.addMetrics(taskMetrics);
    if (samples !== undefined) this.#sample(stage, samples);
    stage.numActiveTasks--;
    if (taskInfo.killed) count(stage.killedTasksSummary, reason);
    if (taskInfo.killed) stage.numKilledTasks++;
    else if (taskInfo.failed) stage.numFailedTasks++;
    else stage.numCompleteTasks++;
    for (const job of this.#jobsOf(stage)) {
      job.numActiveTasks--;
      if (taskInfo.killed) count(job.killedTasksSummary, reason);
      if (taskInfo.killed) job.numKilledTasks++;
      else if (taskInfo.failed) job.numFailedTasks++;
      else job.numCompletedTasks++;
    }
  }

  onStageCompleted({ stageInfo }: SparkListenerStageCompleted): void {
    const stage = this.#liveStages.get(stageInfo.stageId);
    if (stage === undefined) return;
    stage.completionTime = stageInfo.completionTime;
    stage.failureReason = stageInfo.failureReason;
    const failed = stageInfo.failureReason !== undefined;
    for (const job of this.#jobsOf(stage)) {
      job.numActiveStages--;
      if (failed) job.numFailedStages++;
      else job.numCompletedStages++;
    }
    this.#endStage(stage, failed ? "FAILED" : "COMPLETE");
  }

  onJobEnd({ jobId, time, error }: SparkListenerJobEnd): void {
    const job = this.#liveJobs.get(jobId);
    if (job === undefined) return;
    this.#liveJobs.delete(jobId);
    for (const id of job.stageIds) {
      const waiting = this.#liveJobsByStage.get(id);
      waiting?.delete(job);
      if (waiting?.size === 0) this.#liveJobsByStage.delete(id);
    }
    const status = error === undefined ? "SUCCEEDED" : "FAILED";
    job.status = status;
    this.endedJobs[status]++;
    job.completionTime = time;
    for (const stage of job.stages) {
      if (stage.status !== "PENDING" || this.#jobsOf(stage).length > 0) continue;
      // Its shuffle was there already, or the job failed before.
      job.numSkippedStages++;
      job.numSkippedTasks += stage.numTasks;
      this.#endStage(stage, "SKIPPED");
    }
    job.stages = [];
    this.#jobs.end(jobId);
  }

  #sample(stage: StageRecord, samples: SampledRecords): void {
    this.#sampledSize += stage.addSamples(samples, this.sampleRecords);
    this.#sampled.delete(stage);
    this.#sampled.add(stage);
    for (const oldest of this.#sampled) {
      if (this.#sampledSize <= SAMPLED) break;
      this.#sampledSize -= oldest.dropSamples();
      this.#sampled.delete(oldest);
    }
  }

  #liveStage(info: StageInfo): StageRecord {
    const live = this.#liveStages.get(info.stageId);
    if (live === undefined) {
      // Another attempt, for every job that the stage belongs to.
      const stage = this.#addStage(info, undefined, "default");
      for (const job of this.#liveJobsByStage.get(stage.stageId) ?? []) job.attempts.add(stage.key);
      return stage;
    }
    if (live.attemptId === info.attemptNumber || live.status !== "PENDING") return live;
    // Announced with the number of an attempt that another job ran meanwhile.
    const stage = this.#addStage(info, live.description, live.schedulingPool);
    for (const job of this.#jobsOf(live)) job.replaceStage(live, stage);
    this.#stages.forget(live.key);
    return stage;
  }

  #addStage(info: StageInfo, description: string | undefined, pool: string): StageRecord {
    const stage = new StageRecord(info, description, pool);
    this.#stages.set(stage.key, stage);
    this.#liveStages.set(stage.stageId, stage);
    return stage;
  }

  #endStage(stage: StageRecord, status: "COMPLETE" | "FAILED" | "SKIPPED"): void {
    stage.status = status;
    this.endedStages[status]++;
    if (this.#liveStages.get(stage.stageId) === stage) this.#liveStages.delete(stage.stageId);
    const forgotten = this.#stages.end(stage.key);
    if (forgotten !== undefined) this.#tasks.forgetStage(forgotten);
  }

  /** The running jobs that wait for a stage. */
  #jobsOf(stage: StageRecord): JobRecord[] {
    const { key, stageId } = stage;
    return [...(this.#liveJobsByStage.get(stageId) ?? [])].filter(job => job.attempts.has(key));
  }
}

function count(summary: Record<string, number>, reason: string): void {
  summary[reason] = (summary[reason] ?? 0) + 1;
}
