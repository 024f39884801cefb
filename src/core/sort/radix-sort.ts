const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
/** Where the digits of a word of 32 bits begin. */
const SHIFTS = [0, 11, 22] as const;

/**
 * Sorts rows by words of 32 bits, the least significant word first, without comparing: a pass for each digit of 11 bits that
 * is not the same in all rows. Rows of equal words stay in their order. The arrays are used up; a `carried` array moves with
 * its rows.
 *
 * @returns the last word, and what was carried, in order
 */
export function radixSort(words: Uint32Array[], carried?: Uint32Array): { word: Uint32Array; carried?: Uint32Array } {
  const last = words.length - 1;
  const n = words[last]!.length;
  const to = new Uint32Array(n);
  const starts = new Uint32Array(DIGITS);
  let spare: Uint32Array = new Uint32Array(n);
  for (let w = 0; w <= last; w++) {
    for (const shift of SHIFTS) {
      if (!countDigits(words[w]!, shift, starts)) continue;
      place(words[w]!, shift, starts, to);
      // Words that were sorted by already have done their part.
      for (let v = w; v <= last; v++) {
        const moved = words[v]!;
        move(moved, to, spare);
        words[v] = spare;
        spare = moved;
      }
      if (carried !== undefined) {
        move(carried, to, spare);
        [carried, spare] = [spare, carried];
      }
    }
  }
  return { word: words[last]!, ...(carried && { carried }) };
}

/** Where the rows of each digit begin; false when all rows have the same one. */
function countDigits(word: Uint32Array, shift: number, starts: Uint32Array): boolean {
  const n = word.length;
  starts.fill(0);
  for (let i = 0; i < n; i++) starts[(word[i]! >>> shift) & (DIGITS - 1)]!++;
  if (n === 0 || starts[(word[0]! >>> shift) & (DIGITS - 1)] === n) return false;
  let sum = 0;
  for (let d = 0; d < DIGITS; d++) {
    const count = starts[d]!;
    starts[d] = sum;
    sum += count;
  }
  return true;
}

function place(word: Uint32Array, shift: number, starts: Uint32Array, to: Uint32Array): void {
  for (let i = 0; i < word.length; i++) to[i] = starts[(word[i]! >>> shift) & (DIGITS - 1)]!++;
}

function move(from: Uint32Array, to: Uint32Array, out: Uint32Array): void {
  for (let i = 0; i < from.length; i++) out[to[i]!] = from[i]!;
}
