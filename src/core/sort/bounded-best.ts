import type { Ordering } from "../util/ordering.js";

/** Keeps the `n` smallest of what is added; of equals those that came first. */
export class BoundedBest<T> {
  #kept: T[] = [];
  #worst: { readonly value: T } | undefined;
  readonly #room: number;

  constructor(
    private readonly n: number,
    private readonly ordering: Ordering<T>,
  ) {
    // Room to gather some before they are sorted and the rest dropped.
    this.#room = Math.max(64, 2 * n);
  }

  add(x: T): void {
    if (this.n === 0 || (this.#worst !== undefined && this.ordering(x, this.#worst.value) >= 0)) return;
    this.#kept.push(x);
    if (this.#kept.length >= this.#room) this.#shrink();
  }

  #shrink(): void {
    this.#kept.sort(this.ordering);
    if (this.#kept.length > this.n) this.#kept.length = this.n;
    if (this.#kept.length === this.n) this.#worst = { value: this.#kept[this.n - 1]! };
  }

  /** The smallest, in order. */
  result(): T[] {
    this.#shrink();
    return this.#kept;
  }
}
