/** How much may be in memory that was read and is not processed, for all shards together. */
export class Room {
  #held = 0;
  #isClosed = false;
  readonly #waiting: (() => void)[] = [];

  /** @param limit bytes */
  constructor(private readonly limit: number) {}

  /** Resolves to `true` when there is room, with `bytes` of it, or to `false` when it is closed. First come, first served. */
  async enter(bytes: number): Promise<boolean> {
    while (!this.#isClosed && this.#held >= this.limit) {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    if (this.#isClosed) return false;
    this.#held += bytes;
    return true;
  }

  /** So many bytes are in use more, or fewer, than was thought. */
  change(bytes: number): void {
    this.#held += bytes;
    if (this.#held < this.limit) this.#wake();
  }

  /** Nobody comes in any more. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}
