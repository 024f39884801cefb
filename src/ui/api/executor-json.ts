import type { Application } from "../status/application.js";
import { apiDate } from "./dates.js";
import { memoryMetricsJson } from "./metrics-json.js";

/** `executors`: Spark's `ExecutorSummary` of the one process there is, the driver. Times in ms, sizes in bytes. */
export function executorJson(app: Application) {
  const { address, cores, startTime, endTime, jobs, storage, maxMemory } = app;
  const { executor } = jobs;
  const { blocks, memory, disk } = storage.totals();
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
    maxMemory,
    addTime: apiDate(startTime),
    executorLogs: {},
    memoryMetrics: {
      usedOnHeapStorageMemory: memory,
      usedOffHeapStorageMemory: 0,
      totalOnHeapStorageMemory: maxMemory,
      totalOffHeapStorageMemory: 0,
    },
    blacklistedInStages: [],
    peakMemoryMetrics: memoryMetricsJson(app),
    attributes: {},
    resources: {},
    resourceProfileId: 0,
    isExcluded: false,
    excludedInStages: [],
  };
}
