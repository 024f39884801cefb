/**
 * What lets everybody pass, or nobody until it is opened again: batches that must not begin while the streams are paused.
 */
export class Gate {
  #opened: Promise<void> | undefined;
  #open: () => void = () => {};

  /** Whether somebody who comes now has to wait. */
  get isClosed(): boolean {
    return this.#opened !== undefined;
  }

  /** Resolves when it is open; `undefined` when it is open now. */
  get opened(): Promise<void> | undefined {
    return this.#opened;
  }

  close(): void {
    this.#opened ??= new Promise(resolve => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#opened = undefined;
    this.#open();
  }
}
