import { inspect, types } from "node:util";
import { characterWidth, splitCharacters, textWidth } from "../terminal/text-width.js";
import { MISSING } from "./rows.js";

/** A cell of a table as one line: a string without quotes, anything else in Node's notation. Never throws. */
export function cellText(value: unknown): string {
  if (value === MISSING) return "";
  const text = typeof value === "string" ? value.slice(0, 1000) : inspected(value);
  return text.replace(
    /[\x00-\x1f\x7f-\x9f]/g,
    c => ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** The type of a cell, for the row of types: `number`, `Date`, `number[]`. */
function cellType(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  if (types.isProxy(value)) return "object";
  if (Array.isArray(value)) return listType(value);
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
  const name = prototype?.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? name : "object";
}

/**
 * The types of a column's cells as a union, of at most three: in the order of their names, whatever order the cells are in, and
 * what stands for nothing last.
 */
export function unionType(cells: Iterable<unknown>): string {
  const found = new Set<string>();
  for (const cell of cells) if (cell !== MISSING) found.add(cellType(cell));
  // An empty list is one of any type, and a list of strings is one of anything.
  const lists = [...found].filter(name => name.endsWith("[]"));
  const told = found.has(ANY_LIST) ? [] : lists.length > 1 ? lists.filter(name => name !== EMPTY_LIST) : lists;
  const names = [...found].filter(name => !lists.includes(name) || told.includes(name));
  if (names.length > 3) return "…";
  const last = (name: string) => (name === "undefined" ? 2 : name === "null" ? 1 : 0);
  return names.sort((a, b) => last(a) - last(b) || (a < b ? -1 : 1)).join(" | ");
}

/** `text` in at most `width` columns, its end replaced by `…` where it is longer. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let out = "";
  let used = 1;
  for (const c of splitCharacters(text)) {
    used += characterWidth(c);
    if (used > width) break;
    out += c;
  }
  return `${out}…`;
}

const EMPTY_LIST = "[]";
const ANY_LIST = "array";

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function listType(list: readonly unknown[]): string {
  if (list.length === 0) return EMPTY_LIST;
  const element = list[0];
  if (Array.isArray(element)) return ANY_LIST;
  const type = cellType(element);
  return list.slice(0, 20).every(x => !Array.isArray(x) && cellType(x) === type) ? `${type}[]` : ANY_LIST;
}

function inspected(value: unknown): string {
  try {
    return inspect(value, {
      compact: true,
      breakLength: Number.POSITIVE_INFINITY,
      depth: 2,
      maxArrayLength: 20,
      maxStringLength: 200,
    });
  } catch {
    return "[a value that cannot be shown]";
  }
}
