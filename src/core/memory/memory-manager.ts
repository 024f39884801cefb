import { TaskMemory } from "./task-memory.js";

/** How much of what is not the cache's own a finished shuffle may keep in memory. */
const SHUFFLE_PART = 0.5;

/**
 * Divides the memory of the process between the cache ("storage"), finished shuffles, and tasks at work ("execution").
 * The cache may fill what tasks do not use; they take it back down to `spark.memory.storageFraction`. Shuffles beyond their
 * part, and tasks beyond their share, go to disk. Spark's name: `UnifiedMemoryManager`.
 */
export class MemoryManager {
  #storage = 0;
  #shuffles = 0;
  #execution = 0;
  /** Frees at least so many bytes of the cache if it can. */
  evict: ((bytes: number) => void) | undefined;

  /**
   * @param size of all, bytes
   * @param storageFraction the part of it that tasks cannot take from the cache
   * @param slots tasks that run at the same time
   */
  constructor(
    readonly size: number,
    private readonly storageFraction: number,
    private readonly slots: number,
  ) {}

  /** What the cache may hold now. */
  get storageLimit(): number {
    return Math.max(0, this.size - this.#shuffles - this.#execution);
  }

  /** The cache holds `delta` bytes more, or less. */
  noteStorage(delta: number): void {
    this.#storage += delta;
  }

  /** What finished shuffles may hold in all now. */
  get #shuffleLimit(): number {
    return (this.size - this.#protectedStorage) * SHUFFLE_PART;
  }

  /** What one more map output may take of memory: its part of what is left. */
  get shuffleRoom(): number {
    return Math.max(0, this.#shuffleLimit - this.#shuffles) / this.slots;
  }

  /** Whether a shuffle's block of so many bytes may stay in memory; it is counted then. */
  keepShuffle(bytes: number): boolean {
    if (bytes > 0 && this.#shuffles + bytes > this.#shuffleLimit) return false;
    this.holdShuffle(bytes);
    return true;
  }

  /** Counts what a shuffle holds in memory, whether there is room or not. */
  holdShuffle(delta: number): void {
    this.#shuffles += delta;
    this.#makeRoom();
  }

  get #protectedStorage(): number {
    return Math.min(this.#storage, this.size * this.storageFraction);
  }

  /** What a task that starts now may hold. */
  get taskShare(): number {
    return Math.max(0, this.size - this.#protectedStorage - this.#shuffles) / this.slots;
  }

  /** The memory of a task that runs in this thread. */
  open(): TaskMemory {
    return new TaskMemory(this.taskShare, delta => {
      this.#execution += delta;
      if (delta > 0) this.#makeRoom();
    });
  }

  /** Takes back from the cache what others need. */
  #makeRoom(): void {
    const over = this.#storage + this.#shuffles + this.#execution - this.size;
    const free = Math.min(over, this.#storage - this.#protectedStorage);
    if (free > 0) this.evict?.(free);
  }
}
