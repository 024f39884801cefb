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
  /** The time of the stream's clock, ms since the epoch. */
  readonly now: number;
}

/** Follows the streaming contexts of this process, for `:streams` and `:why`. */
export class StreamWatch {
  #current:
    | { readonly ssc: StreamingContext; readonly store: StreamingStatusStore; records: Map<number, number> }
    | undefined;
  readonly #end: () => void;

  /** @param onFailure called with what a batch failed with */
  constructor(onFailure: (error: Error) => void) {
    this.#end = watchStreamingContexts(ssc => {
      const inputs = ssc.graph.inputs.map(({ id, name }) => ({ id, name }));
      const store = new StreamingStatusStore(ssc.batchDuration.milliseconds, inputs, RETAINED);
      const records = new Map<number, number>();
      const current = { ssc, store, records };
      this.#current = current;
      ssc.addStreamingListener(store);
      ssc.addStreamingListener({
        onBatchCompleted: ({ batchInfo }) => {
          for (const [id, info] of batchInfo.streamIdToInputInfo) {
            records.set(id, (records.get(id) ?? 0) + info.numRecords);
          }
          if (batchInfo.failure !== undefined) onFailure(batchInfo.failure);
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
    const { ssc, store, records } = this.#current;
    return { store, records, now: ssc.graph.clock.now() };
  }

  dispose(): void {
    this.#end();
  }
}
