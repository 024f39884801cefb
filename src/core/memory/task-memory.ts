import { heapIsTight } from "./memory-budget.js";

/** A consumer may always hold this part of its task's share, or two of one task would leave each other nothing. */
const SURE_PART = 4;
/** A heap that is tight counts from this part of the share on: putting away less would not help. */
const WORTH_PART = 8;

/**
 * What one task may hold in memory, shared by whatever it aggregates and sorts at the same time. Spark's name:
 * `TaskMemoryManager`.
 */
export class TaskMemory {
  #used = 0;
  readonly #consumers = new Set<MemoryConsumer>();

  /**
   * @param share the most it gets, bytes
   * @param reserve told of every change of what it holds, before it grows
   */
  constructor(
    readonly share: number,
    private readonly reserve: (delta: number) => void = () => {},
  ) {}

  /** Something of the task's that grows. */
  consumer(): MemoryConsumer {
    const consumer = new MemoryConsumer(this);
    this.#consumers.add(consumer);
    return consumer;
  }

  /** Whether so many bytes always fit, however full the heap is. */
  surelyFits(bytes: number): boolean {
    return bytes <= this.share / WORTH_PART;
  }

  /** @internal */
  grow(from: number, to: number): boolean {
    if (to > from) {
      if (to > this.share / SURE_PART && this.#used - from + to > this.share) return false;
      if (to > this.share / WORTH_PART && heapIsTight()) return false;
    }
    this.reserve(to - from);
    this.#used += to - from;
    return true;
  }

  /** @internal */
  forget(consumer: MemoryConsumer): void {
    this.#consumers.delete(consumer);
  }

  /** Gives everything back: the task has ended. */
  release(): void {
    for (const consumer of [...this.#consumers]) consumer.release();
  }
}

/** One table or buffer of a task. */
export class MemoryConsumer {
  #held = 0;

  constructor(private readonly task: TaskMemory) {}

  /** Whether it may hold `bytes` in all. When not, it holds what it held, and should put something away. */
  fits(bytes: number): boolean {
    if (bytes === this.#held) return true;
    if (!this.task.grow(this.#held, bytes)) return false;
    this.#held = bytes;
    return true;
  }

  /** The most that would ever fit, bytes. */
  get limit(): number {
    return this.task.share;
  }

  /** It holds nothing any more. */
  release(): void {
    this.task.grow(this.#held, 0);
    this.#held = 0;
    this.task.forget(this);
  }
}
