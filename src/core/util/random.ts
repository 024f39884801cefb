/** A source of random numbers with a seed: the same seed gives the same numbers in every thread and process. */
export class Random {
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;

  /** @param seed any number; `index` gives each partition numbers of its own */
  constructor(seed: number, index = 0) {
    // Seeds that differ little must not give numbers that do.
    let state =
      (Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 4294967296) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
    const next = () => {
      state = (state + 0x9e3779b9) | 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return z ^ (z >>> 16);
    };
    this.#s0 = next();
    this.#s1 = next();
    this.#s2 = next();
    this.#s3 = next() | 1;
  }

  /** 32 random bits, signed: xoshiro128** (D. Blackman, S. Vigna, 2018). */
  int32(): number {
    const result = Math.imul(rotate(Math.imul(this.#s1, 5), 7), 9);
    const t = this.#s1 << 9;
    this.#s2 ^= this.#s0;
    this.#s3 ^= this.#s1;
    this.#s1 ^= this.#s2;
    this.#s0 ^= this.#s3;
    this.#s2 ^= t;
    this.#s3 = rotate(this.#s3, 11);
    return result;
  }

  /** In `[0, 1)`, 53 bits. */
  double(): number {
    return ((this.int32() >>> 5) * 67108864 + (this.int32() >>> 6)) / 9007199254740992;
  }

  /** A whole number in `[0, n)`. */
  below(n: number): number {
    return Math.floor(this.double() * n);
  }

  /** How often something happens whose mean is `mean`: Poisson distributed. */
  poisson(mean: number): number {
    // Knuth's product, in steps that do not underflow.
    let n = 0;
    let left = mean;
    let p = 1;
    for (;;) {
      p *= this.double();
      while (p < 1 && left > 0) {
        const step = Math.min(left, 500);
        p *= Math.exp(step);
        left -= step;
      }
      if (p <= 1) return n;
      n++;
    }
  }
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** A new array with the elements in random order. */
export function shuffled<T>(xs: readonly T[], random: Random): T[] {
  const out = [...xs];
  for (let i = out.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return out;
}

/** A seed for whoever gave none. */
export function randomSeed(): number {
  return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
}
