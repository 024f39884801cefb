import { E } from "./errors.js";
import { within } from "./within.js";

interface Wait {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface BatchWait {
  readonly from: number;
  readonly asked: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const NEVER = new Promise<never>(() => {});

/**
 * Who waits for the end of a streaming context, or for a number of batches, is told here. The first failure of a batch
 * ends the waiting too (when the context has stopped, where it stops because of it), and stays for whoever asks later.
 *
 * Spark's name: `org.apache.spark.streaming.ContextWaiter`.
 */
export class Termination {
  #failure: Error | undefined;
  #stopped = false;
  /** The failure ends the context: who waits is told when it has. */
  #stops = false;
  #abandoned = false;
  #completed = 0;
  readonly #waits = new Set<Wait>();
  #batchWaits: BatchWait[] = [];

  /** The first failure; `undefined` when none was told. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** How many batches have finished. */
  get completedBatches(): number {
    return this.#completed;
  }

  /** Nobody who waits, now or later, is told any more. */
  abandon(): void {
    this.#abandoned = true;
    this.#waits.clear();
    this.#batchWaits = [];
  }

  /** Resolves when the context has stopped; rejects with the first failure of a batch. */
  wait(): Promise<void> {
    return this.#wait().ended;
  }

  /** {@link wait} for at most `ms` of the wall clock: whether it has stopped by then. */
  async waitFor(ms: number): Promise<boolean> {
    const { ended, leave } = this.#wait();
    try {
      const stopped = await within(ms, ended);
      return this.#abandoned ? NEVER : stopped;
    } finally {
      // Who asks again and again would leave a wait behind each time.
      leave();
    }
  }

  #wait(): { readonly ended: Promise<void>; leave(): void } {
    const nothing = () => {};
    if (this.#abandoned) return { ended: NEVER, leave: nothing };
    if (this.#failure !== undefined && (this.#stopped || !this.#stops)) {
      return { ended: Promise.reject(this.#failure), leave: nothing };
    }
    if (this.#stopped) return { ended: Promise.resolve(), leave: nothing };
    let wait: Wait;
    const ended = new Promise<void>((resolve, reject) => {
      wait = { resolve, reject };
      this.#waits.add(wait);
    });
    return { ended, leave: () => this.#waits.delete(wait) };
  }

  /** Resolves when `n` more batches have finished; rejects when the context stops before. */
  waitForBatches(n: number): Promise<void> {
    if (!Number.isInteger(n) || n < 1) return Promise.reject(E.BAD_COUNT("awaitBatches", n));
    if (this.#abandoned) return NEVER;
    if (this.#stopped) return Promise.reject(E.BATCHES_CUT_SHORT(0, n));
    return new Promise((resolve, reject) => {
      this.#batchWaits.push({ from: this.#completed, asked: n, resolve, reject });
    });
  }

  batchCompleted(): void {
    this.#completed++;
    const due = this.#batchWaits.filter(w => this.#completed - w.from >= w.asked);
    this.#batchWaits = this.#batchWaits.filter(w => !due.includes(w));
    for (const wait of due) wait.resolve();
  }

  /** @param stops whether the context stops because of it */
  fail(error: Error, stops: boolean): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#stops = stops;
    if (!stops) this.#tellFailure(error);
  }

  #tellFailure(error: Error): void {
    for (const wait of this.#waits) wait.reject(error);
    this.#waits.clear();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#failure !== undefined) this.#tellFailure(this.#failure);
    for (const wait of this.#waits) wait.resolve();
    this.#waits.clear();
    for (const wait of this.#batchWaits.splice(0)) {
      wait.reject(E.BATCHES_CUT_SHORT(this.#completed - wait.from, wait.asked));
    }
  }
}
