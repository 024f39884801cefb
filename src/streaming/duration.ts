import { inspect } from "node:util";
import { hashCode } from "../core/table/hash-code.js";
import { E } from "./errors.js";

/**
 * A length of time in milliseconds, as streams count it: batch, slide and window durations.
 *
 * Spark's name: `org.apache.spark.streaming.Duration`.
 *
 * @example
 * Seconds(2).times(3).isMultipleOf(Milliseconds(500)); // true
 */
export class Duration {
  /** Whole milliseconds; may be negative, as the difference of two times. */
  readonly milliseconds: number;

  constructor(milliseconds: number) {
    if (!Number.isSafeInteger(milliseconds)) throw E.BAD_DURATION(milliseconds);
    this.milliseconds = milliseconds;
  }

  /** Scala's `+`. */
  plus(that: Duration): Duration {
    return new Duration(this.milliseconds + lengthOf(that));
  }

  /** Scala's `-`. */
  minus(that: Duration): Duration {
    return new Duration(this.milliseconds - lengthOf(that));
  }

  /** Scala's `*`: this length `n` times, `n` a whole number. */
  times(n: number): Duration {
    if (typeof n !== "number") throw E.BAD_DURATION(n);
    return new Duration(this.milliseconds * n);
  }

  /** Scala's `/`: how many times `that` fits, with fractions. */
  div(that: Duration): number {
    return this.milliseconds / lengthOf(that);
  }

  /** Scala's `<`. */
  less(that: Duration): boolean {
    return this.milliseconds < lengthOf(that);
  }

  /** Scala's `<=`. */
  lessEq(that: Duration): boolean {
    return this.milliseconds <= lengthOf(that);
  }

  /** Scala's `>`. */
  greater(that: Duration): boolean {
    return this.milliseconds > lengthOf(that);
  }

  /** Scala's `>=`. */
  greaterEq(that: Duration): boolean {
    return this.milliseconds >= lengthOf(that);
  }

  /** Whether `that` fits a whole number of times. */
  isMultipleOf(that: Duration): boolean {
    return this.milliseconds % lengthOf(that) === 0;
  }

  /** The shorter of the two. */
  min(that: Duration): Duration {
    return this.less(that) ? this : that;
  }

  /** The longer of the two. */
  max(that: Duration): Duration {
    return this.greater(that) ? this : that;
  }

  isZero(): boolean {
    return this.milliseconds === 0;
  }

  equals(that: unknown): boolean {
    return that instanceof Duration && that.milliseconds === this.milliseconds;
  }

  /** With {@link equals} it makes it a key. */
  hashCode(): number {
    return hashCode(this.milliseconds);
  }

  /** Milliseconds, so that durations compare with `<` and `>`. */
  valueOf(): number {
    return this.milliseconds;
  }

  /** `1000 ms`. */
  toString(): string {
    return `${this.milliseconds} ms`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  /** In the unit that reads best: `500 ms`, `1.5 s`, `2.0 m`, `1.25 h`. */
  prettyPrint(): string {
    const ms = this.milliseconds;
    if (ms < 1000) return `${ms} ms`;
    // Rounded as Spark's floats are: 1050 ms is 1.0 s, 1450 ms is 1.5 s.
    if (ms < 60_000) return `${Math.fround(ms / 1000).toFixed(1)} s`;
    if (ms < 3_600_000) return `${Math.fround(ms / 60_000).toFixed(1)} m`;
    return `${Math.fround(ms / 3_600_000).toFixed(2)} h`;
  }
}

/** `n` milliseconds. @example Milliseconds(500) */
export function Milliseconds(n: number): Duration {
  return new Duration(n);
}

/** `n` seconds; fractions are fine down to a millisecond. @example Seconds(1) */
export function Seconds(n: number): Duration {
  return new Duration(toMillis(n, 1000));
}

/** `n` minutes. @example Minutes(1) */
export function Minutes(n: number): Duration {
  return new Duration(toMillis(n, 60_000));
}

/** 0.1 s is 100.00000000000001 ms in floating point: the noise goes, a fraction of a millisecond stays and is refused. */
function toMillis(n: number, unit: number): number {
  if (typeof n !== "number") throw E.BAD_DURATION(n);
  const ms = n * unit;
  const whole = Math.round(ms);
  return Math.abs(ms - whole) < 1e-6 ? whole : ms;
}

/** `value` where it is a duration longer than zero; else an error that names what it was meant for. */
export function positiveDuration(value: unknown, what: string): Duration {
  if (!(value instanceof Duration)) throw E.NOT_A_DURATION(what, value);
  if (value.milliseconds <= 0) throw E.DURATION_NOT_POSITIVE(what, value);
  return value;
}

/** The milliseconds of what should be a duration. */
export function lengthOf(value: Duration): number {
  if (!(value instanceof Duration)) throw E.NOT_A_DURATION("The argument of a Duration's or Time's method", value);
  return value.milliseconds;
}
