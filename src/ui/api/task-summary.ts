import type { TaskMetrics } from "../../core/scheduler/events.js";
import type { TaskRecord } from "../status/task-record.js";

/** The values at `quantiles` (0 to 1) of numbers in any order; empty when there are none. */
export function quantilesOf(values: readonly number[], quantiles: readonly number[]): number[] {
  if (values.length === 0) return [];
  const sorted = Float64Array.from(values).sort();
  return quantiles.map(q => sorted[Math.max(0, Math.min(Math.floor(q * sorted.length), sorted.length - 1))]!);
}

/** `stages/{id}/{attempt}/taskSummary`: Spark's `TaskMetricDistributions` of the tasks that succeeded; absent without any. */
export function taskSummaryJson(tasks: readonly TaskRecord[], quantiles: readonly number[]) {
  const done = tasks.filter(task => task.status === "SUCCESS" && task.metrics !== undefined);
  if (done.length === 0) return undefined;
  const of = (value: (task: TaskRecord) => number) => quantilesOf(done.map(value), quantiles);
  const metric = (name: keyof TaskMetrics, unit = 1) => of(task => Math.round(task.metrics![name] * unit));
  const none = quantiles.map(() => 0);
  return {
    quantiles,
    duration: of(task => task.duration(task.info.launchTime)),
    executorDeserializeTime: none,
    executorDeserializeCpuTime: none,
    executorRunTime: metric("executorRunTime"),
    executorCpuTime: metric("executorCpuTime", 1e6),
    resultSize: metric("resultSize"),
    jvmGcTime: metric("jvmGCTime"),
    resultSerializationTime: none,
    gettingResultTime: none,
    schedulerDelay: of(task => task.schedulerDelay),
    peakExecutionMemory: none,
    memoryBytesSpilled: metric("memoryBytesSpilled"),
    diskBytesSpilled: metric("diskBytesSpilled"),
    inputMetrics: { bytesRead: metric("inputBytes"), recordsRead: metric("inputRecords") },
    outputMetrics: { bytesWritten: metric("outputBytes"), recordsWritten: metric("outputRecords") },
    shuffleReadMetrics: {
      readBytes: metric("shuffleReadBytes"),
      readRecords: metric("shuffleReadRecords"),
      remoteBlocksFetched: none,
      localBlocksFetched: none,
      fetchWaitTime: none,
      remoteBytesRead: none,
      remoteBytesReadToDisk: none,
      totalBlocksFetched: none,
      remoteReqsDuration: none,
      shufflePushReadMetricsDist: {
        corruptMergedBlockChunks: none,
        mergedFetchFallbackCount: none,
        remoteMergedBlocksFetched: none,
        localMergedBlocksFetched: none,
        remoteMergedChunksFetched: none,
        localMergedChunksFetched: none,
        remoteMergedBytesRead: none,
        localMergedBytesRead: none,
        remoteMergedReqsDuration: none,
      },
    },
    shuffleWriteMetrics: {
      writeBytes: metric("shuffleWriteBytes"),
      writeRecords: metric("shuffleWriteRecords"),
      writeTime: none,
    },
  };
}
