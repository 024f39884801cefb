import { E } from "../errors/engine-errors.js";
import { engineFunctions } from "../util/engine-functions.js";
import { AccumulatorV2 } from "./accumulator-v2.js";

/**
 * Adds up numbers. Spark's names: `LongAccumulator` and `DoubleAccumulator`.
 *
 * @example
 * const bad = sc.longAccumulator("bad lines");
 * await sc.parallelize(["a", "", "b"]).foreach(l => { if (l === "") bad.add(1); });
 * bad.value; // 1
 */
export class LongAccumulator extends AccumulatorV2<number, number> {
  #sum = 0;
  #count = 0;

  get isZero(): boolean {
    return this.#sum === 0 && this.#count === 0;
  }
  /** The sum of what was added. */
  get value(): number {
    return this.#sum;
  }
  get sum(): number {
    return this.#sum;
  }
  /** How many numbers were added. */
  get count(): number {
    return this.#count;
  }
  /** Their mean, `NaN` when there are none. */
  get avg(): number {
    return this.#sum / this.#count;
  }

  override state(): unknown {
    return [this.#sum, this.#count];
  }
  override mergeState(state: unknown): void {
    const [sum, count] = state as [number, number];
    this.#sum += sum;
    this.#count += count;
  }

  copy(): this {
    const copy = new (this.constructor as new () => this)();
    copy.#sum = this.#sum;
    copy.#count = this.#count;
    return copy;
  }
  reset(): void {
    this.#sum = 0;
    this.#count = 0;
  }
  add(value: number): void {
    // A text would make a text of the sum, and undefined NaN, without a word.
    if (typeof value !== "number") throw E.BAD_ARGUMENT("add of an accumulator", "the value", value, "a number");
    this.#sum += value;
    this.#count += 1;
  }
  merge(other: LongAccumulator): void {
    this.#sum += other.#sum;
    this.#count += other.#count;
  }
}

/** Adds up numbers with fractions. */
export class DoubleAccumulator extends LongAccumulator {}

engineFunctions("class", { LongAccumulator, DoubleAccumulator });
