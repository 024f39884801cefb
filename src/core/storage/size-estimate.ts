import { types } from "node:util";
import { sumOfData } from "../util/data-values.js";

/**
 * About how many bytes an array of elements takes in memory: the size of some of them, times how many there are.
 *
 * @param samples how many are looked at
 */
export function estimateSize(elements: ArrayLike<unknown>, samples = 100): number {
  if (ArrayBuffer.isView(elements)) return 64 + elements.byteLength;
  const n = elements.length;
  if (n === 0) return 16;
  const step = Math.max(1, Math.floor(n / samples));
  let bytes = 0;
  let seen = 0;
  for (let i = 0; i < n; i += step) {
    // A slot of the array, and what is in it beyond a number.
    bytes += 8 + outside(elements[i], 0);
    seen++;
  }
  return 16 + Math.ceil((bytes / seen) * n);
}

const MAX_DEPTH = 5;

/** What a value takes beyond the slot that refers to it. */
function outside(x: unknown, depth: number): number {
  switch (typeof x) {
    case "string":
      return 24 + x.length;
    case "bigint":
      return 24;
    case "object":
      break;
    default:
      return 0;
  }
  if (x === null || depth > MAX_DEPTH) return 0;
  if (ArrayBuffer.isView(x)) return 128 + x.byteLength;
  // An entry of a Map or Set takes more than a slot.
  const slot = types.isMap(x) || types.isSet(x) ? 16 : 8;
  return 32 + sumOfData(x, value => slot + outside(value, depth + 1));
}
