/**
 * The shape of answers recorded from a real Spark 4.3 REST API: field by field, in its order. `date` is
 * `2026-11-23T17:27:00.355GMT`; a `?` marks what Spark leaves out when there is no value.
 */
export type Shape = { readonly [field: string]: string | Shape };

export const APPLICATION: Shape = { id: "string", name: "string", attempts: "array" };

export const ATTEMPT: Shape = {
  startTime: "date",
  endTime: "date",
  lastUpdated: "date",
  duration: "number",
  sparkUser: "string",
  completed: "boolean",
  appSparkVersion: "string",
  startTimeEpoch: "number",
  endTimeEpoch: "number",
  lastUpdatedEpoch: "number",
};

export const JOB: Shape = {
  jobId: "number",
  name: "string",
  description: "string?",
  submissionTime: "date",
  completionTime: "date?",
  stageIds: "array",
  jobGroup: "string?",
  jobTags: "array",
  status: "string",
  numTasks: "number",
  numActiveTasks: "number",
  numCompletedTasks: "number",
  numSkippedTasks: "number",
  numFailedTasks: "number",
  numKilledTasks: "number",
  numCompletedIndices: "number",
  numActiveStages: "number",
  numCompletedStages: "number",
  numSkippedStages: "number",
  numFailedStages: "number",
  killedTasksSummary: "object",
};

export const STAGE: Shape = {
  status: "string",
  stageId: "number",
  attemptId: "number",
  numTasks: "number",
  numActiveTasks: "number",
  numCompleteTasks: "number",
  numFailedTasks: "number",
  numKilledTasks: "number",
  numCompletedIndices: "number",
  submissionTime: "date?",
  firstTaskLaunchedTime: "date?",
  completionTime: "date?",
  failureReason: "string?",
  executorDeserializeTime: "number",
  executorDeserializeCpuTime: "number",
  executorRunTime: "number",
  executorCpuTime: "number",
  resultSize: "number",
  jvmGcTime: "number",
  resultSerializationTime: "number",
  memoryBytesSpilled: "number",
  diskBytesSpilled: "number",
  peakExecutionMemory: "number",
  inputBytes: "number",
  inputRecords: "number",
  outputBytes: "number",
  outputRecords: "number",
  shuffleRemoteBlocksFetched: "number",
  shuffleLocalBlocksFetched: "number",
  shuffleFetchWaitTime: "number",
  shuffleRemoteBytesRead: "number",
  shuffleRemoteBytesReadToDisk: "number",
  shuffleLocalBytesRead: "number",
  shuffleReadBytes: "number",
  shuffleReadRecords: "number",
  shuffleCorruptMergedBlockChunks: "number",
  shuffleMergedFetchFallbackCount: "number",
  shuffleMergedRemoteBlocksFetched: "number",
  shuffleMergedLocalBlocksFetched: "number",
  shuffleMergedRemoteChunksFetched: "number",
  shuffleMergedLocalChunksFetched: "number",
  shuffleMergedRemoteBytesRead: "number",
  shuffleMergedLocalBytesRead: "number",
  shuffleRemoteReqsDuration: "number",
  shuffleMergedRemoteReqsDuration: "number",
  shuffleWriteBytes: "number",
  shuffleWriteTime: "number",
  shuffleWriteRecords: "number",
  name: "string",
  description: "string?",
  details: "string",
  schedulingPool: "string",
  rddIds: "array",
  accumulatorUpdates: "array",
  killedTasksSummary: "object",
  resourceProfileId: "number",
  peakExecutorMetrics: "object?",
  isShufflePushEnabled: "boolean",
  shuffleMergersCount: "number",
};

export const STATISTICS: Shape = {
  startTime: "date",
  batchDuration: "number",
  numReceivers: "number",
  numActiveReceivers: "number",
  numInactiveReceivers: "number",
  numTotalCompletedBatches: "number",
  numRetainedCompletedBatches: "number",
  numActiveBatches: "number",
  numProcessedRecords: "number",
  numReceivedRecords: "number",
  avgInputRate: "number?",
  avgSchedulingDelay: "number?",
  avgProcessingTime: "number?",
  avgTotalDelay: "number?",
};

export const BATCH: Shape = {
  batchId: "number",
  batchTime: "date",
  status: "string",
  batchDuration: "number",
  inputSize: "number",
  schedulingDelay: "number?",
  processingTime: "number?",
  totalDelay: "number?",
  numActiveOutputOps: "number",
  numCompletedOutputOps: "number",
  numFailedOutputOps: "number",
  numTotalOutputOps: "number",
  firstFailureReason: "string?",
};

export const RECEIVER: Shape = {
  streamId: "number",
  streamName: "string",
  isActive: "boolean?",
  executorId: "string?",
  executorHost: "string?",
  lastErrorTime: "date?",
  lastErrorMessage: "string?",
  lastError: "string?",
  avgEventRate: "number?",
  eventRates: "array",
};

export const ENVIRONMENT: Shape = {
  runtime: "object",
  sparkProperties: "array",
  hadoopProperties: "array",
  systemProperties: "array",
  metricsProperties: "array",
  classpathEntries: "array",
  resourceProfiles: "array",
};

/** A stage asked for alone: with its tasks and what its executor did. */
export const STAGE_DETAILS: Shape = Object.fromEntries(
  Object.entries(STAGE).flatMap(([field, type]) => {
    if (field === "killedTasksSummary")
      return [
        ["tasks", "object"],
        ["executorSummary", "object"],
        [field, type],
      ];
    return [[field, type]];
  }),
);

/** What of `value` is not as `shape` says: missing, unknown or misplaced fields, other types. Empty when all is well. */
export function differences(value: unknown, shape: Shape): string[] {
  const record = value as Record<string, unknown>;
  const out: string[] = [];
  for (const [field, type] of Object.entries(shape)) {
    const found = record[field];
    if (typeof type !== "string") {
      if (typeOf(found) === "object") out.push(...differences(found, type).map(d => `${field}: ${d}`));
      else out.push(`${field} is ${typeOf(found)}, not an object`);
      continue;
    }
    if (found === undefined && type.endsWith("?")) continue;
    if (typeOf(found) !== type.replace("?", "")) out.push(`${field} is ${typeOf(found)}, not ${type}`);
  }
  for (const field of Object.keys(record)) if (!(field in shape)) out.push(`${field} is unknown`);
  const order = Object.keys(shape).filter(field => field in record);
  if (String(Object.keys(record)) !== String(order)) out.push(`the order is ${Object.keys(record)}`);
  return out;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}GMT$/.test(value)) return "date";
  return typeof value;
}
