import { getHeapStatistics } from "node:v8";
import type { TaskMetrics } from "../../core/scheduler/events.js";
import type { Application } from "../status/application.js";

/** Blocks merged by a push-based shuffle, which an engine in one process does not have. */
const PUSH_READ = {
  corruptMergedBlockChunks: 0,
  mergedFetchFallbackCount: 0,
  remoteMergedBlocksFetched: 0,
  localMergedBlocksFetched: 0,
  remoteMergedChunksFetched: 0,
  localMergedChunksFetched: 0,
  remoteMergedBytesRead: 0,
  localMergedBytesRead: 0,
  remoteMergedReqsDuration: 0,
} as const;

/** What stages and tasks tell alike of their execution. Times in ms, CPU time in ns, sizes in bytes. */
export function executionJson(m: TaskMetrics) {
  return {
    executorRunTime: Math.round(m.executorRunTime),
    executorCpuTime: Math.round(m.executorCpuTime * 1e6),
    resultSize: m.resultSize,
    jvmGcTime: Math.round(m.jvmGCTime),
    resultSerializationTime: 0,
    memoryBytesSpilled: m.memoryBytesSpilled,
    diskBytesSpilled: m.diskBytesSpilled,
    peakExecutionMemory: 0,
  };
}

/** Spark's `TaskMetrics` of the REST API. Times in ms, CPU time in ns, sizes in bytes. */
export function taskMetricsJson(m: TaskMetrics) {
  return {
    executorDeserializeTime: 0,
    executorDeserializeCpuTime: 0,
    ...executionJson(m),
    inputMetrics: { bytesRead: m.inputBytes, recordsRead: m.inputRecords },
    outputMetrics: { bytesWritten: m.outputBytes, recordsWritten: m.outputRecords },
    shuffleReadMetrics: {
      remoteBlocksFetched: 0,
      localBlocksFetched: 0,
      fetchWaitTime: 0,
      remoteBytesRead: 0,
      remoteBytesReadToDisk: 0,
      localBytesRead: m.shuffleReadBytes,
      recordsRead: m.shuffleReadRecords,
      remoteReqsDuration: 0,
      shufflePushReadMetrics: PUSH_READ,
    },
    shuffleWriteMetrics: {
      bytesWritten: m.shuffleWriteBytes,
      writeTime: 0,
      recordsWritten: m.shuffleWriteRecords,
    },
  };
}

const NOTHING = { heapUsed: 0, external: 0, arrayBuffers: 0, rss: 0 };

/**
 * Spark's `ExecutorMetrics`, in bytes: what the process takes now, 0 where it has ended; what only a JVM or a cluster has
 * is 0.
 */
export function memoryMetricsJson({ storage, isHistory }: Pick<Application, "storage" | "isHistory">) {
  const storageMemory = storage.totals().memory;
  const { heapUsed, external, arrayBuffers, rss } = isHistory ? NOTHING : process.memoryUsage();
  return {
    JVMHeapMemory: heapUsed,
    JVMOffHeapMemory: external,
    OnHeapExecutionMemory: 0,
    OffHeapExecutionMemory: 0,
    OnHeapStorageMemory: storageMemory,
    OffHeapStorageMemory: 0,
    OnHeapUnifiedMemory: storageMemory,
    OffHeapUnifiedMemory: 0,
    DirectPoolMemory: arrayBuffers,
    MappedPoolMemory: 0,
    ProcessTreeJVMVMemory: 0,
    ProcessTreeJVMRSSMemory: rss,
    ProcessTreePythonVMemory: 0,
    ProcessTreePythonRSSMemory: 0,
    ProcessTreeOtherVMemory: 0,
    ProcessTreeOtherRSSMemory: 0,
    MinorGCCount: 0,
    MinorGCTime: 0,
    MajorGCCount: 0,
    MajorGCTime: 0,
    TotalGCTime: 0,
    ConcurrentGCCount: 0,
    ConcurrentGCTime: 0,
  };
}

/** The heap the process may grow to, bytes. */
export function heapLimit(): number {
  return getHeapStatistics().heap_size_limit;
}
