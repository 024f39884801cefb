import { partitionKey, type TopicPartitionOffset } from "./topic-partition.js";

interface Waiting {
  /** By partition. */
  readonly offsets: Map<string, TopicPartitionOffset>;
  readonly done: Promise<void>;
}

/**
 * Sends commits one after the other: one that has to be tried again would otherwise take back a later one. What is asked for
 * while one is under way goes together into the next, of each partition the highest offset.
 */
export class CommitQueue {
  #waiting: Waiting | undefined;
  /** Resolves when the one before has ended, however it did. */
  #before: Promise<void> = Promise.resolve();

  constructor(private readonly send: (offsets: readonly TopicPartitionOffset[]) => Promise<void>) {}

  /** Resolves when these offsets, or higher ones, are committed; rejects as the request that they were in. */
  commit(offsets: readonly TopicPartitionOffset[]): Promise<void> {
    if (offsets.length === 0) return Promise.resolve();
    this.#waiting ??= this.#enqueue();
    for (const o of offsets) {
      const key = partitionKey(o);
      if (o.offset > (this.#waiting.offsets.get(key)?.offset ?? -1)) this.#waiting.offsets.set(key, o);
    }
    return this.#waiting.done;
  }

  #enqueue(): Waiting {
    const offsets = new Map<string, TopicPartitionOffset>();
    const done = this.#before.then(() => {
      this.#waiting = undefined;
      return this.send([...offsets.values()]);
    });
    this.#before = done.catch(() => {});
    return { offsets, done };
  }
}
