import type { History } from "./history.js";

/**
 * The way of Up and Down through the history from one prompt. What was typed before the first Up chooses the entries that
 * begin with it, and is found again below the newest.
 */
export class HistoryWalk {
  #index: number;
  #draft: string | undefined;

  constructor(private readonly history: History) {
    this.#index = history.entries.length;
  }

  /** The entry before; `undefined` when there is none. `text` is what stands in the editor. */
  back(text: string): string | undefined {
    const draft = this.#draft ?? text;
    const found = this.history.find(this.#index, -1, e => e.startsWith(draft) && e !== text);
    if (found === undefined) return undefined;
    this.#draft = draft;
    this.#index = found;
    return this.history.entries[found];
  }

  /** The entry after, at last the draft; `undefined` when the draft stands already. */
  forward(text: string): string | undefined {
    if (this.#draft === undefined) return undefined;
    const draft = this.#draft;
    const found = this.history.find(this.#index, 1, e => e.startsWith(draft) && e !== text);
    if (found !== undefined) {
      this.#index = found;
      return this.history.entries[found];
    }
    this.#draft = undefined;
    this.#index = this.history.entries.length;
    return draft;
  }

  /** Forgets the draft: the user has changed an entry and goes on from it. */
  edited(): void {
    this.#draft = undefined;
    this.#index = this.history.entries.length;
  }
}
