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
/** Of a long array so many elements are looked at. */
const MAX_ITEMS = 32;

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
  if (Array.isArray(x)) return 32 + items(x, depth);
  let bytes = 32;
  if (x instanceof Map) for (const [k, v] of x) bytes += 32 + outside(k, depth + 1) + outside(v, depth + 1);
  if (x instanceof Set) for (const v of x) bytes += 24 + outside(v, depth + 1);
  for (const name of Object.keys(x)) bytes += 8 + outside((x as Record<string, unknown>)[name], depth + 1);
  return bytes;
}

function items(x: readonly unknown[], depth: number): number {
  const n = x.length;
  const step = Math.max(1, Math.floor(n / MAX_ITEMS));
  let bytes = 0;
  let seen = 0;
  for (let i = 0; i < n; i += step, seen++) bytes += 8 + outside(x[i], depth + 1);
  return seen === 0 ? 0 : (bytes / seen) * n;
}
