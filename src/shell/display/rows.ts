import { types } from "node:util";

/** A value seen as rows under named columns. */
export interface Rows {
  readonly columns: readonly string[];
  /** How many rows there are. */
  readonly count: number;
  /** The cells of a row, `MISSING` where the row has no such column. */
  row(index: number): readonly unknown[];
}

/** What stands in a cell of which the row has nothing, not even `undefined`. */
export const MISSING = Symbol("missing");

/** Elements that are looked at before a value is called a list of objects or of pairs. */
const LOOKED_AT = 1000;

/** A tuple longer than this is a list. */
const LONGEST_TUPLE = 8;

export interface RowsOptions {
  /** The value's TypeScript type: `number[][]` is no list of pairs, whatever is in it. */
  readonly type?: string | undefined;
  /** Everything is looked for columns, not the first thousand elements. Default false. */
  readonly everything?: boolean;
}

/**
 * An array of plain objects (a column a key) or of tuples of one length (`_1`, `_2`, as Scala calls them) as rows; `undefined` for
 * anything else. No getter and no proxy is asked.
 *
 * @example
 * listRows([["a", 1], ["b", 2]])?.columns; // ["_1", "_2"]
 */
export function listRows(value: unknown, options: RowsOptions = {}): Rows | undefined {
  if (types.isProxy(value) || !Array.isArray(value) || value.length === 0) return undefined;
  const list = value as readonly unknown[];
  const looked = options.everything ? list.length : Math.min(list.length, LOOKED_AT);
  return isTuple(list[0]) ? tupleRows(list, looked, options.type) : objectRows(list, looked);
}

/** {@link listRows}, and rows of what else has some: a `Map`, a `Set`, any array, a plain object (one row). */
export function anyRows(value: unknown, options: RowsOptions = {}): Rows | undefined {
  const rows = listRows(value, options);
  if (rows || types.isProxy(value) || typeof value !== "object" || value === null) return rows;
  if (types.isMap(value)) return arrayRows(["key", "value"], [...value]);
  if (types.isSet(value))
    return arrayRows(
      ["value"],
      Array.from(value, x => [x]),
    );
  if (Array.isArray(value) || (types.isTypedArray(value) && !Buffer.isBuffer(value))) {
    return arrayRows(
      ["value"],
      Array.from(value as Iterable<unknown>, x => [x]),
    );
  }
  return objectRows([value], 1);
}

function arrayRows(columns: readonly string[], rows: readonly (readonly unknown[])[]): Rows {
  return { columns, count: rows.length, row: i => rows[i]! };
}

function tupleRows(list: readonly unknown[], looked: number, type: string | undefined): Rows | undefined {
  if (type !== undefined && /\[\]\[\]$/.test(type)) return undefined;
  const { length } = list[0] as readonly unknown[];
  if (length < 2 || length > LONGEST_TUPLE) return undefined;
  for (const element of list.slice(0, looked)) if (!isTuple(element) || element.length !== length) return undefined;
  return {
    columns: Array.from({ length }, (_, i) => `_${i + 1}`),
    count: list.length,
    row: i => {
      const element = list[i];
      return isTuple(element) ? element : [element];
    },
  };
}

function objectRows(list: readonly unknown[], looked: number): Rows | undefined {
  const names = new Set<string>();
  for (let i = 0; i < looked; i++) {
    const element = list[i];
    if (!isPlain(element)) return undefined;
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(element))) {
      if (property.get || property.set) return undefined;
      if (property.enumerable) names.add(name);
    }
  }
  if (names.size === 0) return undefined;
  const columns = [...names];
  return {
    columns,
    count: list.length,
    row: i => {
      const element = list[i];
      if (!isPlain(element)) return columns.map((_, c) => (c === 0 ? element : MISSING));
      return columns.map(name => {
        const property = Object.getOwnPropertyDescriptor(element, name);
        return property && !property.get ? property.value : MISSING;
      });
    },
  };
}

function isTuple(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && !types.isProxy(value);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
