/** What a number, a small object or a tuple is taken to weigh, bytes. */
const OTHER = 64;

/** Roughly the memory an element takes, in bytes: exact enough to bound what waits, cheap enough to ask for each. */
export function approximateBytes(element: unknown): number {
  if (typeof element === "string") return 16 + element.length;
  if (ArrayBuffer.isView(element)) return OTHER + element.byteLength;
  if (Array.isArray(element)) {
    let sum = OTHER;
    for (const e of element) sum += typeof e === "string" || ArrayBuffer.isView(e) ? approximateBytes(e) : 8;
    return sum;
  }
  return OTHER;
}

/** {@link approximateBytes} of all, from a sample of at most 64 where they are many. */
export function approximateBytesOfAll(elements: readonly unknown[]): number {
  const step = Math.max(1, Math.floor(elements.length / 64));
  let sum = 0;
  let asked = 0;
  for (let i = 0; i < elements.length; i += step) {
    sum += approximateBytes(elements[i]);
    asked++;
  }
  return asked === 0 ? 0 : Math.ceil((sum / asked) * elements.length);
}
