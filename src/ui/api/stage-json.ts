import type { Application } from "../status/application.js";
import type { StageRecord } from "../status/stage-record.js";
import { optionalDate } from "./dates.js";
import { executorDistributionsJson } from "./executor-distributions.js";
import { executionJson, memoryMetricsJson } from "./metrics-json.js";
import { withStatus } from "./query.js";
import { taskJson } from "./task-json.js";
import { taskSummaryJson } from "./task-summary.js";

/** What an engine in one process never does: blocks from other machines, merged shuffles, serial forms of tasks. */
const NEVER = {
  deserialize: { executorDeserializeTime: 0, executorDeserializeCpuTime: 0 },
  fetch: {
    shuffleRemoteBlocksFetched: 0,
    shuffleLocalBlocksFetched: 0,
    shuffleFetchWaitTime: 0,
    shuffleRemoteBytesRead: 0,
    shuffleRemoteBytesReadToDisk: 0,
  },
  merge: {
    shuffleCorruptMergedBlockChunks: 0,
    shuffleMergedFetchFallbackCount: 0,
    shuffleMergedRemoteBlocksFetched: 0,
    shuffleMergedLocalBlocksFetched: 0,
    shuffleMergedRemoteChunksFetched: 0,
    shuffleMergedLocalChunksFetched: 0,
    shuffleMergedRemoteBytesRead: 0,
    shuffleMergedLocalBytesRead: 0,
    shuffleRemoteReqsDuration: 0,
    shuffleMergedRemoteReqsDuration: 0,
  },
} as const;

type MemoryMetrics = ReturnType<typeof memoryMetricsJson>;

/** What Spark adds to a stage when it is asked for alone. */
interface StageDetails {
  readonly tasks: Readonly<Record<number, ReturnType<typeof taskJson>>>;
  readonly executorSummary: Readonly<Record<string, ReturnType<typeof executorSummaryJson>>>;
  readonly peakExecutorMetrics: MemoryMetrics;
}

/** What Spark adds to a stage for `withSummaries=true`. */
interface StageSummaries {
  readonly taskMetricsDistributions: ReturnType<typeof taskSummaryJson>;
  readonly executorMetricsDistributions: ReturnType<typeof executorDistributionsJson>;
}

/** The summaries of a stage at `quantiles`. */
export function stageSummariesJson(stage: StageRecord, app: Application, quantiles: readonly number[]): StageSummaries {
  const tasks = app.jobs.tasks(stage);
  const taskTime = tasks.reduce((sum, task) => sum + task.duration(app.now()), 0);
  return {
    taskMetricsDistributions: taskSummaryJson(tasks, quantiles),
    executorMetricsDistributions: executorDistributionsJson(stage, taskTime, quantiles, memoryMetricsJson(app)),
  };
}

/**
 * `stages/{id}/{attempt}`: {@link stageJson} with the tasks that are remembered.
 *
 * @param taskStatus of the tasks that are wanted; all where it is empty
 */
export function stageDetailsJson(
  stage: StageRecord,
  app: Application,
  taskStatus: readonly string[],
  summaries?: StageSummaries,
) {
  const now = app.now();
  const tasks = app.jobs.tasks(stage);
  const memory = memoryMetricsJson(app);
  const taskTime = tasks.reduce((sum, task) => sum + task.duration(now), 0);
  return stageJson(
    stage,
    memory,
    {
      tasks: Object.fromEntries(withStatus(tasks, taskStatus).map(task => [task.info.taskId, taskJson(task, now)])),
      executorSummary: { driver: executorSummaryJson(stage, taskTime, memory) },
      peakExecutorMetrics: memory,
    },
    summaries,
  );
}

function executorSummaryJson(stage: StageRecord, taskTime: number, memory: MemoryMetrics) {
  const m = stage.metrics;
  return {
    taskTime,
    failedTasks: stage.numFailedTasks,
    succeededTasks: stage.numCompleteTasks,
    killedTasks: stage.numKilledTasks,
    inputBytes: m.inputBytes,
    inputRecords: m.inputRecords,
    outputBytes: m.outputBytes,
    outputRecords: m.outputRecords,
    shuffleRead: m.shuffleReadBytes,
    shuffleReadRecords: m.shuffleReadRecords,
    shuffleWrite: m.shuffleWriteBytes,
    shuffleWriteRecords: m.shuffleWriteRecords,
    memoryBytesSpilled: m.memoryBytesSpilled,
    diskBytesSpilled: m.diskBytesSpilled,
    isBlacklistedForStage: false,
    peakMemoryMetrics: memory,
    isExcludedForStage: false,
  };
}

/**
 * `stages`: Spark's `StageData` of one attempt. Times in ms, CPU time in ns, sizes in bytes.
 *
 * @param memory what the process takes; `undefined` for a stage that has not run
 */
export function stageJson(
  stage: StageRecord,
  memory: MemoryMetrics | undefined,
  details?: StageDetails,
  summaries?: StageSummaries,
) {
  const m = stage.metrics;
  return {
    status: stage.status,
    stageId: stage.stageId,
    attemptId: stage.attemptId,
    numTasks: stage.numTasks,
    numActiveTasks: stage.numActiveTasks,
    numCompleteTasks: stage.numCompleteTasks,
    numFailedTasks: stage.numFailedTasks,
    numKilledTasks: stage.numKilledTasks,
    numCompletedIndices: stage.numCompleteTasks,
    submissionTime: optionalDate(stage.submissionTime),
    firstTaskLaunchedTime: optionalDate(stage.firstTaskLaunchedTime),
    completionTime: optionalDate(stage.completionTime),
    failureReason: stage.failureReason,
    ...NEVER.deserialize,
    ...executionJson(m),
    inputBytes: m.inputBytes,
    inputRecords: m.inputRecords,
    outputBytes: m.outputBytes,
    outputRecords: m.outputRecords,
    ...NEVER.fetch,
    shuffleLocalBytesRead: m.shuffleReadBytes,
    shuffleReadBytes: m.shuffleReadBytes,
    shuffleReadRecords: m.shuffleReadRecords,
    ...NEVER.merge,
    shuffleWriteBytes: m.shuffleWriteBytes,
    shuffleWriteTime: 0,
    shuffleWriteRecords: m.shuffleWriteRecords,
    name: stage.name,
    description: stage.description,
    details: stage.details,
    schedulingPool: stage.schedulingPool,
    rddIds: stage.rddIds,
    accumulatorUpdates: [],
    tasks: details?.tasks,
    executorSummary: details?.executorSummary,
    killedTasksSummary: stage.killedTasksSummary,
    resourceProfileId: 0,
    peakExecutorMetrics: details?.peakExecutorMetrics ?? memory,
    taskMetricsDistributions: summaries?.taskMetricsDistributions,
    executorMetricsDistributions: summaries?.executorMetricsDistributions,
    isShufflePushEnabled: false,
    shuffleMergersCount: 0,
  };
}
