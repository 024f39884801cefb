import { KeyTable } from "../../core/table/key-table.js";

/** A key's state, and when it last had data (ms). `removed` hides the key's state in an older layer. */
interface Entry<S> {
  readonly state: S | undefined;
  readonly updated: number;
  readonly removed: boolean;
}

/** Layers beyond this are merged, so that a look-up stays short. */
const MAX_DEPTH = 8;

/**
 * The states of one partition at one batch. A batch never changes the map of the batch before (its task may run again): it
 * lays the entries it changes over it, and every few batches the layers are merged into one.
 *
 * Keys compare by value. Spark's `OpenHashMapBasedStateMap`, whose deltas are chained the same way.
 */
export class StateMap<K, S> {
  readonly #below: StateMap<K, S> | undefined;
  readonly #table = new KeyTable<K>();
  readonly #entries: Entry<S>[] = [];
  readonly #depth: number;
  /** No key here or below had data before this time: what lets a look for idle keys be skipped. */
  #oldest = Number.POSITIVE_INFINITY;

  constructor(below?: StateMap<K, S>) {
    this.#below = below;
    this.#depth = below === undefined ? 1 : below.#depth + 1;
    if (below !== undefined) this.#oldest = below.#oldest;
  }

  /** A map to be changed that begins with what this one holds. */
  next(): StateMap<K, S> {
    return new StateMap(this.#depth < MAX_DEPTH ? this : this.#merged());
  }

  /** The entry of a key; `undefined` where it has no state. */
  get(key: K): Entry<S> | undefined {
    for (let layer: StateMap<K, S> | undefined = this; layer !== undefined; layer = layer.#below) {
      const i = layer.#table.find(key);
      if (i >= 0) return layer.#entries[i]!.removed ? undefined : layer.#entries[i];
    }
    return undefined;
  }

  set(key: K, state: S, updated: number): void {
    this.#entries[this.#table.slot(key)] = { state, updated, removed: false };
    if (updated < this.#oldest) this.#oldest = updated;
  }

  remove(key: K): void {
    this.#entries[this.#table.slot(key)] = { state: undefined, updated: 0, removed: true };
  }

  /** The keys that had no data since `time` (ms), with their states. */
  idleSince(time: number): [K, S][] {
    if (this.#oldest >= time) return [];
    const idle: [K, S][] = [];
    let oldest = Number.POSITIVE_INFINITY;
    this.#each((key, entry) => {
      if (entry.updated < time) idle.push([key, entry.state as S]);
      else oldest = Math.min(oldest, entry.updated);
    });
    // The caller removes what is idle: the rest says when to look again.
    this.#oldest = oldest;
    return idle;
  }

  /** All keys with their states. */
  pairs(): [K, S][] {
    const pairs: [K, S][] = [];
    this.#each((key, entry) => pairs.push([key, entry.state as S]));
    return pairs;
  }

  #each(f: (key: K, entry: Entry<S>) => void): void {
    const seen = this.#below === undefined ? undefined : new KeyTable<K>();
    for (let layer: StateMap<K, S> | undefined = this; layer !== undefined; layer = layer.#below) {
      layer.#table.keys.forEach((key, i) => {
        if (seen !== undefined) {
          const known = seen.size;
          if (seen.slot(key) < known) return;
        }
        const entry = layer.#entries[i]!;
        if (!entry.removed) f(key, entry);
      });
    }
  }

  #merged(): StateMap<K, S> {
    const merged = new StateMap<K, S>();
    this.#each((key, entry) => merged.set(key, entry.state as S, entry.updated));
    return merged;
  }
}
