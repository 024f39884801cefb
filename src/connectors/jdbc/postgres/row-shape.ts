import { E } from "../errors.js";
import type { Column, Target } from "../target.js";
import { RowEncoder } from "./copy-text.js";
import { columnNamed } from "./table.js";

/** Rows that have the same columns: how their values are found, and what becomes of them. */
export interface Shape {
  readonly columns: readonly Column[];
  /** Whether a row has these columns, and no others. */
  fits(element: unknown): boolean;
  /** The row as a line of COPY. */
  line(element: unknown, row: () => string): string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Finds out which columns a row has.
 *
 * An object has those of its properties that are not `undefined`: a column that it lacks gets its default. With named columns
 * every row has all of them.
 *
 * @throws IllegalArgumentError when it is no row, InputOutputError when the table lacks a column
 */
export function shapeOf(target: Target, element: unknown, row: () => string): Shape {
  if (target.named !== undefined) return namedShape(target, target.named);
  const fields = fieldsOf(target, element, row);
  const names = Object.keys(fields).filter(name => fields[name] !== undefined);
  if (names.length === 0) throw E.JDBC_NO_ROW(target.shown, row(), element, "it has no property that is a column");
  const columns = names.map(name => columnNamed(target, name));
  needKeys(target, columns, element, row);
  const encoder = new RowEncoder(target, columns);
  const own = new Set(names);
  let current: Fields;
  const fieldAt = (i: number) => current[names[i]!];
  return {
    columns,
    fits(other) {
      if (!isRecord(other)) return false;
      let i = 0;
      let inOrder = true;
      for (const name in other) {
        if (other[name] === undefined) continue;
        if (name !== names[i]) {
          if (!own.has(name)) return false;
          inOrder = false;
        }
        i++;
      }
      return i === names.length && (inOrder || own.size === i);
    },
    line(other, which) {
      current = other as Fields;
      return encoder.line(fieldAt, which);
    },
  };
}

function namedShape(target: Target, named: readonly string[]): Shape {
  const columns = named.map(name => columnNamed(target, name));
  const encoder = new RowEncoder(target, columns);
  let current: Fields | readonly unknown[];
  const inTuple = (i: number) => (current as readonly unknown[])[i];
  const inObject = (i: number) => (current as Fields)[named[i]!];
  return {
    columns,
    fits: () => true,
    line(element, row) {
      if (Array.isArray(element)) {
        if (element.length !== named.length) {
          const rule = `it has ${element.length} values, and columns has ${named.length} names: ${named.join(", ")}`;
          throw E.JDBC_NO_ROW(target.shown, row(), element, rule);
        }
        current = element;
        return encoder.line(inTuple, row);
      }
      current = fieldsOf(target, element, row);
      return encoder.line(inObject, row);
    },
  };
}

function needKeys(target: Target, columns: readonly Column[], element: unknown, row: () => string): void {
  const missing = target.keys.find(key => !columns.some(column => column.name === key));
  if (missing !== undefined)
    throw E.JDBC_NO_ROW(target.shown, row(), element, `it lacks ${missing}, which is one of the keys`);
}

function isRecord(element: unknown): element is Fields {
  return typeof element === "object" && element !== null && !Array.isArray(element) && !(element instanceof Date);
}

function fieldsOf(target: Target, element: unknown, row: () => string): Fields {
  if (isRecord(element) && !(element instanceof Map) && !(element instanceof Uint8Array)) return element;
  const rule = Array.isArray(element)
    ? 'the values of an array need names: pass { columns: ["…", …] }'
    : "a row is an object, { column: value }, or with columns an array of values: make one of it with map, e.g. map(x => ({ value: x }))";
  throw E.JDBC_NO_ROW(target.shown, row(), element, rule);
}
