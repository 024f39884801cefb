import { AsyncLocalStorage } from "node:async_hooks";

/** The values of all slots; a list that is there is never changed. */
const storage = new AsyncLocalStorage<readonly unknown[]>();

let slots = 0;

/**
 * A value that goes along with a piece of code and with what it starts, also where that goes on later.
 *
 * All of them lie in one `AsyncLocalStorage`: Node 20 hands each of those on to every promise by itself, and a tiny job is
 * mostly promises. To be made once, at the top of a module: a slot is never given back.
 */
export class AsyncValue<T> {
  readonly #slot = slots++;

  /** That of the code that runs; `undefined` where nobody has set one. */
  get(): T | undefined {
    return storage.getStore()?.[this.#slot] as T | undefined;
  }

  /** Runs `f`, and what it starts, with `value`. */
  run<R>(value: T, f: () => R): R {
    return storage.run(this.#with(value), f);
  }

  /** Sets it for the rest of the code that runs, and what that starts. */
  set(value: T): void {
    storage.enterWith(this.#with(value));
  }

  #with(value: T): readonly unknown[] {
    const values = storage.getStore()?.slice() ?? [];
    values[this.#slot] = value;
    return values;
  }
}
