import type { Duration } from "./duration.js";
import type { Time } from "./time.js";

/** How much of one partition of a source was left when a batch had taken its part. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Records behind the end of the batch's range, 0 when nothing waits. */
  readonly lag: number;
}

/** Facts of a source about one batch, by name: those that several know, and any of a source's own. */
export interface StreamInputMetadata {
  /** How far each partition is behind (Kafka); absent where a source does not know. */
  readonly lag?: readonly PartitionLag[];
  /** `files` of a file stream, `offsets` of a Kafka stream. */
  readonly [fact: string]: unknown;
}

/** What one input stream gave to one batch. Spark's `StreamInputInfo`. */
export interface StreamInputInfo {
  /** `InputDStream.id`. */
  readonly inputStreamId: number;
  /** Name of the stream, `Socket stream [0]`. */
  readonly name: string;
  /** Records of this batch; 0 where the source does not know (files). */
  readonly numRecords: number;
  readonly metadata: StreamInputMetadata;
  /** Records per second that the stream might deliver when the batch was made; absent when nothing limited it. */
  readonly rateLimit?: number;
  /** The same as text to show, one fact a line; absent when there is none. Spark's key `Description` of `metadata`. */
  readonly metadataDescription?: string;
}

/** How one output operation of one batch went. Spark's `OutputOperationInfo`. Times are ms since the epoch. */
export interface OutputOperationInfo {
  readonly batchTime: Time;
  /** Place of the operation among the outputs of the graph, from 0. */
  readonly id: number;
  /** `print at <console>:3:7`. */
  readonly name: string;
  /** The user's stack when it was defined, innermost frame first. */
  readonly description: string;
  readonly startTime?: number;
  readonly endTime?: number;
  /** ms between start and end; absent until both are known. */
  readonly duration?: number;
  /** Text of the failure with its stack; absent when it did not fail. */
  readonly failureReason?: string;
  /** The failure itself; absent when it did not fail. */
  readonly error?: Error;
}

/**
 * One batch as a listener sees it: a snapshot, which does not change later. Times are ms since the epoch, delays ms.
 *
 * Spark's name: `org.apache.spark.streaming.scheduler.BatchInfo`.
 */
export class BatchInfo {
  readonly batchTime: Time;
  /** By `InputDStream.id`; streams that reported nothing are absent. */
  readonly streamIdToInputInfo: ReadonlyMap<number, StreamInputInfo>;
  /** When its jobs were handed to the scheduler. */
  readonly submissionTime: number;
  /** When its first job began; absent before. */
  readonly processingStartTime: number | undefined;
  /** When its last job ended; absent before. */
  readonly processingEndTime: number | undefined;
  /** By the id of the output operation. */
  readonly outputOperationInfos: ReadonlyMap<number, OutputOperationInfo>;
  /** What failed first: an output operation, or making the batch's jobs; absent when nothing failed (yet). */
  readonly failure: Error | undefined;

  constructor(init: {
    batchTime: Time;
    streamIdToInputInfo: ReadonlyMap<number, StreamInputInfo>;
    submissionTime: number;
    processingStartTime?: number | undefined;
    processingEndTime?: number | undefined;
    outputOperationInfos: ReadonlyMap<number, OutputOperationInfo>;
    failure?: Error | undefined;
  }) {
    this.batchTime = init.batchTime;
    this.streamIdToInputInfo = init.streamIdToInputInfo;
    this.submissionTime = init.submissionTime;
    this.processingStartTime = init.processingStartTime;
    this.processingEndTime = init.processingEndTime;
    this.outputOperationInfos = init.outputOperationInfos;
    this.failure = init.failure;
  }

  /** From submission to the start of the first job; `undefined` until then. */
  get schedulingDelay(): number | undefined {
    return difference(this.processingStartTime, this.submissionTime);
  }

  /** From the start of the first job to the end of the last; `undefined` until then. */
  get processingDelay(): number | undefined {
    return difference(this.processingEndTime, this.processingStartTime);
  }

  /** From submission to the end of the last job; `undefined` until then. */
  get totalDelay(): number | undefined {
    return difference(this.processingEndTime, this.submissionTime);
  }

  /** How many records the sources still had for later batches, as far as they know; `undefined` when none knows. */
  get lag(): number | undefined {
    let sum: number | undefined;
    for (const { metadata } of this.streamIdToInputInfo.values()) {
      for (const { lag } of metadata.lag ?? []) sum = (sum ?? 0) + lag;
    }
    return sum;
  }

  /** Records of all input streams. */
  get numRecords(): number {
    let n = 0;
    for (const info of this.streamIdToInputInfo.values()) n += info.numRecords;
    return n;
  }
}

function difference(later: number | undefined, earlier: number | undefined): number | undefined {
  return later === undefined || earlier === undefined ? undefined : later - earlier;
}

/** State of a receiver. Spark's `ReceiverInfo`. */
export interface ReceiverInfo {
  readonly streamId: number;
  /** `SocketReceiver-0`. */
  readonly name: string;
  readonly active: boolean;
  /** Host it runs on. */
  readonly location: string;
  readonly executorId: string;
  /** Empty when there was none. */
  readonly lastErrorMessage: string;
  /** Text of the last error with its stack; empty when there was none. */
  readonly lastError: string;
  /** ms since the epoch; -1 when there was none. */
  readonly lastErrorTime: number;
}

