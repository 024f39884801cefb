/** A timer that was set on a clock; `cancel` makes it never fire. */
export interface Timer {
  cancel(): void;
}

/**
 * Where the engine takes its time from: nothing outside this folder calls `Date.now`, `performance.now` or `setTimeout`.
 * Two kinds exist: {@link SystemClock}, the wall clock, and `ManualClock` of `tspark/testing`, which moves when told to.
 *
 * Spark's name: `org.apache.spark.util.Clock`.
 */
export interface Clock {
  /** Milliseconds since the epoch, an integer. */
  now(): number;
  /** Milliseconds with fractions from an arbitrary origin that never goes back, for durations. */
  monotonic(): number;
  /** Calls `fire` once, as soon as `now()` is at least `time` (ms since the epoch). Never calls it before it returns. */
  at(time: number, fire: () => void): Timer;
}

/** The wall clock of this machine. Its timers keep the process alive unless `unref` was asked for. */
export class SystemClock implements Clock {
  constructor(private readonly options: { readonly unref?: boolean } = {}) {}

  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  at(time: number, fire: () => void): Timer {
    let timer: NodeJS.Timeout;
    let cancelled = false;
    const wait = () => {
      if (cancelled) return;
      // setTimeout takes at most 2^31 - 1 ms and may fire up to 1 ms early: ask again until the time has come.
      const left = time - Date.now();
      if (left <= 0) {
        fire();
        return;
      }
      timer = setTimeout(wait, Math.min(left, 0x7fffffff));
      if (this.options.unref) timer.unref();
    };
    timer = setTimeout(wait, Math.max(0, Math.min(time - Date.now(), 0x7fffffff)));
    if (this.options.unref) timer.unref();
    return {
      cancel() {
        cancelled = true;
        clearTimeout(timer);
      },
    };
  }
}

/** The wall clock, shared. */
export const systemClock: Clock = new SystemClock();

/** Resolves after `ms` milliseconds of `clock`. */
export function sleep(ms: number, clock: Clock = systemClock): Promise<void> {
  return new Promise(resolve => {
    clock.at(clock.now() + ms, resolve);
  });
}

/** The longest wait that `setTimeout` takes, ms. */
const LONGEST = 0x7fffffff;

/** Calls `fire` when `ms` milliseconds have passed (2^31 - 1 at most), whatever the wall clock shows meanwhile; maybe 1 ms early. */
export function afterElapsed(ms: number, fire: () => void): Timer {
  const timer = setTimeout(fire, Math.max(0, Math.min(ms, LONGEST)));
  return { cancel: () => clearTimeout(timer) };
}
