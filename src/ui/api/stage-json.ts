import type { StageRecord } from "../status/stage-record.js";
import { optionalDate } from "./dates.js";

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

/** `stages`: Spark's `StageData` of one attempt, without its tasks. Times in ms, CPU time in ns, sizes in bytes. */
export function stageJson(stage: StageRecord) {
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
    executorRunTime: Math.round(m.executorRunTime),
    executorCpuTime: Math.round(m.executorCpuTime * 1e6),
    resultSize: m.resultSize,
    jvmGcTime: Math.round(m.jvmGCTime),
    resultSerializationTime: 0,
    memoryBytesSpilled: m.memoryBytesSpilled,
    diskBytesSpilled: m.diskBytesSpilled,
    peakExecutionMemory: 0,
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
    killedTasksSummary: stage.killedTasksSummary,
    resourceProfileId: 0,
    isShufflePushEnabled: false,
    shuffleMergersCount: 0,
  };
}
