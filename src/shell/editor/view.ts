import { Layout } from "../terminal/layout.js";
import type { Frame } from "../terminal/screen.js";
import { splitCharacters } from "../terminal/text-width.js";

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
}

interface Line {
  readonly prompt: string;
  readonly text: string;
}

/**
 * The frame of a view. An input that is higher than the screen shows the lines around the cursor; a line that alone is
 * larger than the screen shows its part around the cursor, between ellipses.
 */
export function renderView(view: View): Frame {
  const texts = view.text.split("\n");
  const cursorLine = view.text.slice(0, view.cursor).split("\n").length - 1;
  const cursorColumn = view.cursor - (view.text.lastIndexOf("\n", view.cursor - 1) + 1);
  const room = Math.max(1, view.rows - 1);
  const line = (i: number): Line => ({ prompt: i === 0 ? view.prompt : view.continuation, text: printable(texts[i]!) });

  const current = line(cursorLine);
  const head = printable(texts[cursorLine]!.slice(0, cursorColumn));
  const used = rowsOf(current, view.columns);
  if (used > room) return clipLine(current, head, view.columns, room);

  // Lines above and below the cursor's, as many as fit, evenly.
  let first = cursorLine;
  let last = cursorLine;
  let left = room - used;
  for (let moved = true; moved; ) {
    moved = false;
    for (const next of [last + 1, first - 1]) {
      if (next < 0 || next >= texts.length) continue;
      const cost = rowsOf(line(next), view.columns);
      if (cost > left) continue;
      left -= cost;
      if (next > last) last = next;
      else first = next;
      moved = true;
    }
  }
  const full = (i: number) => line(i).prompt + line(i).text;
  const above = Array.from({ length: cursorLine - first }, (_, i) => `${full(first + i)}\n`).join("");
  const below = Array.from({ length: last - cursorLine }, (_, i) => `\n${full(cursorLine + 1 + i)}`).join("");
  return {
    beforeCursor: above + current.prompt + head,
    afterCursor: current.text.slice(head.length) + below,
  };
}

function rowsOf(line: Line, columns: number): number {
  return new Layout(columns).add(line.prompt).add(line.text).row + 1;
}

function clipLine(line: Line, head: string, columns: number, room: number): Frame {
  const cells = Math.max(4, columns * room - columns - line.prompt.length);
  // Wide characters take two cells: half the cells always fit.
  const before = splitCharacters(head.slice(-cells)).slice(-Math.floor(cells / 4));
  const after = splitCharacters(line.text.slice(head.length, head.length + cells)).slice(0, Math.floor(cells / 4));
  const cutLeft = before.join("").length < head.length ? "…" : "";
  const cutRight = after.join("").length < line.text.length - head.length ? "…" : "";
  return {
    beforeCursor: line.prompt + cutLeft + before.join(""),
    afterCursor: after.join("") + cutRight,
  };
}

/** Control characters as they are usually shown, `^A`; tabs as the blanks they are in code. */
function printable(text: string): string {
  return text
    .replaceAll("\t", "  ")
    .replace(/[\x00-\x1f\x7f]/g, c => `^${String.fromCharCode(c.charCodeAt(0) ^ 0x40)}`);
}
