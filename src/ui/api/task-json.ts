import type { TaskRecord } from "../status/task-record.js";
import { apiDate } from "./dates.js";
import { taskMetricsJson } from "./metrics-json.js";

/**
 * `stages/{id}/{attempt}/taskList`: Spark's `TaskData`.
 *
 * @param now for those that run, ms since the epoch
 */
export function taskJson(task: TaskRecord, now: number) {
  const { info, metrics } = task;
  return {
    taskId: info.taskId,
    index: info.index,
    attempt: info.attempt,
    partitionId: info.partitionId,
    launchTime: apiDate(info.launchTime),
    duration: task.duration(now),
    executorId: info.executorId,
    host: info.host,
    status: task.status,
    taskLocality: "PROCESS_LOCAL",
    speculative: false,
    accumulatorUpdates: [],
    errorMessage: task.errorMessage,
    taskMetrics: metrics && taskMetricsJson(metrics),
    executorLogs: {},
    schedulerDelay: task.schedulerDelay,
    gettingResultTime: 0,
  };
}
