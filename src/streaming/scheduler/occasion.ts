/**
 * Something that may happen once, and that many wait for beside something of their own. Who does not wait any more is
 * forgotten: to race a promise that stays open would keep a reaction of it for each batch, for as long as streams run.
 */
export class Occasion {
  #hasHappened = false;
  readonly #waiting = new Set<() => void>();

  happen(): void {
    this.#hasHappened = true;
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  /** Resolves when `work` has ended, whichever way, or when this happens. */
  orEndOf(work: Promise<unknown>): Promise<void> {
    if (this.#hasHappened) return Promise.resolve();
    return new Promise(resolve => {
      const go = () => {
        this.#waiting.delete(go);
        resolve();
      };
      this.#waiting.add(go);
      work.then(go, go);
    });
  }
}
