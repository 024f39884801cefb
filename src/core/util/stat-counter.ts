import { inspect } from "node:util";
import { registerLoader, SHIP, type Shipped } from "../closure/protocol.js";
import { E } from "../errors/engine-errors.js";
import { engineFunctions } from "./engine-functions.js";

/**
 * Count, mean, variance and extremes of numbers, in one pass and numerically stable (Welford; Chan for merging).
 *
 * Spark's name: `org.apache.spark.util.StatCounter`.
 *
 * @example
 * const stats = await sc.parallelize([1, 2, 3]).stats();
 * stats.mean; // 2
 */
export class StatCounter {
  #n = 0;
  #mu = 0;
  #m2 = 0;
  #max = Number.NEGATIVE_INFINITY;
  #min = Number.POSITIVE_INFINITY;

  /** @internal what it has seen, as data */
  toData(): readonly number[] {
    return [this.#n, this.#mu, this.#m2, this.#max, this.#min];
  }

  /** @internal */
  static fromData(data: readonly number[]): StatCounter {
    const counter = new StatCounter();
    [counter.#n, counter.#mu, counter.#m2, counter.#max, counter.#min] = data as [
      number,
      number,
      number,
      number,
      number,
    ];
    return counter;
  }

  /** @internal */
  [SHIP](): Shipped {
    return { kind: "StatCounter", data: this.toData() };
  }

  constructor(values: Iterable<number> = []) {
    for (const x of values) this.merge(x);
  }

  /** Adds a number or what another counter has seen; returns this one. */
  merge(x: number | StatCounter): this {
    if (typeof x === "number") {
      const delta = x - this.#mu;
      this.#n += 1;
      this.#mu += delta / this.#n;
      this.#m2 += delta * (x - this.#mu);
      // Math.max gives NaN for NaN, as Java's does.
      this.#max = Math.max(this.#max, x);
      this.#min = Math.min(this.#min, x);
      return this;
    }
    if (!(x instanceof StatCounter)) return this.merge(numberOf(x));
    if (x.#n === 0) return this;
    const n = this.#n + x.#n;
    const delta = x.#mu - this.#mu;
    this.#m2 += x.#m2 + (delta * delta * this.#n * x.#n) / n;
    this.#mu += (delta * x.#n) / n;
    this.#n = n;
    this.#max = Math.max(this.#max, x.#max);
    this.#min = Math.min(this.#min, x.#min);
    return this;
  }

  copy(): StatCounter {
    return new StatCounter().merge(this);
  }

  get count(): number {
    return this.#n;
  }
  /** 0 when there is none, as in Spark. */
  get mean(): number {
    return this.#mu;
  }
  get sum(): number {
    return this.#n * this.#mu;
  }
  /** `-Infinity` when there is none. */
  get max(): number {
    return this.#max;
  }
  /** `Infinity` when there is none. */
  get min(): number {
    return this.#min;
  }
  /** Of the population: divided by n. `NaN` when there is none. */
  get variance(): number {
    return this.#n === 0 ? Number.NaN : this.#m2 / this.#n;
  }
  get popVariance(): number {
    return this.variance;
  }
  /** Of a sample: divided by n - 1. `NaN` for fewer than two. */
  get sampleVariance(): number {
    return this.#n <= 1 ? Number.NaN : this.#m2 / (this.#n - 1);
  }
  get stdev(): number {
    return Math.sqrt(this.variance);
  }
  get popStdev(): number {
    return this.stdev;
  }
  get sampleStdev(): number {
    return Math.sqrt(this.sampleVariance);
  }

  toString(): string {
    const f = (x: number) => x.toFixed(6);
    return `(count: ${this.count}, mean: ${f(this.mean)}, stdev: ${f(this.stdev)}, max: ${f(this.max)}, min: ${f(this.min)})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** The number of a bigint; what is no number has none. */
export function numberOf(x: unknown): number {
  if (typeof x !== "bigint") throw E.NOT_A_NUMBER(x);
  return Number(x);
}

engineFunctions("class", { StatCounter });
registerLoader("StatCounter", StatCounter.fromData);
