import { loadShipped, SHIP, type Shippable } from "../closure/protocol.js";

/** A deep copy of data: arrays, plain objects, class instances, also ours that say how they travel, Map, Set, Date and typed arrays; cycles included. */
export function cloneValue<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  return clone(value, new Map()) as T;
}

function clone(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const remember = <C>(copy: C): C => {
    seen.set(value, copy);
    return copy;
  };
  if (Array.isArray(value)) {
    const copy = remember(new Array<unknown>(value.length));
    for (let i = 0; i < value.length; i++) copy[i] = clone(value[i], seen);
    return copy;
  }
  if (value instanceof Map) {
    const copy = remember(new Map<unknown, unknown>());
    for (const [k, v] of value) copy.set(clone(k, seen), clone(v, seen));
    return copy;
  }
  if (value instanceof Set) {
    const copy = remember(new Set<unknown>());
    for (const v of value) copy.add(clone(v, seen));
    return copy;
  }
  if (typeof (value as Partial<Shippable>)[SHIP] === "function") {
    const { kind, data } = (value as Shippable)[SHIP]();
    return remember(loadShipped(kind, clone(data, seen)));
  }
  if (value instanceof Date) return remember(new Date(value.getTime()));
  if (value instanceof RegExp || value instanceof Promise || value instanceof WeakMap) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return remember(structuredClone(value));
  const copy = remember(Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>);
  for (const name of Object.keys(value)) copy[name] = clone((value as Record<string, unknown>)[name], seen);
  return copy;
}
