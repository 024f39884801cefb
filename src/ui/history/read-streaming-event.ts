import { BatchInfo, type OutputOperationInfo, type StreamInputInfo } from "../../streaming/listener.js";
import { Time } from "../../streaming/time.js";
import { STREAMING_EVENTS } from "../eventlog/streaming-event-json.js";
import { StreamingStatusStore } from "../status/streaming-status-store.js";
import { type Json, list, number, object, optionalNumber, text } from "./json-values.js";

/** Batches that are remembered, the latest. */
const RETAINED_BATCHES = 10_000;

/**
 * What is known about the streams after an event of the log; `before` where the event is about something else. The streams
 * of a later context take the place of those of an earlier one.
 */
export function afterEvent(before: StreamingStatusStore | undefined, e: Json): StreamingStatusStore | undefined {
  switch (e["Event"]) {
    case STREAMING_EVENTS.started: {
      const inputs = list(e["Inputs"]).map(i => ({ id: number(i["Stream ID"]), name: text(i["Name"]) }));
      const store = new StreamingStatusStore(number(e["Batch Duration"]), inputs, RETAINED_BATCHES);
      store.startTime = number(e["Timestamp"]);
      return store;
    }
    case STREAMING_EVENTS.stopped:
      before?.onStreamingStopped({ time: number(e["Timestamp"]) });
      return before;
    case STREAMING_EVENTS.batch: {
      const batchInfo = batch(e);
      before?.onBatchStarted({ batchInfo });
      before?.onBatchCompleted({ batchInfo });
      return before;
    }
    case STREAMING_EVENTS.receiver:
      before?.onReceiverStarted({ receiverInfo: receiver(e) });
      return before;
    default:
      return before;
  }
}

function batch(e: Json): BatchInfo {
  const batchTime = new Time(number(e["Batch Time"]));
  const failure = e["Failure"] === undefined ? undefined : object(e["Failure"]);
  return new BatchInfo({
    batchTime,
    submissionTime: number(e["Submission Time"]),
    processingStartTime: optionalNumber(e["Processing Start Time"]),
    processingEndTime: optionalNumber(e["Processing End Time"]),
    streamIdToInputInfo: new Map(list(e["Inputs"]).map(i => [number(i["Stream ID"]), input(i)])),
    outputOperationInfos: new Map(
      list(e["Output Operations"]).map(o => [number(o["Output Operation ID"]), operation(o, batchTime)]),
    ),
    failure: failure && Object.assign(new Error(text(failure["Message"])), { name: text(failure["Class Name"]) }),
  });
}

function input(e: Json): StreamInputInfo {
  const rateLimit = optionalNumber(e["Rate Limit"]);
  const lag = list(e["Lag"]).map(l => ({
    topic: text(l["Topic"]),
    partition: number(l["Partition"]),
    lag: number(l["Lag"]),
  }));
  return {
    inputStreamId: number(e["Stream ID"]),
    name: text(e["Name"]),
    numRecords: number(e["Records"]),
    metadata: Array.isArray(e["Lag"]) ? { lag } : {},
    ...(rateLimit !== undefined && { rateLimit }),
    ...(e["Description"] !== undefined && { metadataDescription: text(e["Description"]) }),
  };
}

function operation(e: Json, batchTime: Time): OutputOperationInfo {
  const [startTime, endTime] = [optionalNumber(e["Start Time"]), optionalNumber(e["End Time"])];
  return {
    batchTime,
    id: number(e["Output Operation ID"]),
    name: text(e["Name"]),
    description: text(e["Description"]),
    ...(startTime !== undefined && { startTime }),
    ...(endTime !== undefined && { endTime }),
    ...(startTime !== undefined && endTime !== undefined && { duration: endTime - startTime }),
    ...(e["Failure Reason"] !== undefined && { failureReason: text(e["Failure Reason"]) }),
  };
}

function receiver(e: Json) {
  return {
    streamId: number(e["Stream ID"]),
    name: text(e["Name"]),
    active: e["Active"] === true,
    location: text(e["Location"]),
    executorId: text(e["Executor ID"]),
    lastErrorMessage: text(e["Last Error Message"]),
    lastError: text(e["Last Error"]),
    lastErrorTime: optionalNumber(e["Last Error Time"]) ?? -1,
  };
}
