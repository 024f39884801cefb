/** What a test waits for without asking again and again: whoever changes something says so. */
export class Condition {
  readonly #waiting = new Set<{ readonly holds: () => boolean; readonly resolve: () => void }>();

  /** Something has changed. */
  changed(): void {
    for (const each of this.#waiting) {
      if (!each.holds()) continue;
      this.#waiting.delete(each);
      each.resolve();
    }
  }

  /** Resolves when it holds, as far as {@link changed} is called then. */
  until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise(resolve => this.#waiting.add({ holds, resolve }));
  }
}
