import { AsyncLocalStorage } from "node:async_hooks";
import { systemClock } from "../../core/clock/clock.js";
import { TURN_HELPER } from "../cells/loop-turns.js";

/** A loop that awaits gives the event loop a turn so often, ms: sooner than it would be taken to block it. */
const EVERY_MS = 20;

/** An evaluation; once it is cancelled its loops do not go on. */
export interface LoopRun {
  cancelled: boolean;
}

/** What the loops of the user's code that await call each time round; see `cells/loop-turns.ts`. */
class LoopTurns {
  readonly #runs = new AsyncLocalStorage<LoopRun>();
  #last = 0;

  constructor() {
    (globalThis as Record<string, unknown>)[TURN_HELPER] = () => this.#turn();
  }

  /** Runs the beginning of an evaluation: its loops, and those of what it starts, are those of `run`. */
  enter<T>(run: LoopRun, body: () => T): T {
    return this.#runs.run(run, body);
  }

  #turn(): Promise<void> | undefined {
    const now = systemClock.monotonic();
    if (now - this.#last < EVERY_MS) return undefined;
    this.#last = now;
    const run = this.#runs.getStore();
    return new Promise(resolve => {
      // A loop that was cancelled waits for ever, and is collected.
      setImmediate(() => {
        if (!run?.cancelled) resolve();
      });
    });
  }
}

/** One for the process, since what is emitted calls a global. */
export const loopTurns = new LoopTurns();
