import { KeyTable } from "./key-table.js";

/**
 * A `Map` of the entries whose keys compare by value: `map.get(["a", 1])` finds what was set under another `["a", 1]`. What
 * `countByValue`, `countByKey`, `collectAsMap` and `reduceByKeyLocally` give. Of equal keys the last one's value stays.
 *
 * It is a plain `Map` (it prints and compares as one) whose methods were replaced where a key is composite.
 */
export function keyMap<K, V>(entries: Iterable<readonly [K, V]>): Map<K, V> {
  const map = new Map<K, V>();
  let table: KeyTable<K> | undefined;
  for (const [key, value] of entries) {
    if (isComposite(key)) {
      table ??= new KeyTable<K>();
      map.set(table.keys[table.slot(key)]!, value);
    } else {
      map.set(key, value);
    }
  }
  return table === undefined ? map : byValue(map, table);
}

function isComposite(key: unknown): boolean {
  return typeof key === "object" && key !== null;
}

function byValue<K, V>(map: Map<K, V>, table: KeyTable<K>): Map<K, V> {
  const known = (key: K): K => {
    if (!isComposite(key)) return key;
    const i = table.find(key);
    return i < 0 ? key : table.keys[i]!;
  };
  const methods = {
    get: (key: K) => Map.prototype.get.call(map, known(key)) as V | undefined,
    has: (key: K) => Map.prototype.has.call(map, known(key)),
    delete: (key: K) => Map.prototype.delete.call(map, known(key)),
    set: (key: K, value: V) => {
      Map.prototype.set.call(map, isComposite(key) ? table.keys[table.slot(key)] : key, value);
      return map;
    },
  };
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(map, name, { value, configurable: true });
  return map;
}
