import { hashCode } from "./hash-code.js";

/**
 * Estimates how many different keys were seen, in little memory: HyperLogLog with 64-bit hashes and linear counting for
 * small numbers.
 *
 * @see P. Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", 2007
 */
export class HyperLogLog {
  readonly #registers: Uint8Array;

  /** @param p 2^p registers, 4 to 20 */
  constructor(readonly p: number) {
    this.#registers = new Uint8Array(2 ** p);
  }

  /** The registers that give about this relative standard deviation. */
  static precisionFor(relativeSD: number): number {
    return Math.min(20, Math.max(4, Math.ceil((2 * Math.log(1.054 / relativeSD)) / Math.LN2)));
  }

  add(key: unknown): void {
    const [a, b] = twoHashes(key);
    const index = a >>> (32 - this.p);
    // Leading zeros of the bits after the index, in both words.
    const rest = ((a << this.p) | (b >>> (32 - this.p))) >>> 0;
    const rank = Math.clz32(rest) + 1;
    if (rank > this.#registers[index]!) this.#registers[index] = rank;
  }

  merge(registers: Uint8Array): this {
    for (let i = 0; i < registers.length; i++) {
      if (registers[i]! > this.#registers[i]!) this.#registers[i] = registers[i]!;
    }
    return this;
  }

  get registers(): Uint8Array {
    return this.#registers;
  }

  estimate(): number {
    const m = this.#registers.length;
    let sum = 0;
    let zeros = 0;
    for (const r of this.#registers) {
      sum += 2 ** -r;
      if (r === 0) zeros++;
    }
    const alpha = m === 16 ? 0.673 : m === 32 ? 0.697 : m === 64 ? 0.709 : 0.7213 / (1 + 1.079 / m);
    const raw = (alpha * m * m) / sum;
    return Math.round(raw <= 2.5 * m && zeros > 0 ? m * Math.log(m / zeros) : raw);
  }
}

/** Two hashes of a key that do not depend on each other: Java's string hash alone collides too often for counting. */
function twoHashes(key: unknown): [number, number] {
  if (typeof key !== "string") {
    const h = hashCode(key);
    return [mix(h ^ 0x3c6ef372), mix(Math.imul(h, 0x85ebca6b) ^ 0x1b873593)];
  }
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < key.length; i++) {
    const c = key.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x5bd1e995);
    b ^= b >>> 15;
  }
  return [mix(a), mix(b)];
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}
