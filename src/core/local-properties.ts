import { AsyncValue } from "./util/async-value.js";

type Properties = Readonly<Record<string, string>>;

/** Only one context runs in a process at a time. */
const own = new AsyncValue<{ readonly of: LocalProperties; readonly properties: Properties }>();

/**
 * Settings that jobs inherit from the code that starts them: kept with the asynchronous context of the caller, as Spark
 * keeps them with the thread. What is set where nothing was set before also serves callers that never set anything, such as
 * the next line at the prompt.
 */
export class LocalProperties {
  #root: Properties = {};

  get current(): Properties {
    return this.#own ?? this.#root;
  }

  get #own(): Properties | undefined {
    const found = own.get();
    return found?.of === this ? found.properties : undefined;
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
    if (this.#own === undefined || this.#own === this.#root) this.#root = next;
    own.set({ of: this, properties: next });
  }

  /** Runs `f`, and what it starts, with exactly these. */
  run<R>(properties: Properties, f: () => R): R {
    return own.run({ of: this, properties }, f);
  }
}
