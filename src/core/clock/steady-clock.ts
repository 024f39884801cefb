import { getLogger } from "../log/logger.js";
import { afterElapsed, type Clock, systemClock, type Timer } from "./clock.js";

const log = getLogger("SteadyClock");

/** Steps back that are smaller than this are what time servers do all day, ms. */
const STEP = 500;
/** Where a {@link SteadyClock} looks. */
export interface TimeSource {
  /** ms since the epoch; may jump. */
  wall(): number;
  /** ms from an arbitrary origin; never goes back. */
  monotonic(): number;
}

const WALL: TimeSource = { wall: () => systemClock.now(), monotonic: () => systemClock.monotonic() };

/**
 * The wall clock for what must not stand still when somebody sets it back: it goes on as if nothing had happened, and is
 * ahead of the wall clock by that much from then on, which is told. A step forward is followed.
 */
export class SteadyClock implements Clock {
  #lead = 0;
  #wall: number;
  #monotonic: number;

  constructor(private readonly source: TimeSource = WALL) {
    this.#wall = source.wall();
    this.#monotonic = source.monotonic();
  }

  now(): number {
    const wall = this.source.wall();
    const monotonic = this.source.monotonic();
    const lost = Math.round(this.#wall + (monotonic - this.#monotonic) - wall);
    this.#wall = wall;
    this.#monotonic = monotonic;
    if (lost > STEP) {
      this.#lead += lost;
      log.warn(`The clock of this machine was set back by ${lost} ms: streams go on with the time that they had.`);
    }
    return wall + this.#lead;
  }

  monotonic(): number {
    return this.source.monotonic();
  }

  /** Goes on from `time` (ms since the epoch) where that is later than what it shows. */
  catchUp(time: number): void {
    this.#lead += Math.max(0, time - this.now());
  }

  at(time: number, fire: () => void): Timer {
    let timer: Timer;
    // A timer counts time that has passed, whatever the wall clock shows; it may fire up to 1 ms early.
    const wait = () => {
      timer = afterElapsed(time - this.now(), () => (this.now() >= time ? fire() : wait()));
    };
    wait();
    return { cancel: () => timer.cancel() };
  }
}
