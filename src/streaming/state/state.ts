import { E } from "../errors.js";

/** What a call of the mapping function did to the state. */
export type StateChange = "none" | "updated" | "removed";

/**
 * The state of one key, as the function of `mapWithState` sees it.
 *
 * Spark's name: `org.apache.spark.streaming.State`.
 *
 * @example
 * (word: string, n: number | undefined, state: State<number>) => {
 *   if (!state.isTimingOut()) state.update((state.getOption() ?? 0) + (n ?? 0));
 *   return [word, state.getOption()];
 * };
 */
export class State<S> {
  #value: S | undefined;
  #exists = false;
  #timingOut = false;
  #change: StateChange = "none";

  /** Whether the key has a state. */
  exists(): boolean {
    return this.#exists;
  }

  /** The state; throws where there is none. */
  get(): S {
    if (!this.#exists) throw E.STATE_HAS_NO_VALUE();
    return this.#value as S;
  }

  /** The state, or `undefined`. */
  getOption(): S | undefined {
    return this.#value;
  }

  /** Sets the state. Not for a key that was removed in this call or times out. */
  update(state: S): void {
    if (this.#change === "removed") throw E.STATE_CANNOT_CHANGE("update", "was removed in the same call");
    if (this.#timingOut) throw E.STATE_CANNOT_CHANGE("update", "is timing out");
    this.#value = state;
    this.#exists = true;
    this.#change = "updated";
  }

  /** Removes the state. Not for a key that times out: it goes by itself. */
  remove(): void {
    if (this.#change === "removed") throw E.STATE_CANNOT_CHANGE("remove", "was removed in the same call");
    if (this.#timingOut) throw E.STATE_CANNOT_CHANGE("remove", "is timing out");
    this.#value = undefined;
    this.#exists = false;
    this.#change = "removed";
  }

  /** Whether the function is called because the key had no data for longer than the time-out: its last call. */
  isTimingOut(): boolean {
    return this.#timingOut;
  }

  /** `State(5)`, or `State(not set)`. */
  toString(): string {
    return `State(${this.#exists ? String(this.#value) : "not set"})`;
  }

  /** @internal makes it the state of a key */
  wrap(exists: boolean, value: S | undefined, timingOut = false): this {
    this.#exists = exists;
    this.#value = exists ? value : undefined;
    this.#timingOut = timingOut;
    this.#change = "none";
    return this;
  }

  /** @internal what the function did */
  get change(): StateChange {
    return this.#change;
  }
}
