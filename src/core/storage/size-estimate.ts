const SAMPLES = 100;

/** About how many bytes an array of elements takes in memory: the size of some of them, times how many there are. */
export function estimateSize(elements: readonly unknown[]): number {
  const n = elements.length;
  if (n === 0) return 16;
  const step = Math.max(1, Math.floor(n / SAMPLES));
  let bytes = 0;
  let seen = 0;
  for (let i = 0; i < n; i += step) {
    bytes += sizeOf(elements[i], 0);
    seen++;
  }
  return 16 + Math.ceil((bytes / seen) * n);
}

const MAX_DEPTH = 5;

function sizeOf(x: unknown, depth: number): number {
  switch (typeof x) {
    case "string":
      return 24 + x.length;
    case "number":
      return 8;
    case "bigint":
      return 24;
    case "object":
      break;
    default:
      return 8;
  }
  if (x === null || depth > MAX_DEPTH) return 8;
  if (ArrayBuffer.isView(x)) return 64 + x.byteLength;
  let bytes = 24;
  if (Array.isArray(x)) {
    for (let i = 0; i < x.length; i++) bytes += 8 + sizeOf(x[i], depth + 1);
    return bytes;
  }
  if (x instanceof Map) for (const [k, v] of x) bytes += 32 + sizeOf(k, depth + 1) + sizeOf(v, depth + 1);
  if (x instanceof Set) for (const v of x) bytes += 24 + sizeOf(v, depth + 1);
  for (const name of Object.keys(x)) bytes += 8 + sizeOf((x as Record<string, unknown>)[name], depth + 1);
  return bytes;
}
