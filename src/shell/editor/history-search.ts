import type { History } from "./history.js";

/** Ctrl-R: finds the newest entry that contains what is typed, and older ones at each further Ctrl-R. */
export class HistorySearch {
  query = "";
  /** Index of the entry shown, `undefined` while nothing was looked for. */
  #index: number | undefined;
  #failed = false;

  constructor(private readonly history: History) {}

  /** The entry found, empty at first. */
  get match(): string {
    return this.#index === undefined ? "" : this.history.entries[this.#index]!;
  }

  /** Where in the match the query begins. */
  get cursor(): number {
    return Math.max(0, this.match.indexOf(this.query));
  }

  get prompt(): string {
    return `(${this.#failed ? "failed " : ""}history)\`${this.query}': `;
  }

  type(text: string): void {
    this.query += text;
    this.#look(this.#index === undefined ? this.history.entries.length : this.#index + 1, -1);
  }

  deleteLeft(): void {
    this.query = this.query.slice(0, -1);
    this.#index = undefined;
    this.#failed = false;
    if (this.query !== "") this.#look(this.history.entries.length, -1);
  }

  /** The next older (-1) or newer (1) entry that contains the query. */
  again(step: -1 | 1): void {
    if (this.query === "") return;
    const shown = this.match;
    this.#look(this.#index ?? this.history.entries.length, step, entry => entry !== shown);
  }

  #look(from: number, step: -1 | 1, accept: (entry: string) => boolean = () => true): void {
    const found = this.history.find(from, step, e => e.includes(this.query) && accept(e));
    this.#failed = found === undefined;
    if (found !== undefined) this.#index = found;
  }
}
