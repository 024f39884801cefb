import { drawTable } from "../terminal/table.js";
import { textWidth } from "../terminal/text-width.js";
import { cellText, cutText, unionType } from "./cell-text.js";
import { MISSING, type Rows } from "./rows.js";

export interface BoxOptions {
  /** Columns of the screen. */
  readonly columns: number;
  /** Rows that are shown at most; what is left out is counted below the table. */
  readonly rows: number;
  readonly colors?: boolean;
  /** Says where the rest is to be had; stands behind the count of what was left out. */
  readonly hint?: string;
}

/** A column is not made narrower than this to make room for others. */
const NARROWEST = 8;

/** More columns than this are left out, whatever the screen: names of a dictionary are no columns. */
const MOST_COLUMNS = 60;

/**
 * Rows as a table with a head of names and types, cut to the screen: cells that are too long end in `…`, columns and rows that
 * have no room are counted below. Without the last newline.
 */
export function formatRows(rows: Rows, options: BoxOptions): string {
  const shown = Array.from({ length: Math.min(rows.count, Math.max(1, options.rows)) }, (_, i) => rows.row(i));
  const names = rows.columns.slice(0, MOST_COLUMNS);
  const columns = names.map((name, c) =>
    columnOf(
      name,
      shown.map(row => (c < row.length ? row[c] : MISSING)),
    ),
  );
  const widths = fit(
    columns.map(c => c.width),
    options.columns,
    rows.columns.length,
  );
  const kept = columns.slice(0, widths.length);
  const more = rows.columns.length > kept.length;
  const head = kept.map((c, i) => `${cutText(c.name, widths[i]!)}\n${cutText(c.type, widths[i]!)}`);
  const body = shown.map((_, r) => kept.map((c, i) => cutText(c.cells[r]!, widths[i]!)));
  if (more) {
    head.push("…\n");
    for (const row of body) row.push("…");
  }
  const table = drawTable(head, body, {
    align: [...kept.map(c => (c.numeric ? ("right" as const) : ("left" as const))), ...(more ? ["left" as const] : [])],
    colors: options.colors ?? false,
  });
  const left = [...leftOut(rows.count - shown.length, "row"), ...leftOut(rows.columns.length - kept.length, "column")];
  if (left.length === 0) return table;
  return `${table}\n… ${left.join(", ")}${options.hint === undefined ? "" : `: ${options.hint}`}`;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly cells: readonly string[];
  readonly numeric: boolean;
  readonly width: number;
}

function columnOf(name: string, values: readonly unknown[]): Column {
  const shownName = cellText(name);
  const type = unionType(values);
  const cells = values.map(cellText);
  return {
    name: shownName,
    type,
    cells,
    numeric: type === "number" || type === "bigint",
    width: Math.max(textWidth(shownName), textWidth(type), ...cells.map(textWidth)),
  };
}

/** Widths of the columns that have room on a screen, the widest cut first; as many columns as fit. */
function fit(natural: readonly number[], columns: number, all: number): number[] {
  for (let kept = natural.length; kept > 1; kept--) {
    const room = columns - 1 - 3 * kept - (kept < all ? 4 : 0);
    const narrow = natural.slice(0, kept).map(w => Math.min(w, NARROWEST));
    if (sum(narrow) <= room) return shrink(natural.slice(0, kept), room);
  }
  return shrink(natural.slice(0, 1), Math.max(1, columns - 4 - (all > 1 ? 4 : 0)));
}

/** Takes columns from the widest until all fit into `room`. */
function shrink(widths: number[], room: number): number[] {
  for (let over = sum(widths) - room; over > 0; ) {
    const widest = Math.max(...widths);
    const next = Math.max(1, ...widths.filter(w => w < widest));
    const at = widths.indexOf(widest);
    const take = Math.min(over, Math.max(1, widest - next));
    widths[at] = widest - take;
    over -= take;
  }
  return widths;
}

function leftOut(count: number, what: string): string[] {
  return count > 0 ? [`${count.toLocaleString("en-US")} more ${what}${count === 1 ? "" : "s"}`] : [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
