import type { ColumnValues, ShuffleBlock } from "../shuffle/shuffle-block.js";
import { radixSort } from "./radix-sort.js";

/**
 * Several blocks as one in the order of their keys, when these are numbers; else `undefined`. `NaN` comes last (first when
 * descending), rows of equal keys stay in their order. Nothing is compared: whole numbers of a small range are counted, all
 * others are sorted by their digits.
 */
export function sortNumbers(blocks: readonly ShuffleBlock[], descending: boolean): ShuffleBlock | undefined {
  const n = blocks.reduce((sum, b) => sum + b.values.length, 0);
  const keys = new Float64Array(n);
  let at = 0;
  for (const block of blocks) {
    if (!copyNumbers(block.keys!, keys, at)) return undefined;
    at += block.values.length;
  }
  const range = wholeRange(keys);
  // Where each value is its key there is nothing to move beside it; -0 and 0 are the same key but not the same value.
  const alone = range !== undefined && blocks.every(b => b.values === b.keys);
  if (alone) {
    const sorted = sortWhole(keys, range, descending);
    return { keys: sorted, values: sorted };
  }
  const rows = radixSort(range === undefined ? bitsOf(keys, descending) : [offsets(keys, range, descending)], count(n))
    .carried!;
  return { keys: gatherNumbers(keys, rows, range !== undefined), values: gather(blocks, keys, rows) };
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Puts numbers into `to`; false when something else is among them. */
function copyNumbers(from: ColumnValues, to: Float64Array, at: number): boolean {
  if (!Array.isArray(from)) {
    to.set(from as Float64Array, at);
    return true;
  }
  for (let i = 0; i < from.length; i++) {
    const x: unknown = from[i];
    if (typeof x !== "number") return false;
    to[at + i] = x;
  }
  return true;
}

/** The least and the greatest, when all are whole numbers of 32 bits, and none is -0. */
function wholeRange(keys: Float64Array): Range | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < keys.length; i++) {
    const k = keys[i]!;
    if ((k | 0) !== k || (k === 0 && 1 / k < 0)) return undefined;
    if (k < min) min = k;
    if (k > max) max = k;
  }
  return { min, max };
}

/** Whole numbers in order. */
function sortWhole(keys: Float64Array, { min, max }: Range, descending: boolean): Int32Array {
  const n = keys.length;
  const out = new Int32Array(n);
  if (max - min < 2 * n) {
    const counts = new Uint32Array(n === 0 ? 0 : max - min + 1);
    for (let i = 0; i < n; i++) counts[keys[i]! - min]!++;
    let to = descending ? n : 0;
    for (let d = 0; d < counts.length; d++) {
      const k = min + d;
      if (descending) for (let c = counts[d]!; c > 0; c--) out[--to] = k;
      else for (let c = counts[d]!; c > 0; c--) out[to++] = k;
    }
    return out;
  }
  const { word } = radixSort([offsets(keys, { min, max }, descending)]);
  for (let i = 0; i < n; i++) out[i] = descending ? max - word[i]! : min + word[i]!;
  return out;
}

/** How far each is from where the order begins. */
function offsets(keys: Float64Array, { min, max }: Range, descending: boolean): Uint32Array {
  const out = new Uint32Array(keys.length);
  if (descending) for (let i = 0; i < out.length; i++) out[i] = max - keys[i]!;
  else for (let i = 0; i < out.length; i++) out[i] = keys[i]! - min;
  return out;
}

/** The low and the high words of doubles, made so that their order as unsigned integers is that of the numbers. */
function bitsOf(keys: Float64Array, descending: boolean): Uint32Array[] {
  const n = keys.length;
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  const bits = new Uint32Array(new Float64Array(1).buffer);
  const double = new Float64Array(bits.buffer);
  const turn = descending ? 0xffffffff : 0;
  for (let i = 0; i < n; i++) {
    const k = keys[i]!;
    if (Number.isNaN(k)) {
      low[i] = high[i] = ~turn;
      continue;
    }
    // -0 is 0.
    double[0] = k + 0;
    const [l, h] = [bits[0]!, bits[1]!];
    // A negative number's bits run the other way; a positive one goes above all negative ones.
    const negative = h >>> 31 === 1;
    low[i] = (negative ? ~l : l) ^ turn;
    high[i] = (negative ? ~h : h | 0x80000000) ^ turn;
  }
  return [low, high];
}

function count(n: number): Uint32Array {
  const out = new Uint32Array(n);
  for (let i = 0; i < n; i++) out[i] = i;
  return out;
}

function gatherNumbers(from: Float64Array, rows: Uint32Array, whole: boolean): Int32Array | Float64Array {
  const out = whole ? new Int32Array(rows.length) : new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = from[rows[i]!]!;
  return out;
}

/** The values of the rows. */
function gather(blocks: readonly ShuffleBlock[], keys: Float64Array, rows: Uint32Array): ColumnValues {
  if (blocks.every(b => b.values === b.keys)) return gatherNumbers(keys, rows, false);
  const numbers = new Float64Array(rows.length);
  let at = 0;
  let whole = true;
  for (const { values } of blocks) {
    if (!copyNumbers(values, numbers, at)) return gatherAny(blocks, rows);
    whole &&= values instanceof Int32Array;
    at += values.length;
  }
  return gatherNumbers(numbers, rows, whole);
}

function gatherAny(blocks: readonly ShuffleBlock[], rows: Uint32Array): unknown[] {
  const all = blocks.length === 1 ? blocks[0]!.values : joined(blocks.map(b => b.values));
  const out = new Array<unknown>(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = all[rows[i]!];
  return out;
}

/** Columns one after the other. */
export function joined(columns: readonly ColumnValues[]): unknown[] {
  const out: unknown[] = [];
  for (const column of columns) for (let i = 0; i < column.length; i++) out.push(column[i]);
  return out;
}
