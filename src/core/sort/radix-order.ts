const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/**
 * The row numbers in the order of their keys, `NaN` last (first when descending), equal keys in the order of their rows:
 * least significant digit first, over the bits of the doubles made so that their order as unsigned integers is that of the
 * numbers.
 */
export function radixOrder(keys: ArrayLike<number>, descending: boolean): Uint32Array {
  const n = keys.length;
  const doubles = Float64Array.from(keys, k => (k === 0 ? 0 : k));
  const words = new Uint32Array(doubles.buffer);
  for (let i = 0; i < n; i++) {
    const high = words[2 * i + 1]!;
    // A negative number's bits run the other way; a positive one goes above all negative ones.
    const flip = high >>> 31 === 1 && !Number.isNaN(keys[i]) ? 0xffffffff : 0;
    words[2 * i] = (words[2 * i]! ^ flip) >>> 0;
    words[2 * i + 1] = flip === 0 ? (high | 0x80000000) >>> 0 : ~high >>> 0;
    if (descending) {
      words[2 * i] = ~words[2 * i]! >>> 0;
      words[2 * i + 1] = ~words[2 * i + 1]! >>> 0;
    }
  }
  let rows: Uint32Array = new Uint32Array(n);
  let next: Uint32Array = new Uint32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  const starts = new Uint32Array(DIGITS);
  for (let pass = 0; pass < 64 / DIGIT_BITS; pass++) {
    const word = pass >> 1;
    const shift = (pass & 1) * DIGIT_BITS;
    starts.fill(0);
    for (let i = 0; i < n; i++) starts[(words[2 * i + word]! >>> shift) & (DIGITS - 1)]!++;
    // A digit that all share moves nothing.
    if (n > 0 && starts[(words[word]! >>> shift) & (DIGITS - 1)] === n) continue;
    let sum = 0;
    for (let d = 0; d < DIGITS; d++) {
      const count = starts[d]!;
      starts[d] = sum;
      sum += count;
    }
    for (let i = 0; i < n; i++) {
      const row = rows[i]!;
      next[starts[(words[2 * row + word]! >>> shift) & (DIGITS - 1)]!++] = row;
    }
    [rows, next] = [next, rows];
  }
  return rows;
}
