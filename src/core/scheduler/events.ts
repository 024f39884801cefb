import type { SampledRecords } from "../pipeline/task-samples.js";

/** Facts about a stage, as Spark's `StageInfo` has them. Times are ms since the epoch. */
export interface StageInfo {
  readonly stageId: number;
  attemptNumber: number;
  readonly name: string;
  readonly details: string;
  readonly numTasks: number;
  readonly rddInfos: readonly RDDInfo[];
  readonly parentIds: readonly number[];
  submissionTime?: number;
  completionTime?: number;
  failureReason?: string;
}

export interface RDDInfo {
  readonly id: number;
  readonly name: string;
  readonly numPartitions: number;
  readonly parentIds: readonly number[];
  /** `StorageLevel`'s description, e.g. `Memory Deserialized 1x Replicated`. */
  readonly storageLevel: string;
  /** The user's call that made it, e.g. `map at <console>:1:22`. */
  readonly callSite: string;
}

/** What one attempt of a task did. Times in ms, sizes in bytes. */
export interface TaskMetrics {
  executorRunTime: number;
  executorCpuTime: number;
  jvmGCTime: number;
  resultSize: number;
  memoryBytesSpilled: number;
  diskBytesSpilled: number;
  inputBytes: number;
  inputRecords: number;
  outputBytes: number;
  outputRecords: number;
  shuffleReadBytes: number;
  shuffleReadRecords: number;
  shuffleWriteBytes: number;
  shuffleWriteRecords: number;
}

export interface TaskInfo {
  readonly taskId: number;
  readonly index: number;
  readonly attempt: number;
  readonly partitionId: number;
  readonly launchTime: number;
  readonly executorId: string;
  readonly host: string;
  finishTime?: number;
  failed?: boolean;
  killed?: boolean;
}

export interface SparkListenerApplicationStart {
  readonly appName: string;
  readonly appId: string;
  readonly time: number;
  readonly sparkUser: string;
}
export interface SparkListenerApplicationEnd {
  readonly time: number;
}
export interface SparkListenerJobStart {
  readonly jobId: number;
  readonly time: number;
  readonly stageInfos: readonly StageInfo[];
  /** The ids of those. */
  readonly stageIds: readonly number[];
  /** Local properties of the caller: `spark.jobGroup.id`, `spark.job.description`, `callSite.short`, … */
  readonly properties: Readonly<Record<string, string>>;
}
export interface SparkListenerJobEnd {
  readonly jobId: number;
  readonly time: number;
  readonly jobResult: "JobSucceeded" | "JobFailed";
  /** Why it failed; absent when it succeeded. */
  readonly error?: Error;
}
export interface SparkListenerStageSubmitted {
  readonly stageInfo: StageInfo;
}
export interface SparkListenerStageCompleted {
  readonly stageInfo: StageInfo;
}
export interface SparkListenerTaskStart {
  readonly stageId: number;
  readonly stageAttemptId: number;
  readonly taskInfo: TaskInfo;
}
export interface SparkListenerTaskEnd {
  readonly stageId: number;
  readonly stageAttemptId: number;
  readonly taskInfo: TaskInfo;
  readonly taskMetrics: TaskMetrics;
  /** Why it ended: `Success` or the text of the failure. */
  readonly reason: string;
  readonly error?: Error;
  /** Some records of each operator, as text without secrets; only with `spark.tspark.ui.sampleRecords`. */
  readonly samples?: SampledRecords;
}
export interface SparkListenerUnpersistRDD {
  readonly rddId: number;
}
export interface SparkListenerBlockUpdated {
  /** `rdd_<id>_<partition>`. */
  readonly blockId: string;
  readonly memSize: number;
  readonly diskSize: number;
  readonly storageLevel: string;
}

/** Events of the engine by the name of the listener's method. Streaming adds its own bus (`StreamingListener`). */
export interface SparkEvents {
  onApplicationStart: SparkListenerApplicationStart;
  onApplicationEnd: SparkListenerApplicationEnd;
  onJobStart: SparkListenerJobStart;
  onJobEnd: SparkListenerJobEnd;
  onStageSubmitted: SparkListenerStageSubmitted;
  onStageCompleted: SparkListenerStageCompleted;
  onTaskStart: SparkListenerTaskStart;
  onTaskEnd: SparkListenerTaskEnd;
  onUnpersistRDD: SparkListenerUnpersistRDD;
  onBlockUpdated: SparkListenerBlockUpdated;
}

/** A listener implements any of the methods; each is called after the fact, in order, never in the middle of a task. */
export type SparkListener = { [K in keyof SparkEvents]?: (event: SparkEvents[K]) => void };
