import { systemClock } from "../../core/clock/clock.js";
import type { StorageLevel } from "../../core/storage/storage-level.js";
import { Receiver } from "../receiver/receiver.js";

/** Where the elements of a stream come from: something to iterate, or a function that is asked for it at every start. */
export type IterableSource<T> = AsyncIterable<T> | Iterable<T> | (() => AsyncIterable<T> | Iterable<T>);

/** An iterator that never has to wait is interrupted after so many ms, so that everything else gets its turn. */
const LONGEST_RUN = 5;
/** The clock is asked once in so many elements. */
const BETWEEN_LOOKS = 128;

/**
 * Receives what an iterable gives. The next element is asked for when the one before was taken, so a source that has more
 * than can be processed is not read on.
 */
export class AsyncIterableReceiver<T> extends Receiver<T> {
  /** What is being iterated; another one after a restart. */
  #iterator: AsyncIterator<T> | Iterator<T> | undefined;

  constructor(
    private readonly source: IterableSource<T>,
    storageLevel?: StorageLevel,
  ) {
    super(storageLevel);
  }

  override get name(): string {
    return "AsyncIterableReceiver";
  }

  override onStart(): void {
    const iterator = iteratorOf(typeof this.source === "function" ? this.source() : this.source);
    this.#iterator = iterator;
    void this.#receive(iterator);
  }

  async #receive(iterator: AsyncIterator<T> | Iterator<T>): Promise<void> {
    try {
      let began = systemClock.monotonic();
      for (let n = 1; this.#iterator === iterator; n++) {
        const { done, value } = await iterator.next();
        if (this.#iterator !== iterator) return;
        if (done) {
          this.stop("The source has ended");
          return;
        }
        const held = this.storeOne(value);
        if (held !== undefined) await held;
        if (n % BETWEEN_LOOKS > 0 || systemClock.monotonic() - began < LONGEST_RUN) continue;
        await new Promise(resolve => setImmediate(resolve));
        began = systemClock.monotonic();
      }
    } catch (error) {
      if (this.#iterator === iterator) this.restart("The source failed", error);
    }
  }

  override onStop(): void {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    // A generator that waits for something ends when that comes: nobody waits for it here.
    void Promise.resolve(iterator?.return?.()).catch(() => {});
  }
}

function iteratorOf<T>(iterable: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
}
