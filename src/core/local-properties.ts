import { AsyncLocalStorage } from "node:async_hooks";

type Properties = Readonly<Record<string, string>>;

/**
 * Settings that jobs inherit from the code that starts them: kept with the asynchronous context of the caller, as Spark
 * keeps them with the thread. What is set where nothing was set before also serves callers that never set anything, such as
 * the next line at the prompt.
 */
export class LocalProperties {
  readonly #own = new AsyncLocalStorage<Properties>();
  #root: Properties = {};

  get current(): Properties {
    return this.#own.getStore() ?? this.#root;
  }

  get(key: string): string | undefined {
    return this.current[key];
  }

  /** Sets or, without a value, removes some. */
  set(changes: Readonly<Record<string, string | undefined>>): void {
    const next: Record<string, string> = { ...this.current };
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) delete next[key];
      else next[key] = value;
    }
    if (this.#own.getStore() === undefined || this.#own.getStore() === this.#root) this.#root = next;
    this.#own.enterWith(next);
  }

  /** Runs `f`, and what it starts, with exactly these. */
  run<R>(properties: Properties, f: () => R): R {
    return this.#own.run(properties, f);
  }
}
