import { engineFunctions } from "../util/engine-functions.js";
import { AccumulatorV2 } from "./accumulator-v2.js";

/**
 * Collects values into an array. Spark's name: `CollectionAccumulator`.
 *
 * @example
 * const seen = sc.collectionAccumulator<string>("seen");
 */
export class CollectionAccumulator<T> extends AccumulatorV2<T, T[]> {
  #values: T[] = [];

  get isZero(): boolean {
    return this.#values.length === 0;
  }
  /** What was added, in a new array; in the order of the tasks that succeeded. */
  get value(): T[] {
    return [...this.#values];
  }
  override state(): unknown {
    return this.#values;
  }
  override mergeState(state: unknown): void {
    for (const value of state as T[]) this.#values.push(value);
  }
  copy(): CollectionAccumulator<T> {
    const copy = new CollectionAccumulator<T>();
    copy.#values = [...this.#values];
    return copy;
  }
  reset(): void {
    this.#values = [];
  }
  add(value: T): void {
    this.#values.push(value);
  }
  merge(other: CollectionAccumulator<T>): void {
    for (const value of other.#values) this.#values.push(value);
  }
}

engineFunctions("class", { CollectionAccumulator });
