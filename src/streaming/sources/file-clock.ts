import { type Clock, systemClock } from "../../core/clock/clock.js";
import type { Time } from "../time.js";

const DAY = 24 * 60 * 60 * 1000;

/**
 * What a batch's time means for the modification times of files, which follow the wall clock. A manual clock near the
 * present is taken at its word; one that starts at 0 says nothing about files, so the wall clock serves instead.
 */
export class FileClock {
  readonly #isNearPresent: boolean;

  constructor(
    clock: Clock,
    private readonly wall: Clock = systemClock,
  ) {
    this.#isNearPresent = Math.abs(clock.now() - wall.now()) < DAY;
  }

  /** The time of a batch among modification times, ms since the epoch. */
  among(time: Time): number {
    return this.#isNearPresent ? time.milliseconds : this.wall.now();
  }

  /** Files with a later modification time belong to a later batch. */
  newest(time: Time): number {
    return Math.max(time.milliseconds, this.wall.now());
  }
}
