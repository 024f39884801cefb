import { E } from "../errors/engine-errors.js";
import type { Stage } from "./stage.js";
import type { TaskContext } from "./task-context.js";

/** Why an attempt is killed that begins when no job needs the stage any more. */
export const LEFT = "its jobs have ended";

/**
 * One run of a stage, from the wait for its parents to its last task. What is killed stays so: who needs the stage after that
 * begins another attempt, which has nothing to do with the tasks of this one that are still winding down.
 */
export class StageAttempt {
  /** 0, 1 … in the order in which the tasks of the stage's attempts began. */
  number = 0;
  /** How many tasks it has; how many have ended well. */
  tasks = 0;
  succeeded = 0;
  /** Its tasks that run now. */
  readonly running = new Set<TaskContext>();
  /** Tells that it has ended, where {@link terminated} ends it; who runs its tasks sets it. */
  onTerminated: ((error: Error) => void) | undefined;
  /** All its tasks have ended: there is nothing more to kill. */
  over = false;
  #killed: string | undefined;
  #dying: Promise<never> | undefined;
  #die: ((error: Error) => void) | undefined;
  #lose: ((error: Error) => void) | undefined;

  constructor(readonly stage: Stage) {
    stage.attempt = this;
    if (stage.over) this.kill(LEFT);
  }

  /** Why its tasks are to end early. */
  get killed(): string | undefined {
    return this.#killed;
  }

  /** Rejects when the attempt is killed: nobody waits any longer for a promise of the user that may never resolve. */
  get dying(): Promise<never> {
    if (this.#dying === undefined) {
      this.#dying = new Promise((_, reject) => {
        this.#die = reject;
      });
      this.#dying.catch(() => {});
    }
    return this.#dying;
  }

  /** Ends its tasks early, and begins no others. */
  kill(reason: string): void {
    if (this.over || this.#killed !== undefined) return;
    this.#killed = reason;
    for (const context of this.running) context.killed = reason;
    this.#die?.(E.TASK_KILLED(reason));
  }

  /** Throws when it was killed. */
  check(): void {
    if (this.#killed !== undefined) throw E.TASK_KILLED(this.#killed);
  }

  /**
   * What it gives, or the error of {@link terminated}.
   *
   * @param onReject gets the function that rejects it with another error
   */
  untilTerminated<T>(result: Promise<T>, onReject?: (reject: (error: Error) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#lose = reject;
      onReject?.(reject);
      result.then(resolve, reject);
    });
  }

  /**
   * The code of one of its tasks was terminated from outside, and with it, perhaps, the functions that were waiting to go on
   * with the attempt: their promises never settle.
   */
  terminated(error: Error): void {
    this.onTerminated?.(error);
    this.#lose?.(error);
  }
}
