import { KeyTable } from "./key-table.js";

/** A key table that takes every key for a new one: what goes on where looking for equal keys found none. */
export class KeyList<K = unknown> extends KeyTable<K> {
  /** @param before what was found so far; its keys go on here */
  constructor(before?: KeyTable<K>) {
    super(before?.keys);
  }

  override slot(key: K): number {
    return this.keys.push(key) - 1;
  }
}
