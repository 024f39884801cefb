import { E } from "../errors/engine-errors.js";
import type { Clock, Timer } from "./clock.js";

/**
 * A clock that stands still until it is moved, for tests of streams: a batch is due when the clock has reached its time.
 *
 * `advance` moves the time in order of the timers that are due and, after each, waits until the work it set off has
 * finished (whoever started such work says so with {@link ManualClock.track}).
 *
 * Spark's name: `org.apache.spark.util.ManualClock`.
 *
 * @example
 * const clock = new ManualClock();
 * const fired: number[] = [];
 * clock.at(1000, () => fired.push(clock.now()));
 * await clock.advance(1500);
 * fired; // [1000]
 */
export class ManualClock implements Clock {
  #now: number;
  /** Where the calls so far move it to. */
  #goal: number;
  #seq = 0;
  #timers: { time: number; seq: number; fire: () => void }[] = [];
  readonly #pending = new Set<Promise<unknown>>();

  /** @param startMs the time it shows at first, milliseconds since the epoch, default 0 */
  constructor(startMs = 0) {
    if (!Number.isFinite(startMs)) throw E.BAD_ARGUMENT("new ManualClock", "startMs", startMs, "a number of ms");
    this.#now = this.#goal = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  at(time: number, fire: () => void): Timer {
    const timer = { time, seq: this.#seq++, fire };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter(t => t !== timer);
      },
    };
  }

  /** Makes `advance` wait for `work`, whichever way it ends. */
  track(work: Promise<unknown>): void {
    const done = work.then(
      () => {},
      () => {},
    );
    this.#pending.add(done);
    void done.then(() => this.#pending.delete(done));
  }

  /**
   * Moves the clock forward by `ms` and resolves when every batch due by then has finished. Never rejects because of a
   * failed batch. Calls that are not awaited add up. One that is awaited by a batch waits for itself.
   */
  async advance(ms: number): Promise<void> {
    if (!(Number.isFinite(ms) && ms >= 0)) {
      throw E.BAD_ARGUMENT("advance", "its argument", ms, "a number of ms of at least 0: a clock does not go back");
    }
    return this.setTime(this.#goal + ms);
  }

  /** Moves the clock forward to `time` (ms since the epoch); like {@link advance}. An earlier time is refused. */
  async setTime(time: number): Promise<void> {
    if (!(time >= this.#now)) {
      throw E.CLOCK_GOES_BACK(this.#now, time);
    }
    this.#goal = Math.max(this.#goal, time);
    await this.#settle();
    for (;;) {
      const due = this.#timers.filter(t => t.time <= time).sort((a, b) => a.time - b.time || a.seq - b.seq)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter(t => t !== due);
      this.#now = Math.max(this.#now, due.time);
      due.fire();
      await this.#settle();
    }
    // Another call may have moved it further meanwhile.
    this.#now = Math.max(this.#now, time);
    await this.#settle();
  }

  async #settle(): Promise<void> {
    // A macrotask turn lets promise chains and already-arrived I/O run before what they started is waited for.
    do {
      await new Promise<void>(resolve => setImmediate(resolve));
      await Promise.all(this.#pending);
    } while (this.#pending.size > 0);
  }
}
