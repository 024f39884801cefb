import { sumOfData } from "../../core/util/data-values.js";

/** What a number, an object or a tuple is taken to weigh by itself, bytes. */
const OTHER = 64;

/** Roughly the memory an element takes, in bytes: exact enough to bound what waits, cheap enough to ask for each. */
export function approximateBytes(element: unknown): number {
  if (typeof element === "string") return 16 + element.length;
  if (ArrayBuffer.isView(element)) return OTHER + element.byteLength;
  return OTHER + (typeof element === "object" && element !== null ? sumOfData(element, partBytes) : 0);
}

/** Of a part of an element: what is in that is not looked at. */
function partBytes(part: unknown): number {
  return typeof part === "string" || ArrayBuffer.isView(part) ? approximateBytes(part) : 8;
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
