import type { StreamInputInfo } from "../listener.js";
import type { Time } from "../time.js";

/** What the input streams said about the batches that have not finished yet. Spark's `InputInfoTracker`. */
export class InputInfoTracker {
  readonly #batches = new Map<number, Map<number, StreamInputInfo>>();

  /** One stream's part of one batch; a second report of the same stream replaces the first. */
  report(time: Time, info: StreamInputInfo): void {
    let batch = this.#batches.get(time.milliseconds);
    if (batch === undefined) {
      batch = new Map();
      this.#batches.set(time.milliseconds, batch);
    }
    batch.set(info.inputStreamId, info);
  }

  /** How many records a stream has reported for a batch. */
  recordsOf(time: Time, inputStreamId: number): number {
    return this.#batches.get(time.milliseconds)?.get(inputStreamId)?.numRecords ?? 0;
  }

  /** What was reported for the batch, by the stream's id, and forgets it. */
  take(time: Time): ReadonlyMap<number, StreamInputInfo> {
    const batch = this.#batches.get(time.milliseconds) ?? new Map<number, StreamInputInfo>();
    this.#batches.delete(time.milliseconds);
    return batch;
  }
}
