import type { Clock } from "../../core/clock/clock.js";

/** What a receiver stored in one block interval: lists of elements, one after the other. */
export type Block<T> = readonly (readonly T[])[];

/** What was stored for one batch. */
export interface Blocks<T> {
  readonly blocks: readonly Block<T>[];
  readonly records: number;
  /** Approximate. */
  readonly bytes: number;
}

/**
 * Gathers what a receiver stores into blocks, one for each `spark.streaming.blockInterval` in which something came, until a
 * batch takes them. It has a limit, in bytes, for what was stored and not yet processed: {@link hasRoom}.
 *
 * No timer cuts the blocks: the clock is asked when something is stored, and a batch takes what there is when it is made.
 * So the newest record never waits for the end of a block.
 */
export class BlockBuffer<T> {
  #blocks: (readonly T[])[][] = [];
  #current: (readonly T[])[] | undefined;
  /** Single elements come here, the last list of the current block. */
  #open: T[] | undefined;
  /** Number of the block interval that the current block belongs to. */
  #interval = -1;
  #records = 0;
  #bytes = 0;
  /** Bytes taken by batches that have not ended. */
  #taken = 0;
  #waiting: (() => void)[] = [];
  #isLimited = true;

  /**
   * @param blockInterval ms
   * @param limit bytes
   */
  constructor(
    private readonly clock: Clock,
    private readonly blockInterval: number,
    private readonly limit: number,
  ) {}

  /** Records that no batch has taken yet. */
  get records(): number {
    return this.#records;
  }

  /** Whether more may be stored: what waits or is being processed has not reached the limit. */
  get hasRoom(): boolean {
    return !this.#isLimited || this.#bytes + this.#taken < this.limit;
  }

  /** Resolves as soon as there is room. */
  async room(): Promise<void> {
    while (!this.hasRoom) await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  /** Lifts the limit for good: a receiver that is to stop may end with what it has at hand, and is not waited for in a circle. */
  lift(): void {
    this.#isLimited = false;
    this.#wake();
  }

  /** @param bytes approximate */
  add(element: T, bytes: number): void {
    this.#count(1, bytes);
    if (this.#open === undefined) {
      this.#open = [];
      this.#current!.push(this.#open);
    }
    this.#open.push(element);
  }

  /** The list is kept as it is: it must not change afterwards. */
  addAll(elements: readonly T[], bytes: number): void {
    if (elements.length === 0) return;
    this.#count(elements.length, bytes);
    this.#open = undefined;
    this.#current!.push(elements);
  }

  /** Everything stored so far, for one batch. */
  take(): Blocks<T> {
    const taken = { blocks: this.#blocks, records: this.#records, bytes: this.#bytes };
    this.#taken += this.#bytes;
    this.#blocks = [];
    this.#current = undefined;
    this.#open = undefined;
    this.#records = 0;
    this.#bytes = 0;
    return taken;
  }

  /** A batch that took `bytes` has ended. */
  release(bytes: number): void {
    this.#taken -= bytes;
    if (this.hasRoom) this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #count(records: number, bytes: number): void {
    const interval = Math.floor(this.clock.now() / this.blockInterval);
    if (this.#current === undefined || interval !== this.#interval) {
      this.#interval = interval;
      this.#current = [];
      this.#open = undefined;
      this.#blocks.push(this.#current);
    }
    this.#records += records;
    this.#bytes += bytes;
  }
}
