import { formatElement } from "../../core/util/format-element.js";

/** Cells are cut to this many signs, as `Dataset.show()` cuts them. */
const WIDEST = 20;

/**
 * Elements as the lines of a table in the layout of Spark's `Dataset.show()`: pairs have the columns `_1` and `_2`, objects a
 * column a key, anything else the column `value`.
 */
export function plainTable(elements: readonly unknown[]): string[] {
  if (elements.length === 0) return ["+-----+", "|value|", "+-----+", "+-----+"];
  const [columns, cells] = parts(elements);
  const rows = [columns, ...cells].map(row => row.map(cut));
  const widths = columns.map((_, c) => Math.max(3, ...rows.map(row => width(row[c]!))));
  const rule = `+${widths.map(w => "-".repeat(w)).join("+")}+`;
  const line = (row: readonly string[]) =>
    `|${row.map((cell, c) => " ".repeat(widths[c]! - width(cell)) + cell).join("|")}|`;
  return [rule, line(rows[0]!), rule, ...rows.slice(1).map(line), rule];
}

function parts(elements: readonly unknown[]): [columns: string[], rows: string[][]] {
  const first = elements[0];
  if (Array.isArray(first) && first.length > 1) {
    const { length } = first;
    if (elements.every(e => Array.isArray(e) && e.length === length)) {
      const columns = first.map((_, i) => `_${i + 1}`);
      return [columns, elements.map(e => (e as readonly unknown[]).map(formatElement))];
    }
  }
  if (elements.every(isPlain)) {
    const columns = [...new Set(elements.flatMap(Object.keys))];
    if (columns.length > 0) return [columns, elements.map(e => columns.map(c => (c in e ? formatElement(e[c]) : "")))];
  }
  return [["value"], elements.map(e => [formatElement(e)])];
}

function isPlain(x: unknown): x is Readonly<Record<string, unknown>> {
  return typeof x === "object" && x !== null && [Object.prototype, null].includes(Object.getPrototypeOf(x));
}

function cut(cell: string): string {
  const line = cell.replace(/[\x00-\x1f\x7f]/g, c => JSON.stringify(c).slice(1, -1));
  const characters = Array.from(line);
  return characters.length <= WIDEST ? line : `${characters.slice(0, WIDEST - 3).join("")}...`;
}

/** Signs of East Asian scripts fill two columns. */
function width(cell: string): number {
  return (
    cell.length +
    (cell.match(/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/g)
      ?.length ?? 0)
  );
}
