import { inspect } from "node:util";
import { hashCode } from "../core/table/hash-code.js";
import { Duration, lengthOf } from "./duration.js";
import { E } from "./errors.js";

/**
 * A point in time, milliseconds since the epoch: what names a batch.
 *
 * Spark's name: `org.apache.spark.streaming.Time`.
 *
 * @example
 * const t = new Time(5500);
 * t.floor(Seconds(1)); // 5000 ms
 * new Time(0).until(new Time(3000), Seconds(1)); // 0 ms, 1000 ms, 2000 ms
 */
export class Time {
  /** Whole milliseconds since the epoch. */
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    if (!Number.isSafeInteger(milliseconds)) throw E.NOT_WHOLE_MS(milliseconds);
    this.milliseconds = milliseconds;
  }

  /** Scala's `+`: the time `duration` later. */
  plus(duration: Duration): Time {
    return new Time(this.milliseconds + lengthOf(duration));
  }

  /** Scala's `-`: the time `that` earlier, or the duration since the time `that`. */
  minus(that: Duration): Time;
  minus(that: Time): Duration;
  minus(that: Duration | Time): Time | Duration {
    const ms = this.milliseconds - (that instanceof Time ? that.milliseconds : lengthOf(that));
    return that instanceof Time ? new Duration(ms) : new Time(ms);
  }

  /** Scala's `<`. */
  less(that: Time): boolean {
    return this.milliseconds < pointOf(that);
  }

  /** Scala's `<=`. */
  lessEq(that: Time): boolean {
    return this.milliseconds <= pointOf(that);
  }

  /** Scala's `>`. */
  greater(that: Time): boolean {
    return this.milliseconds > pointOf(that);
  }

  /** Scala's `>=`. */
  greaterEq(that: Time): boolean {
    return this.milliseconds >= pointOf(that);
  }

  /** The last multiple of `duration` after `zero` (default: the epoch) that is not later than this time. */
  floor(duration: Duration, zero: Time = new Time(0)): Time {
    const t = lengthOf(duration);
    const since = this.milliseconds - pointOf(zero);
    return new Time(Math.floor(since / t) * t + pointOf(zero));
  }

  /** Whether it is a multiple of `duration` since the epoch. */
  isMultipleOf(duration: Duration): boolean {
    return this.milliseconds % lengthOf(duration) === 0;
  }

  /** The earlier of the two. */
  min(that: Time): Time {
    return this.less(that) ? this : that;
  }

  /** The later of the two. */
  max(that: Time): Time {
    return this.greater(that) ? this : that;
  }

  /** This time and every `interval` after it, before `that`. */
  until(that: Time, interval: Duration): Time[] {
    return timesBetween(this.milliseconds, pointOf(that) - 1, interval);
  }

  /** This time and every `interval` after it, up to and with `that`. */
  to(that: Time, interval: Duration): Time[] {
    return timesBetween(this.milliseconds, pointOf(that), interval);
  }

  equals(that: unknown): boolean {
    return that instanceof Time && that.milliseconds === this.milliseconds;
  }

  /** With {@link equals} it makes it a key. */
  hashCode(): number {
    return hashCode(this.milliseconds);
  }

  /** Milliseconds, so that times compare with `<` and `>`. */
  valueOf(): number {
    return this.milliseconds;
  }

  /** `1560022246000 ms`. */
  toString(): string {
    return `${this.milliseconds} ms`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

function timesBetween(from: number, to: number, interval: Duration): Time[] {
  const times: Time[] = [];
  if (lengthOf(interval) <= 0) throw E.DURATION_NOT_POSITIVE("interval", interval);
  for (let t = from; t <= to; t += lengthOf(interval)) times.push(new Time(t));
  return times;
}

/** The milliseconds of what should be a time. */
export function pointOf(value: Time): number {
  if (!(value instanceof Time)) throw E.NOT_A_TIME(value);
  return value.milliseconds;
}
