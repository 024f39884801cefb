/**
 * Records by key: all that are live, and the latest `limit` of those that have ended. Taking one more in costs the same
 * however many there are.
 */
export class BoundedHistory<K, R> {
  readonly #records = new Map<K, R>();
  /** Keys of what has ended, the first to go first. */
  readonly #ended = new Set<K>();
  /** Stands before the first of them: to look for it from the beginning is to go over the places of all that have gone. */
  readonly #first = this.#ended.values();

  constructor(private readonly limit: number) {}

  get(key: K): R | undefined {
    return this.#records.get(key);
  }

  set(key: K, record: R): void {
    this.#records.set(key, record);
  }

  /** Says that a record is no longer live. Gives the key of the one that was forgotten for it, if one was. */
  end(key: K): K | undefined {
    if (!this.#records.has(key)) return undefined;
    this.#ended.add(key);
    if (this.#ended.size <= this.limit) return undefined;
    const oldest = this.#first.next().value!;
    this.#ended.delete(oldest);
    this.#records.delete(oldest);
    return oldest;
  }

  /** Lets go of a record that is live. */
  forget(key: K): void {
    this.#records.delete(key);
  }

  /** In the order they came. */
  values(): R[] {
    return [...this.#records.values()];
  }
}
