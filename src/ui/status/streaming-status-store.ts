import type {
  BatchInfo,
  ReceiverInfo,
  StreamingListenerBatchCompleted,
  StreamingListenerBatchStarted,
  StreamingListenerBatchSubmitted,
  StreamingListenerDrainProgress,
  StreamingListenerLike,
  StreamingListenerReceiverError,
  StreamingListenerReceiverStarted,
  StreamingListenerReceiverStopped,
  StreamingListenerStreamingPaused,
  StreamingListenerStreamingStarted,
  StreamingListenerStreamingStopped,
} from "../../streaming/listener.js";

export type BatchStatus = "COMPLETED" | "QUEUED" | "PROCESSING";

/** A batch and where it is on its way. */
export interface BatchRecord {
  readonly status: BatchStatus;
  readonly info: BatchInfo;
}

/** An input of the graph. */
export interface StreamName {
  readonly id: number;
  readonly name: string;
}

/**
 * What the status port knows about a streaming context: totals, and the latest batches. Spark's name:
 * `StreamingJobProgressListener`.
 */
export class StreamingStatusStore implements StreamingListenerLike {
  /** ms since the epoch, of the stream's clock. */
  startTime = 0;
  /** The same, when it had stopped; `undefined` while it runs. */
  endTime: number | undefined;
  totalCompletedBatches = 0;
  totalReceivedRecords = 0;
  totalProcessedRecords = 0;
  readonly streams: readonly StreamName[];
  /** How far a graceful stop has come; `undefined` while none goes on. */
  draining: StreamingListenerDrainProgress | undefined;
  /** Since when no batch begins, ms since the epoch of the stream's clock; `undefined` unless they are paused. */
  pausedSince: number | undefined;
  readonly receivers = new Map<number, ReceiverInfo>();
  readonly #batches = new Map<number, BatchRecord>();
  /** Times of the completed batches, the oldest first. */
  readonly #completed = new Set<number>();

  constructor(
    /** ms */
    readonly batchDuration: number,
    /** All inputs of the graph, with and without a receiver. */
    inputs: readonly StreamName[],
    private readonly retainedBatches: number,
  ) {
    this.streams = inputs.map(({ id, name }) => ({ id, name }));
  }

  /** Every batch that is remembered, the latest first. */
  batches(): BatchRecord[] {
    return [...this.#batches.values()].sort((a, b) => b.info.batchTime.milliseconds - a.info.batchTime.milliseconds);
  }

  /** The batch of that time, ms since the epoch. */
  batch(time: number): BatchRecord | undefined {
    return this.#batches.get(time);
  }

  get numRetainedCompletedBatches(): number {
    return this.#completed.size;
  }

  /** Batches that wait or run. */
  get numActiveBatches(): number {
    return this.#batches.size - this.#completed.size;
  }

  onStreamingStarted({ time }: StreamingListenerStreamingStarted): void {
    this.startTime = time;
  }

  onStreamingStopped({ time }: StreamingListenerStreamingStopped): void {
    this.endTime = time;
  }

  onStreamingPaused({ time }: StreamingListenerStreamingPaused): void {
    this.pausedSince = time;
  }

  onStreamingResumed(): void {
    this.pausedSince = undefined;
  }

  onDrainProgress(progress: StreamingListenerDrainProgress): void {
    this.draining = progress;
  }

  onReceiverStarted({ receiverInfo }: StreamingListenerReceiverStarted): void {
    this.receivers.set(receiverInfo.streamId, receiverInfo);
  }

  onReceiverError({ receiverInfo }: StreamingListenerReceiverError): void {
    this.receivers.set(receiverInfo.streamId, receiverInfo);
  }

  onReceiverStopped({ receiverInfo }: StreamingListenerReceiverStopped): void {
    this.receivers.set(receiverInfo.streamId, receiverInfo);
  }

  onBatchSubmitted({ batchInfo }: StreamingListenerBatchSubmitted): void {
    this.#set("QUEUED", batchInfo);
  }

  onBatchStarted({ batchInfo }: StreamingListenerBatchStarted): void {
    this.#set("PROCESSING", batchInfo);
    this.totalReceivedRecords += batchInfo.numRecords;
  }

  onBatchCompleted({ batchInfo }: StreamingListenerBatchCompleted): void {
    this.#set("COMPLETED", batchInfo);
    this.totalCompletedBatches++;
    this.totalProcessedRecords += batchInfo.numRecords;
    this.#completed.add(batchInfo.batchTime.milliseconds);
    if (this.#completed.size <= this.retainedBatches) return;
    for (const oldest of this.#completed) {
      this.#completed.delete(oldest);
      this.#batches.delete(oldest);
      break;
    }
  }

  #set(status: BatchStatus, info: BatchInfo): void {
    this.#batches.set(info.batchTime.milliseconds, { status, info });
  }
}
