import { equalKeys } from "./equal-keys.js";
import { hashCode, hashNumber, hashString } from "./hash-code.js";

const INITIAL_CAPACITY = 64;
/** Texts of up to so many characters, all below U+00FF, are compared by their packed characters. */
const SHORT = 12;
const NONE = new Int32Array(0);

/**
 * Numbers keys 0, 1, 2 … in the order in which they come, equal keys (by value) alike. Whoever aggregates keeps its values
 * in an array of its own beside it, at the key's number.
 *
 * Open addressing with linear probing over integer arrays. Strings, numbers and the rest have a probe loop each, since a
 * loop that sees all three compares slowly. Short strings have their characters beside the hashes, in three integers each:
 * comparing these touches neither the string in the table nor the one that is looked for.
 *
 * @example
 * const table = new KeyTable<string>();
 * table.slot("a"); // 0
 * table.slot("b"); // 1
 * table.slot("a"); // 0
 */
export class KeyTable<K = unknown> {
  /** The keys by number. */
  readonly keys: K[];
  /** How often `slot` was asked for a key that was there. */
  hits = 0;
  /** Their hashes by number. */
  hashes = new Int32Array(INITIAL_CAPACITY >> 1);
  /** The packed characters by number, three integers each; empty until the first short text comes, 0 for other keys. */
  #packed = NONE;
  #mask = INITIAL_CAPACITY - 1;
  /** Number of the key at each place, plus 1; 0 is a free place. */
  #places = new Int32Array(INITIAL_CAPACITY);

  constructor(keys: K[] = []) {
    this.keys = keys;
  }

  get size(): number {
    return this.keys.length;
  }

  /** Bytes it takes beside the keys themselves. */
  get overhead(): number {
    return this.hashes.byteLength + this.#places.byteLength + this.#packed.byteLength;
  }

  /** The key's number: `size` before the call when it is new. */
  slot(key: K): number {
    if (typeof key === "string") return this.#slotOfString(key);
    if (typeof key === "number") return this.#slotOfNumber(key, (key | 0) === key ? key | 0 : hashNumber(key));
    return this.#slotOfOther(key, hashCode(key));
  }

  /** The key's number, or -1 when it was never seen. */
  find(key: unknown): number {
    const hash = hashCode(key);
    const { keys, hashes } = this;
    const places = this.#places;
    for (let p = spread(hash) & this.#mask; ; p = (p + 1) & this.#mask) {
      const i = places[p]! - 1;
      if (i < 0) return -1;
      if (hashes[i] === hash && equalKeys(keys[i], key)) return i;
    }
  }

  #slotOfString(key: string): number {
    const n = key.length;
    if (n > SHORT || n === 0) return this.#slotOfLong(key, hashString(key));
    // Characters are packed as their code plus 1, so that texts of different lengths differ.
    let hash = 0;
    let all = 0;
    let a = 0;
    let b = 0;
    let c = 0;
    let i = 0;
    for (const to = n < 4 ? n : 4; i < to; i++) {
      const x = key.charCodeAt(i);
      hash = (Math.imul(hash, 31) + x) | 0;
      all |= x;
      a = (a << 8) | (x + 1);
    }
    if (n > 4) {
      for (const to = n < 8 ? n : 8; i < to; i++) {
        const x = key.charCodeAt(i);
        hash = (Math.imul(hash, 31) + x) | 0;
        all |= x;
        b = (b << 8) | (x + 1);
      }
      for (; i < n; i++) {
        const x = key.charCodeAt(i);
        hash = (Math.imul(hash, 31) + x) | 0;
        all |= x;
        c = (c << 8) | (x + 1);
      }
    }
    return all < 0xff ? this.#slotOfShort(key, hash, a, b, c) : this.#slotOfLong(key, hash);
  }

  #slotOfShort(key: string, hash: number, a: number, b: number, c: number): number {
    if (this.#packed === NONE) this.#packed = new Int32Array(3 * this.hashes.length);
    const packed = this.#packed;
    const places = this.#places;
    const mask = this.#mask;
    for (let p = spread(hash) & mask; ; p = (p + 1) & mask) {
      const i = places[p]! - 1;
      if (i < 0) return this.#addShort(key, hash, p, a, b, c);
      const at = 3 * i;
      if (packed[at] === a && packed[at + 1] === b && packed[at + 2] === c) {
        this.hits++;
        return i;
      }
    }
  }

  #addShort(key: string, hash: number, place: number, a: number, b: number, c: number): number {
    const i = this.#add(key as K, hash, place);
    const packed = this.#packed;
    packed[3 * i] = a;
    packed[3 * i + 1] = b;
    packed[3 * i + 2] = c;
    return i;
  }

  #slotOfLong(key: string, hash: number): number {
    const keys = this.keys as unknown[] as string[];
    const hashes = this.hashes;
    const places = this.#places;
    const mask = this.#mask;
    for (let p = spread(hash) & mask; ; p = (p + 1) & mask) {
      const i = places[p]! - 1;
      if (i < 0) return this.#add(key as K, hash, p);
      if (hashes[i] === hash && keys[i] === key) {
        this.hits++;
        return i;
      }
    }
  }

  #slotOfNumber(key: number, hash: number): number {
    const keys = this.keys as unknown[] as number[];
    const hashes = this.hashes;
    const places = this.#places;
    const mask = this.#mask;
    for (let p = spread(hash) & mask; ; p = (p + 1) & mask) {
      const i = places[p]! - 1;
      if (i < 0) return this.#add(key as K, hash, p);
      if (hashes[i] === hash) {
        const k = keys[i]!;
        if (k === key || (Number.isNaN(k) && Number.isNaN(key))) {
          this.hits++;
          return i;
        }
      }
    }
  }

  #slotOfOther(key: K, hash: number): number {
    const { keys, hashes } = this;
    const places = this.#places;
    const mask = this.#mask;
    for (let p = spread(hash) & mask; ; p = (p + 1) & mask) {
      const i = places[p]! - 1;
      if (i < 0) return this.#add(key, hash, p);
      if (hashes[i] === hash && equalKeys(keys[i], key)) {
        this.hits++;
        return i;
      }
    }
  }

  #add(key: K, hash: number, place: number): number {
    const i = this.keys.length;
    this.keys.push(key);
    this.hashes[i] = hash;
    this.#places[place] = i + 1;
    if ((i + 1) * 2 >= this.#places.length) this.#grow();
    return i;
  }

  #grow(): void {
    const capacity = this.#places.length * 2;
    const mask = capacity - 1;
    const places = new Int32Array(capacity);
    const hashes = new Int32Array(capacity >> 1);
    hashes.set(this.hashes);
    for (let i = 0; i < this.keys.length; i++) {
      let p = spread(hashes[i]!) & mask;
      while (places[p] !== 0) p = (p + 1) & mask;
      places[p] = i + 1;
    }
    this.#places = places;
    this.#mask = mask;
    this.hashes = hashes;
    if (this.#packed !== NONE) {
      const packed = new Int32Array(3 * hashes.length);
      packed.set(this.#packed);
      this.#packed = packed;
    }
  }
}

/** Mixes the bits of a hash, since Java's hashes differ in few of them. */
function spread(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}
