import { type Clock, sleep } from "../../core/clock/clock.js";

/**
 * Lets through `rate` records a second on average. Whoever comes pays for its records after they went through, so a large
 * block goes at once and the next one waits. Spark's `RateLimiter` of receivers.
 */
export class RateLimiter {
  #rate: number;
  /** When the records that went through are paid for, ms of `clock.monotonic()`. */
  #freeAt = Number.NEGATIVE_INFINITY;

  /** @param maxRate records/s never exceeded; `Infinity` for none */
  constructor(
    private readonly clock: Clock,
    private readonly maxRate: number = Number.POSITIVE_INFINITY,
  ) {
    this.#rate = maxRate;
  }

  /** Records per second. */
  get rate(): number {
    return this.#rate;
  }

  /** Sets a new rate; `undefined` is the highest. */
  setRate(rate: number | undefined): void {
    this.#rate = Math.min(rate ?? Number.POSITIVE_INFINITY, this.maxRate);
  }

  /** Lets `n` records through: `undefined` at once, else a promise of the moment. */
  acquire(n: number): Promise<void> | undefined {
    if (this.#rate === Number.POSITIVE_INFINITY) return undefined;
    const now = this.clock.monotonic();
    const wait = this.#freeAt - now;
    this.#freeAt = Math.max(now, this.#freeAt) + (n / this.#rate) * 1000;
    return wait > 0 ? sleep(Math.ceil(wait), this.clock) : undefined;
  }
}
