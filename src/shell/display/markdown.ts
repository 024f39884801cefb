import { plainText } from "./csv.js";
import { anyRows, MISSING } from "./rows.js";

/** A value as a Markdown table, numbers to the right; a value without rows is its text alone. Without the last newline. */
export function toMarkdown(value: unknown): string {
  const rows = anyRows(value, { everything: true });
  if (!rows) return plainText(value);
  const body = Array.from({ length: rows.count }, (_, i) => rows.row(i));
  const areNumbers = (c: number) =>
    body.every(row => isNumber(row[c]) || isNothing(row[c])) && body.some(row => isNumber(row[c]));
  const rule = rows.columns.map((_, c) => (areNumbers(c) ? "---:" : "---"));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(rows.columns.map(escaped)), line(rule), ...body.map(row => line(row.map(cell)))].join("\n");
}

/** The table has no words for it: the cell stays empty. */
function isNothing(value: unknown): boolean {
  return value === MISSING || value === undefined;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function cell(value: unknown): string {
  return isNothing(value) ? "" : escaped(plainText(value));
}

function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("|", "\\|")
    .replace(/\r\n?|\n/g, "<br>");
}
