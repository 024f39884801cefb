import { types } from "node:util";
import { toJson } from "./json.js";
import { anyRows, MISSING } from "./rows.js";

/**
 * A value as comma-separated values (RFC 4180, lines end in `\n`) under a line of names; a value without rows is its text alone.
 * Without the last newline.
 */
export function toCsv(value: unknown): string {
  const rows = anyRows(value, { everything: true });
  if (!rows) return field(value);
  const lines = [rows.columns.map(quoted).join(",")];
  for (let i = 0; i < rows.count; i++) lines.push(rows.row(i).map(field).join(","));
  return lines.join("\n");
}

function field(value: unknown): string {
  if (value === MISSING || value === undefined || value === null) return "";
  return quoted(plainText(value));
}

/** A string as it is, a date in ISO form, what has parts as JSON. */
export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value === undefined) return "undefined";
  if (types.isDate(value) && !types.isProxy(value)) {
    return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  }
  const json = toJson(value);
  // What is a string only in JSON (a function, a handle) needs no quotes here.
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
