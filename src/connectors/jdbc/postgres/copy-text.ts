import { E } from "../errors.js";
import type { Column, Target } from "../target.js";

// The text format of COPY: a row a line, fields between tabs, `\N` for NULL.

/** Why a value cannot be written, in words. */
class Unwritable extends Error {}

/** Makes the text of a value that is not null, before it is escaped for COPY. */
type Encode = (value: unknown) => string;

/** What each row becomes that is written with the same columns. */
export class RowEncoder {
  readonly #encode: readonly ((value: unknown) => string)[];

  constructor(
    private readonly target: Target,
    readonly columns: readonly Column[],
  ) {
    this.#encode = columns.map(column => encoderOf(column.kind));
  }

  /** The line of a row. `fieldAt` gives the value of a column by its number; `row` says which row it is, for an error. */
  line(fieldAt: (index: number) => unknown, row: () => string): string {
    let line = "";
    for (let i = 0; i < this.#encode.length; i++) {
      if (i > 0) line += "\t";
      const value = fieldAt(i);
      if (value === null || value === undefined) line += "\\N";
      else if (typeof value === "number" && Number.isFinite(value)) line += value;
      else {
        try {
          line += escapeField(this.#encode[i]!(value));
        } catch (error) {
          if (!(error instanceof Unwritable)) throw error;
          const { name, type } = this.columns[i]!;
          throw E.JDBC_BAD_VALUE(this.target.shown, row(), JSON.stringify(name), type, value, error.message);
        }
      }
    }
    return `${line}\n`;
  }
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function escapeField(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, c => ESCAPES[c]!) : text;
}

function encoderOf(kind: Column["kind"]): Encode {
  switch (kind) {
    case "bytes":
      return value => (value instanceof Uint8Array ? hex(value) : scalar(value));
    case "json":
      return jsonText;
    case "timestamp":
    case "date":
      return value => (value instanceof Date ? dateText(value, false) : scalar(value));
    default:
      if (typeof kind === "object") return arrayEncoder(encoderOf(kind.arrayOf));
      return scalar;
  }
}

/** What has one text whatever the column's type is. */
function scalar(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "t" : "f";
  }
  if (value instanceof Date) return dateText(value, true);
  if (value instanceof Uint8Array) throw new Unwritable("bytes go to columns of the type bytea");
  if (Array.isArray(value)) throw new Unwritable("an array goes to a column of an array type, or of json or jsonb");
  if (typeof value === "object") {
    throw new Unwritable(
      "an object goes to a column of json or jsonb; else make a text of it, e.g. JSON.stringify(value)",
    );
  }
  throw new Unwritable("it takes a text, a number, a bigint, a boolean, a Date, bytes, an array, an object or null");
}

/** JSON; a text is one already. */
function jsonText(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    const text = JSON.stringify(value instanceof Map ? Object.fromEntries(value) : value);
    if (text !== undefined) return text;
  } catch (error) {
    throw new Unwritable(`it has no JSON form (${(error as Error).message})`);
  }
  throw new Unwritable("it has no JSON form");
}

function arrayEncoder(encode: Encode): Encode {
  const element = (value: unknown): string => {
    if (value === null || value === undefined) return "NULL";
    if (Array.isArray(value)) return list(value);
    return `"${encode(value).replace(/["\\]/g, "\\$&")}"`;
  };
  const list = (values: readonly unknown[]) => `{${values.map(element).join(",")}}`;
  return value => (Array.isArray(value) ? list(value) : scalar(value));
}

function hex(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}

const two = (n: number) => String(n).padStart(2, "0");

/** A moment as PostgreSQL reads it: with its zone (UTC), or what clocks here show then. */
function dateText(date: Date, utc: boolean): string {
  if (Number.isNaN(date.getTime())) throw new Unwritable("it is no date");
  const year = utc ? date.getUTCFullYear() : date.getFullYear();
  const [month, day, hour, minute, second] = utc
    ? [date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
    : [date.getMonth(), date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()];
  const days = `${String(year > 0 ? year : 1 - year).padStart(4, "0")}-${two(month + 1)}-${two(day)}`;
  const ms = String(date.getUTCMilliseconds()).padStart(3, "0");
  const time = `${two(hour)}:${two(minute)}:${two(second)}.${ms}${utc ? "+00" : ""}`;
  return `${days} ${time}${year > 0 ? "" : " BC"}`;
}
