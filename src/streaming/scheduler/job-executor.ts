import type { MaybePromise } from "../maybe-promise.js";

type Task = () => MaybePromise<void>;

/**
 * Runs what it is given in order, `width` at a time. What waits can be dropped.
 *
 * The thread pool of Spark's `JobScheduler`, `spark.streaming.concurrentJobs` wide.
 */
export class JobExecutor {
  readonly #waiting: Task[] = [];
  readonly #idle: (() => void)[] = [];
  #running = 0;

  constructor(private readonly width: number) {}

  /** @param task must neither throw nor reject */
  submit(task: Task): void {
    this.#waiting.push(task);
    this.#next();
  }

  /** Forgets what has not begun. */
  drop(): void {
    this.#waiting.length = 0;
    this.#tellIdle();
  }

  /** Resolves when nothing runs or waits. */
  whenIdle(): Promise<void> {
    if (this.#running === 0 && this.#waiting.length === 0) return Promise.resolve();
    return new Promise(resolve => this.#idle.push(resolve));
  }

  #next(): void {
    while (this.#running < this.width && this.#waiting.length > 0) {
      const task = this.#waiting.shift()!;
      this.#running++;
      const end = task();
      if (end instanceof Promise) {
        void end.then(() => {
          this.#running--;
          this.#next();
          this.#tellIdle();
        });
      } else {
        this.#running--;
        this.#tellIdle();
      }
    }
  }

  #tellIdle(): void {
    if (this.#running > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
