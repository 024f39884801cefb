import { Layout } from "../terminal/layout.js";
import type { Frame } from "../terminal/screen.js";
import { splitCharacters } from "../terminal/text-width.js";
import type { Span } from "./highlight.js";
import type { Paint } from "./paint.js";

/** What the editor shows: the input, line by line, behind its prompts. */
export interface View {
  readonly text: string;
  /** Index into `text`. */
  readonly cursor: number;
  readonly prompt: string;
  /** Stands before every line but the first. */
  readonly continuation: string;
  readonly columns: number;
  readonly rows: number;
  /** Pieces of `text` that have colours, in their order. */
  readonly spans?: readonly Span[];
  /** The colours; without them there are none. */
  readonly paint?: Paint | undefined;
  /** Stands behind the text in grey: the rest of an earlier input. One line. */
  readonly suggestion?: string;
}

/** A line of the text: from `start` to `end`, without its newline. */
interface Line {
  readonly prompt: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The frame of a view. An input that is higher than the screen shows the lines around the cursor; a line that alone is
 * larger than the screen shows its part around the cursor, between ellipses.
 */
export function renderView(view: View): Frame {
  const { text, cursor, columns } = view;
  const room = Math.max(1, view.rows - 1);
  const current = lineAt(view, cursor);
  const used = rowsOf(view, current, room);
  if (used > room) return clipLine(view, current, room);

  // Lines above and below the cursor's, as many as fit, evenly.
  let first = current;
  let last = current;
  const above: Line[] = [];
  const below: Line[] = [];
  let left = room - used;
  for (let moved = true; moved && left > 0; ) {
    moved = false;
    if (last.end < text.length) {
      const next = lineAt(view, last.end + 1);
      const cost = rowsOf(view, next, left);
      if (cost <= left) {
        left -= cost;
        below.push((last = next));
        moved = true;
      }
    }
    if (first.start > 0) {
      const next = lineAt(view, first.start - 1);
      const cost = rowsOf(view, next, left);
      if (cost <= left) {
        left -= cost;
        above.unshift((first = next));
        moved = true;
      }
    }
  }
  const show = (line: Line) => line.prompt + shown(view, line.start, line.end);
  return {
    beforeCursor: above.map(line => `${show(line)}\n`).join("") + current.prompt + shown(view, current.start, cursor),
    afterCursor:
      shown(view, cursor, current.end) +
      (last.end === text.length && last === current ? suggested(view, current, columns) : "") +
      below.map(line => `\n${show(line)}`).join(""),
  };
}

/** The line in which `at` stands. */
function lineAt({ text, prompt, continuation }: View, at: number): Line {
  const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  const newline = text.indexOf("\n", at);
  return { prompt: start === 0 ? prompt : continuation, start, end: newline < 0 ? text.length : newline };
}

/** Rows that a line takes; more than `room` when it is certain that they are more. */
function rowsOf(view: View, line: Line, room: number): number {
  // Ten code units in a cell is more than any script has: what is that long has no room, and need not be measured.
  if (line.end - line.start > view.columns * (room + 1) * 10) return room + 1;
  return new Layout(view.columns).add(line.prompt).add(printable(view.text.slice(line.start, line.end))).row + 1;
}

function clipLine(view: View, { prompt, start, end }: Line, room: number): Frame {
  const { text, cursor, columns } = view;
  const cells = Math.max(4, columns * room - columns - prompt.length);
  // Wide characters and `^A` take two cells: half the cells always fit.
  const most = Math.floor(cells / 4);
  const before = splitCharacters(text.slice(Math.max(start, cursor - cells), cursor)).slice(-most);
  const after = splitCharacters(text.slice(cursor, Math.min(end, cursor + cells))).slice(0, most);
  const from = cursor - before.join("").length;
  const to = cursor + after.join("").length;
  return {
    beforeCursor: prompt + (from > start ? "…" : "") + shown(view, from, cursor),
    afterCursor: shown(view, cursor, to) + (to < end ? "…" : ""),
  };
}

/** The suggestion, as much of it as fits into the row in which the cursor stands. */
function suggested(view: View, line: Line, columns: number): string {
  const { suggestion = "", paint } = view;
  if (suggestion === "" || !paint) return "";
  const layout = new Layout(columns).add(line.prompt).add(printable(view.text.slice(line.start, line.end)));
  const { row } = layout;
  let fits = "";
  for (const c of splitCharacters(printable(suggestion))) {
    layout.add(c);
    if (layout.row > row || layout.column >= columns) break;
    fits += c;
  }
  return fits === "" ? "" : paint.suggestion(fits);
}

/** A part of the text as it is shown, with its colours. */
function shown({ text, spans, paint }: View, from: number, to: number): string {
  if (!paint || !spans || spans.length === 0 || from === to) return printable(text.slice(from, to));
  let out = "";
  let at = from;
  for (const span of spans) {
    if (span.end <= at) continue;
    if (span.start >= to) break;
    const start = Math.max(span.start, at);
    const end = Math.min(span.end, to);
    out += printable(text.slice(at, start)) + paint[span.style](printable(text.slice(start, end)));
    at = end;
  }
  return out + printable(text.slice(at, to));
}

/** Control characters as they are usually shown, `^A`; tabs as the blanks they are in code. */
function printable(text: string): string {
  return text
    .replaceAll("\t", "  ")
    .replace(/[\x00-\x1f\x7f]/g, c => `^${String.fromCharCode(c.charCodeAt(0) ^ 0x40)}`);
}
