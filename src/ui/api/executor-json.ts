import type { Application } from "../status/application.js";
import { apiDate } from "./dates.js";
import { maxMemory, memoryMetricsJson } from "./metrics-json.js";

/** `executors`: Spark's `ExecutorSummary` of the one process there is, the driver. Times in ms, sizes in bytes. */
export function executorJson({ address, cores, startTime, endTime, jobs, storage }: Application) {
  const { executor } = jobs;
  const { blocks, memory, disk } = storage.totals();
  const limit = maxMemory();
  return {
    id: "driver",
    hostPort: address,
    isActive: endTime === undefined,
    rddBlocks: blocks,
    memoryUsed: memory,
    diskUsed: disk,
    totalCores: cores,
    maxTasks: cores,
    activeTasks: executor.activeTasks,
    failedTasks: executor.failedTasks,
    completedTasks: executor.completedTasks,
    totalTasks: executor.totalTasks,
    totalDuration: executor.totalDuration,
    totalGCTime: Math.round(executor.totalGCTime),
    totalInputBytes: executor.totalInputBytes,
    totalShuffleRead: executor.totalShuffleRead,
    totalShuffleWrite: executor.totalShuffleWrite,
    isBlacklisted: false,
    maxMemory: limit,
    addTime: apiDate(startTime),
    executorLogs: {},
    memoryMetrics: {
      usedOnHeapStorageMemory: memory,
      usedOffHeapStorageMemory: 0,
      totalOnHeapStorageMemory: limit,
      totalOffHeapStorageMemory: 0,
    },
    blacklistedInStages: [],
    peakMemoryMetrics: memoryMetricsJson(memory),
    attributes: {},
    resources: {},
    resourceProfileId: 0,
    isExcluded: false,
    excludedInStages: [],
  };
}
