import type { Clock } from "../../core/clock/clock.js";

/** A clock that can be told what to wait for: `ManualClock`. */
interface TrackingClock extends Clock {
  track?(work: Promise<unknown>): void;
}

/** Makes whoever moves the clock, where somebody does, wait for `work`. */
export function track(clock: Clock, work: Promise<unknown>): void {
  (clock as TrackingClock).track?.(work);
}
