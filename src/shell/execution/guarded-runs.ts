import { sleep, systemClock } from "../../core/clock/clock.js";
import { Interrupted, type RunGuard } from "./cell-runner.js";
import { InterruptWatcher } from "./interrupt-watcher.js";
import { JobGroups } from "./job-groups.js";
import { loopBreaker } from "./loop-breaker.js";
import { type LoopRun, loopTurns } from "./loop-turns.js";

/** What follows from a job's end, another job say, begins within so many turns of the event loop. */
const QUIET_TURNS = 3;
const POLL_MS = 5;

/** Runs the user's code so that it can be cancelled: its loops, its awaits, the jobs it began. One piece at a time. */
export class GuardedRuns {
  readonly #jobs: JobGroups;
  readonly #watcher: InterruptWatcher | undefined;
  #interrupt: (() => void) | undefined;
  #lastMs = 0;

  /**
   * @param context the session's `sc`, as it is now
   * @param watchSigint see `SessionOptions`
   */
  constructor(context: () => unknown, watchSigint: boolean) {
    this.#jobs = new JobGroups(context);
    this.#watcher = watchSigint ? new InterruptWatcher(() => this.interrupt()) : undefined;
  }

  /** Starts what watches for Ctrl-C, which takes as long as a line to be checked. */
  prepare(): void {
    this.#watcher?.prepare();
  }

  /**
   * @param failed makes a result of what the user's code threw, or of `Interrupted`; guarded as well, since to look at what was
   *   thrown may run code of theirs
   */
  async run<T>(work: (guard: RunGuard) => Promise<T>, failed: (error: unknown) => T): Promise<T> {
    const loops: LoopRun = { cancelled: false };
    const cancelled = new Promise<never>((_, reject) => {
      this.#interrupt = () => {
        loops.cancelled = true;
        this.#jobs.cancel();
        reject(new Interrupted());
      };
    });
    cancelled.catch(() => {});
    let began: number | undefined;
    const guard: RunGuard = {
      enter: body => {
        // What runs now may never give way.
        loopBreaker.ready();
        began = systemClock.monotonic();
        return this.#jobs.enter(() => loopTurns.enter(loops, body));
      },
      watch: () => {
        // Ctrl-C came before it began: nobody waits for its end, and nobody would end a loop of it.
        if (loops.cancelled) throw new Interrupted();
        this.#watcher?.arm();
      },
    };
    try {
      return await Promise.race([work(guard), cancelled]);
    } catch (error) {
      return failed(error);
    } finally {
      this.#lastMs = began === undefined ? 0 : systemClock.monotonic() - began;
      this.#interrupt = undefined;
      this.#watcher?.disarm();
    }
  }

  /** Cancels what runs. Without effect when nothing does. */
  interrupt(): void {
    this.#interrupt?.();
  }

  /** Whether something runs. */
  get busy(): boolean {
    return this.#interrupt !== undefined;
  }

  /** How long the user's code ran last, ms; 0 when it did not come to that. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Resolves when the jobs that were begun have ended, those of streams left out. */
  async settled(): Promise<void> {
    for (let turns = 0; turns < QUIET_TURNS; turns++) {
      await new Promise(setImmediate);
      while (this.#jobs.areRunning()) {
        await sleep(POLL_MS, systemClock);
        turns = 0;
      }
    }
  }

  /** Ends the watcher. */
  async dispose(): Promise<void> {
    await this.#watcher?.dispose();
  }
}
