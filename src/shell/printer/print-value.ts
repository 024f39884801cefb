import { inspect, types } from "node:util";
import { Layout } from "../terminal/layout.js";
import { hideAsyncIds } from "./async-ids.js";

export interface PrintOptions {
  readonly colors?: boolean;
  /** Columns of the screen. Default 80. */
  readonly columns?: number;
  /** Rows of the screen that the value may fill; without it only what would drown a reader is cut. */
  readonly rows?: number;
  /** Columns of the first row that are taken by what stands before the value. Default 0. */
  readonly indent?: number;
  /** Says where the whole is to be had; stands behind the count of what was left out. */
  readonly hint?: string;
}

/** More characters than this are cut: a value must not drown the screen, nor the terminal. */
const MOST_CHARACTERS = 10_000;
const MOST_LINES = 150;

/** A value as text, in Node's notation. Never throws, whatever the value does, and is bounded however big it is. */
export function printValue(value: unknown, options: PrintOptions = {}): string {
  const { rows } = options;
  if (rows === undefined) return cutLines(attempt(value, options, 100), options);
  // Fewer elements, so that what is left out is counted in elements where there are some.
  let text = attempt(value, options, 100);
  for (let most = 50; most > 1 && holdsMany(value) && rowsOf(text, options) > rows; most = Math.floor(most * 0.7)) {
    text = attempt(value, options, most);
  }
  return cutLines(text, options);
}

/** A value as text, uncut: every element, every character, every level. Never throws. */
export function printWhole(value: unknown, options: Pick<PrintOptions, "colors" | "columns"> = {}): string {
  return attempt(value, options, Number.POSITIVE_INFINITY);
}

function cutLines(text: string, { columns = 80, rows, indent = 0, hint }: PrintOptions): string {
  const more = (count: number, what: string) =>
    `… ${count.toLocaleString("en-US")} more ${what}${count === 1 ? "" : "s"}${hint === undefined ? "" : `: ${hint}`}`;
  const lines = text.split("\n");
  if (rows !== undefined && rowsOf(text, { columns, indent }) > rows) {
    const room = Math.max(1, rows - 1);
    let used = 0;
    let kept = 0;
    while (kept < lines.length) {
      const height = rowsOf(lines[kept]!, { columns, indent: kept === 0 ? indent : 0 });
      if (used + height > room) break;
      used += height;
      kept++;
    }
    if (kept > 0) return `${lines.slice(0, kept).join("\n")}${reset(text)}\n${more(lines.length - kept, "line")}`;
    const head = Array.from(lines[0]!.slice(0, Math.max(1, columns * room - indent)));
    while (head.length > 1 && rowsOf(head.join(""), { columns, indent }) > room)
      head.length = Math.floor(head.length * 0.9);
    const cut = head.join("");
    return `${cut}${reset(text)}\n${more(text.length - cut.length, "character")}`;
  }
  if (lines.length > MOST_LINES) {
    return `${lines.slice(0, MOST_LINES).join("\n")}${reset(text)}\n${more(lines.length - MOST_LINES, "line")}`;
  }
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS)}${reset(text)}${more(text.length - MOST_CHARACTERS, "character")}`;
}

/** A colour may end behind the cut. */
function reset(text: string): string {
  return text.includes("\x1b") ? "\x1b[39m" : "";
}

function rowsOf(text: string, { columns = 80, indent = 0 }: Pick<PrintOptions, "columns" | "indent">): number {
  return new Layout(columns).add(" ".repeat(indent) + text).row + 1;
}

/** Whether it is a value whose elements `inspect` can be told to leave out. */
function holdsMany(value: unknown): boolean {
  if (types.isProxy(value)) return false;
  return Array.isArray(value) || types.isMap(value) || types.isSet(value) || types.isTypedArray(value);
}

function attempt(value: unknown, options: PrintOptions, maxArrayLength: number): string {
  const whole = maxArrayLength === Number.POSITIVE_INFINITY;
  const layout = {
    colors: options.colors ?? false,
    breakLength: options.columns ?? 80,
    maxArrayLength,
    maxStringLength: whole ? Number.POSITIVE_INFINITY : 5000,
    depth: whole ? 50 : 4,
  };
  try {
    for (const part of !types.isProxy(value) && Array.isArray(value) ? value.slice(0, 100) : [value])
      hideAsyncIds(part);
    return inspect(value, layout);
  } catch {
    // The value's own `inspect` or `toString` threw: look at it without asking it.
  }
  try {
    return inspect(value, { ...layout, customInspect: false, getters: false });
  } catch (error) {
    return `[a value that cannot be shown: ${errorText(error)}]`;
  }
}

function errorText(error: unknown): string {
  try {
    return String((error as Error).message);
  } catch {
    return "it throws when it is looked at";
  }
}
