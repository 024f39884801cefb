import type { TaskMetrics } from "./events.js";

/** The metrics of a task that has done nothing yet. */
export function emptyMetrics(): TaskMetrics {
  return {
    executorRunTime: 0,
    executorCpuTime: 0,
    jvmGCTime: 0,
    resultSize: 0,
    memoryBytesSpilled: 0,
    diskBytesSpilled: 0,
    inputBytes: 0,
    inputRecords: 0,
    outputBytes: 0,
    outputRecords: 0,
    shuffleReadBytes: 0,
    shuffleReadRecords: 0,
    shuffleWriteBytes: 0,
    shuffleWriteRecords: 0,
  };
}
