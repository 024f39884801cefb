import { types } from "node:util";
import { notedAs } from "./imports.js";
import { SHIP } from "./protocol.js";

/**
 * Whether V8's serializer copies a value faithfully, with everything in it: primitives, arrays and plain objects, Map, Set,
 * Date, RegExp, typed arrays and buffers, nested and cyclic. Functions, symbols, instances of classes, errors, objects
 * without a prototype and modules need nodes of their own.
 */
export function isPlain(value: unknown): boolean {
  return typeof value === "object" ? value === null || isPlainObject(value, new Set()) : isPrimitive(value);
}

const isPrimitive = (value: unknown): boolean => typeof value !== "function" && typeof value !== "symbol";

function isPlainObject(value: object, seen: Set<object>): boolean {
  if (seen.has(value)) return true;
  seen.add(value);
  const inner = (x: unknown): boolean =>
    typeof x === "object" ? x === null || isPlainObject(x, seen) : typeof x !== "function" && typeof x !== "symbol";
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) {
    const items = value as readonly unknown[];
    for (let i = 0; i < items.length; i++) if (!inner(items[i])) return false;
    return true;
  }
  if (prototype === Object.prototype) {
    if (types.isProxy(value) || notedAs(value) !== undefined || SHIP in value) return false;
    for (const key in value) if (!inner((value as Record<string, unknown>)[key])) return false;
    return Object.getOwnPropertySymbols(value).length === 0;
  }
  if (prototype === Map.prototype) {
    for (const [k, v] of value as Map<unknown, unknown>) if (!inner(k) || !inner(v)) return false;
    return true;
  }
  if (prototype === Set.prototype) {
    for (const item of value as Set<unknown>) if (!inner(item)) return false;
    return true;
  }
  return isAtomic(value, prototype);
}

/** Objects of the language without members of their own, which V8 copies whole. */
function isAtomic(value: object, prototype: object): boolean {
  return (
    prototype === Date.prototype ||
    prototype === RegExp.prototype ||
    (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer && isBuiltinView(prototype)) ||
    prototype === ArrayBuffer.prototype ||
    prototype === Number.prototype ||
    prototype === String.prototype ||
    prototype === Boolean.prototype
  );
}

const viewPrototypes = new Set<object>(
  [
    Buffer,
    DataView,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ].map(view => view.prototype),
);
const isBuiltinView = (prototype: object): boolean => viewPrototypes.has(prototype);
