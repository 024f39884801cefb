import { types } from "node:util";

/** Of an object with many values so many are looked at. */
const MOST = 32;

const sizeOf = (prototype: object): ((this: unknown) => number) =>
  Object.getOwnPropertyDescriptor(prototype, "size")!.get!;
const sizeOfMap = sizeOf(Map.prototype);
const sizeOfSet = sizeOf(Set.prototype);

/**
 * The sum of `weigh` over what an object holds as data: the items of an array, the entries of a Map, the elements of a Set, own
 * properties. From some of them where they are many. No code of the user's runs for it: no getter, no iterator of a subclass,
 * no trap of a proxy, which holds nothing here.
 */
export function sumOfData(x: object, weigh: (value: unknown) => number): number {
  if (types.isProxy(x)) return 0;
  if (Array.isArray(x)) return sumOfItems(x, weigh);
  let sum = 0;
  if (types.isMap(x))
    sum += sumOfFirst(Map.prototype.entries.call(x), sizeOfMap.call(x), ([k, v]) => weigh(k) + weigh(v));
  else if (types.isSet(x)) sum += sumOfFirst(Set.prototype.values.call(x), sizeOfSet.call(x), weigh);
  const names = Object.keys(x);
  return sum + (names.length === 0 ? 0 : sumOfItems(names, name => weigh(dataOf(x, name as string))));
}

/** The value of a property, where it is one and no getter. */
function dataOf(x: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(x, name)?.value;
}

function sumOfItems<T>(items: readonly T[], weigh: (item: T) => number): number {
  const n = items.length;
  const step = Math.max(1, Math.floor(n / MOST));
  let sum = 0;
  let seen = 0;
  for (let i = 0; i < n; i += step, seen++) sum += weigh(items[i]!);
  return seen === 0 ? 0 : (sum / seen) * n;
}

function sumOfFirst<T>(values: Iterable<T>, n: number, weigh: (value: T) => number): number {
  let sum = 0;
  let seen = 0;
  for (const value of values) {
    sum += weigh(value);
    if (++seen === MOST) break;
  }
  return seen === 0 ? 0 : (sum / seen) * n;
}
