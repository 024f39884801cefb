import type { AbortedTransaction } from "./fetch.js";
import { isAbortMarker, type RecordBatch } from "./record-batch.js";

/**
 * Tells which batches of one fetched partition belong to aborted transactions. The broker names each aborted transaction
 * that overlaps with what it sent by its producer and its first offset; it ends with the producer's abort marker.
 */
export class AbortedTransactions {
  readonly #coming: AbortedTransaction[];
  readonly #open = new Set<number>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#coming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether no record of the batch is to be seen. To be asked for every batch, in order. */
  leavesOut(batch: RecordBatch): boolean {
    while (this.#coming.length > 0 && this.#coming[0]!.firstOffset <= batch.lastOffset) {
      this.#open.add(this.#coming.shift()!.producerId);
    }
    if (!batch.control) return batch.transactional && this.#open.has(batch.producerId);
    if (this.#open.has(batch.producerId) && isAbortMarker(batch)) this.#open.delete(batch.producerId);
    return true;
  }
}
