import { inspect } from "node:util";
import type { ChartUpdate } from "./chart.js";

/** Characters of a cell. */
const LONGEST = 200;

/** The first `limit` elements as rows of text: a column for each place of an array or key of an object. */
export function rowsOf(elements: readonly unknown[], limit: number, columns?: readonly string[]): ChartUpdate {
  const shown = elements.slice(0, limit);
  const names = columns ?? columnsOf(shown);
  return {
    rows: shown.map(element => names.map((name, i) => textOf(cellOf(element, name, i)))),
    columns: names,
    more: elements.length - shown.length,
  };
}

function columnsOf(elements: readonly unknown[]): readonly string[] {
  if (elements.some(Array.isArray)) {
    const width = elements.reduce<number>((most, e) => Math.max(most, Array.isArray(e) ? e.length : 1), 1);
    return Array.from({ length: width }, (_, i) => `_${i + 1}`);
  }
  if (elements.length > 0 && elements.every(isRecord)) return [...new Set(elements.flatMap(e => Object.keys(e)))];
  return ["value"];
}

function cellOf(element: unknown, column: string, i: number): unknown {
  if (Array.isArray(element)) return element[i];
  if (isRecord(element)) return Object.hasOwn(element, column) ? element[column] : undefined;
  return i === 0 ? element : undefined;
}

function isRecord(x: unknown): x is Record<string, unknown> {
  return typeof x === "object" && x !== null && !Array.isArray(x) && !(x instanceof Date);
}

function textOf(x: unknown): string {
  if (x === undefined) return "";
  // An invalid one has no ISO form.
  const isTime = x instanceof Date && !Number.isNaN(x.getTime());
  const text = typeof x === "string" ? x : isTime ? x.toISOString() : inspect(x, { breakLength: Infinity, depth: 2 });
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
