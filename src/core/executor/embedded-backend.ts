import type { Backend, Task } from "./backend.js";
import { runTask } from "./run-task.js";

/** Runs tasks in the thread of the driver, which gives the event loop its turn every 20 ms. */
export class EmbeddedBackend implements Backend {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param slots N of `local[N]`: tasks that may wait for something at the same time */
  constructor(readonly slots: number) {
    this.#free = slots;
  }

  acquire(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free--;
      return undefined;
    }
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }

  run(task: Task): unknown {
    return runTask(task);
  }

  async stop(): Promise<void> {}
}
