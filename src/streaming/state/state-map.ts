import { KeyTable } from "../../core/table/key-table.js";

/**
 * The entries that one batch changed, laid over those of the batches before: plain data, so that it can be kept on disk
 * like any element. Entry `i` is a key, its state (`removed[i]` hides what is below), and when it last had data (ms).
 */
export interface StateLayer<K, S> {
  readonly below: StateLayer<K, S> | undefined;
  /** Layers from here down, this one included. */
  readonly depth: number;
  readonly keys: K[];
  readonly states: (S | undefined)[];
  readonly updated: number[];
  readonly removed: boolean[];
  /** No key here or below had data before this time: what lets a look for idle keys be skipped. */
  oldest: number;
}

/** From so many on layers of like size are merged, so that a look-up stays short. */
const MAX_DEPTH = 8;

/** The table of a layer's keys; made again for a layer that comes back from disk. */
const tables = new WeakMap<StateLayer<never, never>, KeyTable>();

/**
 * The states of one partition at one batch. A batch never changes the layers of the batch before (its task may run again):
 * it lays its own over them, and every few batches those that are not much smaller than what is below are merged with it.
 *
 * Keys compare by value. Spark's `OpenHashMapBasedStateMap`, whose deltas are chained the same way.
 */
export class StateMap<K, S> {
  /** @param layer what the map holds; a new one is empty */
  constructor(readonly layer: StateLayer<K, S> = emptyLayer(undefined)) {}

  /** A map to be changed that begins with what this one holds. */
  next(): StateMap<K, S> {
    const next = emptyLayer(this.#base());
    next.oldest = this.layer.oldest;
    return new StateMap(next);
  }

  /** The state of a key in an object of its own; `undefined` where it has none. */
  get(key: K): { readonly state: S } | undefined {
    for (let layer: StateLayer<K, S> | undefined = this.layer; layer !== undefined; layer = layer.below) {
      const i = tableOf(layer).find(key);
      if (i >= 0) return layer.removed[i] ? undefined : { state: layer.states[i] as S };
    }
    return undefined;
  }

  /** @param updated when the key had data, ms */
  set(key: K, state: S, updated: number): void {
    this.#put(key, state, updated, false);
    if (updated < this.layer.oldest) this.layer.oldest = updated;
  }

  remove(key: K): void {
    this.#put(key, undefined, 0, true);
  }

  /** The keys that had no data since `time` (ms), with their states; the caller removes them. */
  idleSince(time: number): [K, S][] {
    if (this.layer.oldest >= time) return [];
    const idle: [K, S][] = [];
    let oldest = Number.POSITIVE_INFINITY;
    this.#each((key, state, updated) => {
      if (updated < time) idle.push([key, state]);
      else oldest = Math.min(oldest, updated);
    });
    this.layer.oldest = oldest;
    return idle;
  }

  /** All keys with their states and when they last had data, ms. */
  entries(): [K, [S, number]][] {
    const entries: [K, [S, number]][] = [];
    this.#each((key, state, updated) => entries.push([key, [state, updated]]));
    return entries;
  }

  /** All keys with their states. */
  pairs(): [K, S][] {
    const pairs: [K, S][] = [];
    this.#each((key, state) => pairs.push([key, state]));
    return pairs;
  }

  #put(key: K, state: S | undefined, updated: number, removed: boolean): void {
    const { layer } = this;
    const i = tableOf(layer).slot(key);
    if (i === layer.keys.length) layer.keys.push(key);
    layer.states[i] = state;
    layer.updated[i] = updated;
    layer.removed[i] = removed;
  }

  #each(f: (key: K, state: S, updated: number) => void): void {
    const seen = this.layer.below === undefined ? undefined : new KeyTable<K>();
    for (let layer: StateLayer<K, S> | undefined = this.layer; layer !== undefined; layer = layer.below) {
      const { keys, states, updated, removed } = layer;
      for (let i = 0; i < keys.length; i++) {
        if (seen !== undefined) {
          const known = seen.size;
          if (seen.slot(keys[i]!) < known) continue;
        }
        if (!removed[i]) f(keys[i]!, states[i] as S, updated[i]!);
      }
    }
  }

  /** What the next batch's layer is laid over. */
  #base(): StateLayer<K, S> {
    const { layer } = this;
    // A batch without data has changed nothing: its layer would only bring the next merging nearer.
    if (layer.keys.length === 0 && layer.below !== undefined) return layer.below;
    if (layer.depth < MAX_DEPTH) return layer;
    // A layer that is much larger than all above it stays as it is: few changes must not have a large state copied.
    let size = layer.keys.length;
    let { below } = layer;
    for (; below !== undefined && below.keys.length <= 2 * size; below = below.below) size += below.keys.length;
    return below === layer.below ? layer : this.#merged(below);
  }

  /** The layers above `below` as one. */
  #merged(below: StateLayer<K, S> | undefined): StateLayer<K, S> {
    const above: StateLayer<K, S>[] = [];
    for (let layer = this.layer; layer !== below; layer = layer.below!) above.push(layer);
    const merged = new StateMap<K, S>(emptyLayer(below));
    for (const { keys, states, updated, removed } of above.reverse()) {
      for (let i = 0; i < keys.length; i++) merged.#put(keys[i]!, states[i], updated[i]!, removed[i]!);
    }
    if (below !== undefined) return merged.layer;
    // Nothing is left that a key which is gone would have to hide.
    const left = new StateMap<K, S>();
    merged.#each((key, state, updated) => left.set(key, state, updated));
    return left.layer;
  }
}

function emptyLayer<K, S>(below: StateLayer<K, S> | undefined): StateLayer<K, S> {
  return {
    below,
    depth: below === undefined ? 1 : below.depth + 1,
    keys: [],
    states: [],
    updated: [],
    removed: [],
    oldest: below === undefined ? Number.POSITIVE_INFINITY : below.oldest,
  };
}

function tableOf<K, S>(layer: StateLayer<K, S>): KeyTable<K> {
  let table = tables.get(layer as StateLayer<never, never>) as KeyTable<K> | undefined;
  if (table === undefined) {
    table = new KeyTable<K>();
    for (const key of layer.keys) table.slot(key);
    tables.set(layer as StateLayer<never, never>, table);
  }
  return table;
}
