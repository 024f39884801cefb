/**
 * The partition that gets the first element of input partition `index` when records are spread evenly over `n`: the one
 * after what Spark's `XORShiftRandom(index)` says, so that `repartition` puts elements where Spark puts them.
 */
export function spreadStart(index: number, n: number): number {
  return (new XorShiftRandom(index).nextInt(n) + 1) % n;
}

/** Spark's `XORShiftRandom` (G. Marsaglia, Xorshift RNGs, 2003) under Java's `nextInt(bound)`, as far as it is needed. */
class XorShiftRandom {
  #seed: bigint;

  constructor(seed: number) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(BigInt(seed));
    const low = murmur3(bytes, ARRAY_SEED);
    const high = murmur3(bytes, low);
    this.#seed = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  }

  /** 31 bits. */
  #next(): number {
    let x = this.#seed;
    x = BigInt.asUintN(64, x ^ (x << 21n));
    x ^= x >> 35n;
    x = BigInt.asUintN(64, x ^ (x << 4n));
    this.#seed = x;
    return Number(x & 0x7fffffffn);
  }

  nextInt(bound: number): number {
    let r = this.#next();
    const m = bound - 1;
    if ((bound & m) === 0) return Number((BigInt(bound) * BigInt(r)) >> 31n);
    // Java draws again when u - r + m overflows 32 bits, which would favour small results.
    for (let u = r; ((u - (r = u % bound) + m) | 0) < 0; u = this.#next());
    return r;
  }
}

/** Scala's `MurmurHash3.arraySeed`. */
const ARRAY_SEED = 0x3c074a61;

/** MurmurHash3 for 32 bits (A. Appleby) of whole words. */
function murmur3(bytes: Buffer, seed: number): number {
  let h = seed;
  for (let i = 0; i < bytes.length; i += 4) {
    let k = Math.imul(bytes.readInt32LE(i), 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h ^= k;
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
