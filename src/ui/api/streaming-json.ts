import type { AppStatusStore } from "../status/app-status-store.js";
import type { BatchRecord, StreamingStatusStore } from "../status/streaming-status-store.js";
import { apiDate, optionalDate } from "./dates.js";

/** `streaming/statistics`: Spark's `StreamingStatistics`. Rates are records a second, delays ms; absent without a batch. */
export function statisticsJson(store: StreamingStatusStore) {
  const batches = store.batches().map(b => b.info);
  const receivers = [...store.receivers.values()];
  const active = receivers.filter(r => r.active).length;
  const delays = (of: (batch: (typeof batches)[number]) => number | undefined) =>
    batches.map(of).filter(ms => ms !== undefined);
  return {
    startTime: apiDate(store.startTime),
    batchDuration: store.batchDuration,
    numReceivers: receivers.length,
    numActiveReceivers: active,
    numInactiveReceivers: receivers.length - active,
    numTotalCompletedBatches: store.totalCompletedBatches,
    numRetainedCompletedBatches: store.numRetainedCompletedBatches,
    numActiveBatches: store.numActiveBatches,
    numProcessedRecords: store.totalProcessedRecords,
    numReceivedRecords: store.totalReceivedRecords,
    avgInputRate: average(batches.map(b => rate(b.numRecords, store))),
    avgSchedulingDelay: whole(average(delays(b => b.schedulingDelay))),
    avgProcessingTime: whole(average(delays(b => b.processingDelay))),
    avgTotalDelay: whole(average(delays(b => b.totalDelay))),
    // tspark's own, there only while streams are paused.
    pausedSince: optionalDate(store.pausedSince),
  };
}

/** `streaming/batches/{id}`: Spark's `BatchInfo`. */
export function batchJson({ status, info }: BatchRecord, store: StreamingStatusStore) {
  const operations = [...info.outputOperationInfos.values()];
  const failed = operations.filter(op => op.failureReason !== undefined);
  return {
    batchId: info.batchTime.milliseconds,
    batchTime: apiDate(info.batchTime.milliseconds),
    status,
    batchDuration: store.batchDuration,
    inputSize: info.numRecords,
    schedulingDelay: info.schedulingDelay,
    processingTime: info.processingDelay,
    totalDelay: info.totalDelay,
    numActiveOutputOps: operations.filter(op => op.endTime === undefined).length,
    numCompletedOutputOps: operations.filter(op => op.endTime !== undefined && op.failureReason === undefined).length,
    numFailedOutputOps: failed.length,
    numTotalOutputOps: operations.length,
    firstFailureReason: failed[0]?.failureReason ?? info.failure?.message,
  };
}

/** `streaming/batches/{id}/operations`: Spark's `OutputOperationInfo` of a batch, with the jobs each has run so far. */
export function operationsJson({ info }: BatchRecord, jobs: AppStatusStore) {
  return [...info.outputOperationInfos.values()]
    .sort((a, b) => a.id - b.id)
    .map(op => ({
      outputOpId: op.id,
      name: op.name,
      description: op.description,
      startTime: optionalDate(op.startTime),
      endTime: optionalDate(op.endTime),
      duration: op.duration,
      failureReason: op.failureReason,
      jobIds: jobs.jobsOfOutput(info.batchTime.milliseconds, op.id).map(job => job.jobId),
    }));
}

/** `streaming/receivers`: Spark's `ReceiverInfo` of every input stream, also of those without a receiver. */
export function receiversJson(store: StreamingStatusStore) {
  const batches = store.batches().reverse();
  return store.streams
    .map(({ id, name }) => {
      const receiver = store.receivers.get(id);
      const eventRates = batches.map(({ info }): [number, number] => [
        info.batchTime.milliseconds,
        rate(info.streamIdToInputInfo.get(id)?.numRecords ?? 0, store),
      ]);
      const failed = receiver !== undefined && receiver.lastErrorTime >= 0;
      return {
        streamId: id,
        streamName: receiver?.name ?? name,
        isActive: receiver?.active,
        executorId: receiver?.executorId,
        executorHost: receiver?.location,
        lastErrorTime: failed ? optionalDate(receiver.lastErrorTime) : undefined,
        lastErrorMessage: failed ? receiver.lastErrorMessage : undefined,
        lastError: failed ? receiver.lastError : undefined,
        avgEventRate: average(eventRates.map(([, records]) => records)),
        eventRates,
      };
    })
    .sort((a, b) => a.streamId - b.streamId);
}

/** Records a second. */
function rate(records: number, store: StreamingStatusStore): number {
  return (records * 1000) / store.batchDuration;
}

function average(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : numbers.reduce((a, b) => a + b, 0) / numbers.length;
}

function whole(x: number | undefined): number | undefined {
  return x === undefined ? undefined : Math.trunc(x);
}