export interface StreamingListenerStreamingStarted {
  /** ms since the epoch. */
  readonly time: number;
  readonly batchDuration: Duration;
}
export interface StreamingListenerStreamingStopped {
  /** ms since the epoch. */
  readonly time: number;
}
/** No batch begins any more until the streams are resumed. */
export interface StreamingListenerStreamingPaused {
  /** ms since the epoch. */
  readonly time: number;
}
/** Batches begin again. */
export interface StreamingListenerStreamingResumed {
  /** ms since the epoch. */
  readonly time: number;
  /** How many batches were due meanwhile; they are made up for, one after the other. */
  readonly batchesMissed: number;
}
export interface StreamingListenerBatchSubmitted {
  readonly batchInfo: BatchInfo;
}
export interface StreamingListenerBatchStarted {
  readonly batchInfo: BatchInfo;
}
export interface StreamingListenerBatchCompleted {
  readonly batchInfo: BatchInfo;
}
export interface StreamingListenerOutputOperationStarted {
  readonly outputOperationInfo: OutputOperationInfo;
}
export interface StreamingListenerOutputOperationCompleted {
  readonly outputOperationInfo: OutputOperationInfo;
}
/** How far a graceful stop has come: told when it begins, when a batch has ended, and every second in between. */
export interface StreamingListenerDrainProgress {
  /** ms since the epoch. */
  readonly time: number;
  /** Batches that were made and have not ended. */
  readonly batches: number;
  /** Whether something that was received still waits for a batch. */
  readonly receiving: boolean;
  /** ms until what waits for a batch is given up (`spark.streaming.gracefulStopTimeout`); batches that were made always end. */
  readonly timeLeft: number;
}
export interface StreamingListenerReceiverStarted {
  readonly receiverInfo: ReceiverInfo;
}
export interface StreamingListenerReceiverError {
  readonly receiverInfo: ReceiverInfo;
}
export interface StreamingListenerReceiverStopped {
  readonly receiverInfo: ReceiverInfo;
}

/** Events of streams by the name of the listener's method. */
export interface StreamingEvents {
  onStreamingStarted: StreamingListenerStreamingStarted;
  onStreamingStopped: StreamingListenerStreamingStopped;
  onStreamingPaused: StreamingListenerStreamingPaused;
  onStreamingResumed: StreamingListenerStreamingResumed;
  onDrainProgress: StreamingListenerDrainProgress;
  onReceiverStarted: StreamingListenerReceiverStarted;
  onReceiverError: StreamingListenerReceiverError;
  onReceiverStopped: StreamingListenerReceiverStopped;
  onBatchSubmitted: StreamingListenerBatchSubmitted;
  onBatchStarted: StreamingListenerBatchStarted;
  onBatchCompleted: StreamingListenerBatchCompleted;
  onOutputOperationStarted: StreamingListenerOutputOperationStarted;
  onOutputOperationCompleted: StreamingListenerOutputOperationCompleted;
}

/** What `ssc.addStreamingListener` takes: any of the methods of {@link StreamingListener}. */
export type StreamingListenerLike = { [K in keyof StreamingEvents]?: (event: StreamingEvents[K]) => void };

/**
 * Told what happens to a streaming context: extend it and override what you need. The methods are called in the order of
 * the events; one that throws is logged and does no harm to the stream. A failed batch is completed too: its
 * `batchInfo.failure` says so.
 *
 * Spark's name: `org.apache.spark.streaming.scheduler.StreamingListener` (`onStreamingStopped`, `onStreamingPaused`,
 * `onStreamingResumed` and `onDrainProgress` are tspark's own).
 *
 * @example
 * class Delays extends StreamingListener {
 *   override onBatchCompleted({ batchInfo }: StreamingListenerBatchCompleted) {
 *     console.log(batchInfo.batchTime.milliseconds, batchInfo.numRecords, batchInfo.totalDelay);
 *   }
 * }
 * ssc.addStreamingListener(new Delays());
 */
export class StreamingListener implements Required<StreamingListenerLike> {
  /** The context has started. */
  onStreamingStarted(_event: StreamingListenerStreamingStarted): void {}
  /** The context has stopped; no event follows. */
  onStreamingStopped(_event: StreamingListenerStreamingStopped): void {}
  /** No batch begins any more: somebody has paused the streams. */
  onStreamingPaused(_event: StreamingListenerStreamingPaused): void {}
  /** Batches begin again. */
  onStreamingResumed(_event: StreamingListenerStreamingResumed): void {}
  /** A graceful stop goes on: so many batches are left. Not told when there is nothing to wait for. */
  onDrainProgress(_event: StreamingListenerDrainProgress): void {}
  /** A receiver runs, for the first time or after a restart. */
  onReceiverStarted(_event: StreamingListenerReceiverStarted): void {}
  /** A receiver reported an error. */
  onReceiverError(_event: StreamingListenerReceiverError): void {}
  /** A receiver was stopped. */
  onReceiverStopped(_event: StreamingListenerReceiverStopped): void {}
  /** The jobs of a batch wait for their turn. */
  onBatchSubmitted(_event: StreamingListenerBatchSubmitted): void {}
  /** The first job of a batch began. */
  onBatchStarted(_event: StreamingListenerBatchStarted): void {}
  /** The last job of a batch ended, well or not. */
  onBatchCompleted(_event: StreamingListenerBatchCompleted): void {}
  /** An output operation of a batch began. */
  onOutputOperationStarted(_event: StreamingListenerOutputOperationStarted): void {}
  /** An output operation of a batch ended, well or not. */
  onOutputOperationCompleted(_event: StreamingListenerOutputOperationCompleted): void {}
}
