import type {
  BatchInfo,
  OutputOperationInfo,
  ReceiverInfo,
  StreamInputInfo,
  StreamingListenerStreamingStarted,
} from "../../streaming/listener.js";
import type { StreamName } from "../status/streaming-status-store.js";
import type { EventJson } from "./event-json.js";

/**
 * The names of the events of streams. Spark logs none, and its history server leaves out what it does not know by its name:
 * those of its own listener would be read as something else.
 */
export const STREAMING_EVENTS = {
  started: "tspark.StreamingListenerStreamingStarted",
  stopped: "tspark.StreamingListenerStreamingStopped",
  batch: "tspark.StreamingListenerBatchCompleted",
  receiver: "tspark.StreamingListenerReceiverChanged",
} as const;

/** A streaming context has started, with these inputs. */
export function startedJson(
  { time, batchDuration }: StreamingListenerStreamingStarted,
  inputs: readonly StreamName[],
): EventJson {
  return {
    Event: STREAMING_EVENTS.started,
    Timestamp: time,
    "Batch Duration": batchDuration.milliseconds,
    Inputs: inputs.map(({ id, name }) => ({ "Stream ID": id, Name: name })),
  };
}

/** It has stopped. */
export function stoppedJson(time: number): EventJson {
  return { Event: STREAMING_EVENTS.stopped, Timestamp: time };
}

/** A batch has ended. What is `undefined` is left out. */
export function batchJson(info: BatchInfo): EventJson {
  const { failure } = info;
  return {
    Event: STREAMING_EVENTS.batch,
    "Batch Time": info.batchTime.milliseconds,
    "Submission Time": info.submissionTime,
    "Processing Start Time": info.processingStartTime,
    "Processing End Time": info.processingEndTime,
    ...(failure && { Failure: { "Class Name": failure.name, Message: failure.message } }),
    Inputs: [...info.streamIdToInputInfo.values()].map(inputJson),
    "Output Operations": [...info.outputOperationInfos.values()].map(operationJson),
  };
}

/** A receiver has started, stopped or told an error. */
export function receiverJson(info: ReceiverInfo): EventJson {
  return {
    Event: STREAMING_EVENTS.receiver,
    "Stream ID": info.streamId,
    Name: info.name,
    Active: info.active,
    Location: info.location,
    "Executor ID": info.executorId,
    "Last Error Message": info.lastErrorMessage,
    "Last Error": info.lastError,
    "Last Error Time": info.lastErrorTime,
  };
}

function inputJson({ inputStreamId, name, numRecords, metadata, rateLimit, metadataDescription }: StreamInputInfo) {
  return {
    "Stream ID": inputStreamId,
    Name: name,
    Records: numRecords,
    "Rate Limit": rateLimit,
    Description: metadataDescription,
    Lag: metadata.lag?.map(({ topic, partition, lag }) => ({ Topic: topic, Partition: partition, Lag: lag })),
  };
}

function operationJson(info: OutputOperationInfo) {
  return {
    "Output Operation ID": info.id,
    Name: info.name,
    Description: info.description,
    "Start Time": info.startTime,
    "End Time": info.endTime,
    "Failure Reason": info.failureReason,
  };
}
