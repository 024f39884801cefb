import { watchStreamingContexts } from "../../streaming/context-registry.js";
import type { StreamingContext } from "../../streaming/streaming-context.js";
import { StreamingStatusStore } from "../../ui/status/streaming-status-store.js";

/** Batches that are remembered for `:streams`. */
const RETAINED = 50;

/** What is known of the context that streams. */
export interface StreamFacts {
  readonly store: StreamingStatusStore;
  /** Records that each input has given so far, by its id. */
  readonly records: ReadonlyMap<number, number>;
  /** Batches that have failed so far, and what the latest of them failed with. */
  readonly failed: number;
  readonly lastFailure: Error | undefined;
  /** The time of the stream's clock, ms since the epoch. */
  readonly now: number;
}

/** What is kept of a context while it streams. */
interface Watched {
  readonly ssc: StreamingContext;
  readonly store: StreamingStatusStore;
  readonly records: Map<number, number>;
  failed: number;
  lastFailure: Error | undefined;
}

/** Follows the streaming contexts of this process, for `:streams` and `:why`. */
export class StreamWatch {
  #current: Watched | undefined;
  readonly #end: () => void;

  /** @param onFailure called with what a batch failed with */
  constructor(onFailure: (error: Error) => void) {
    this.#end = watchStreamingContexts(ssc => {
      const inputs = ssc.graph.inputs.map(({ id, name }) => ({ id, name }));
      const store = new StreamingStatusStore(ssc.batchDuration.milliseconds, inputs, RETAINED);
      const records = new Map<number, number>();
      const current: Watched = { ssc, store, records, failed: 0, lastFailure: undefined };
      this.#current = current;
      ssc.addStreamingListener(store);
      ssc.addStreamingListener({
        onBatchCompleted: ({ batchInfo }) => {
          for (const [id, info] of batchInfo.streamIdToInputInfo) {
            records.set(id, (records.get(id) ?? 0) + info.numRecords);
          }
          if (batchInfo.failure === undefined) return;
          current.failed++;
          current.lastFailure = batchInfo.failure;
          onFailure(batchInfo.failure);
        },
        onStreamingStopped: () => {
          if (this.#current === current) this.#current = undefined;
        },
      });
    });
  }

  /** The context that streams; `undefined` when none does. */
  facts(): StreamFacts | undefined {
    if (this.#current === undefined) return undefined;
    const { ssc, ...facts } = this.#current;
    return { ...facts, now: ssc.graph.clock.now() };
  }

  dispose(): void {
    this.#end();
  }
}
