/**
 * The partition that gets the first element of input partition `index` when records are spread evenly over `n`: the one
 * after Java's `new Random(byteswap32(index)).nextInt(n)`, so that `repartition` puts elements where Spark puts them.
 */
export function spreadStart(index: number, n: number): number {
  return (new JavaRandom(byteswap32(index)).nextInt(n) + 1) % n;
}

/** Scala's `scala.util.hashing.byteswap32`. */
function byteswap32(v: number): number {
  let hc = Math.imul(v, 0x9e3775cd);
  hc = (hc << 24) | ((hc & 0xff00) << 8) | ((hc >>> 8) & 0xff00) | (hc >>> 24) | 0;
  return Math.imul(hc, 0x9e3775cd);
}

/** `java.util.Random`'s linear congruential generator, as far as it is needed. */
class JavaRandom {
  #seed: bigint;

  constructor(seed: number) {
    this.#seed = (BigInt(seed) ^ 0x5deece66dn) & 0xffffffffffffn;
  }

  #next(bits: bigint): number {
    this.#seed = (this.#seed * 0x5deece66dn + 0xbn) & 0xffffffffffffn;
    return Number(BigInt.asIntN(32, this.#seed >> (48n - bits)));
  }

  nextInt(bound: number): number {
    let r = this.#next(31n);
    const m = bound - 1;
    if ((bound & m) === 0) return Number((BigInt(bound) * BigInt(r)) >> 31n);
    // Java draws again when u - r + m overflows 32 bits, which would favour small results.
    for (let u = r; ((u - (r = u % bound) + m) | 0) < 0; u = this.#next(31n));
    return r;
  }
}
