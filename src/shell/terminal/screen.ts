import { stripVTControlCharacters } from "node:util";
import { Layout } from "./layout.js";
import { splitOutput } from "./split-output.js";

/** The terminal as the screen sees it: somewhere to write, and how large it is. */
export interface TerminalPort {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
}

/** What stays at the bottom of the screen: text before and after the cursor, with prompts and colours in it. */
export interface Frame {
  readonly beforeCursor: string;
  readonly afterCursor: string;
}

/** A block of rows that stands above the line being typed and is drawn again in its place: a live table, a progress line. */
export interface Panel {
  /** Panels of a higher rank stand lower, and get their rows first where there are few. */
  readonly rank: number;
  /** When the terminal is given back, the panel stays on it as output. */
  readonly stays: boolean;
  /** Its rows on a screen of so many columns, none of them wider, at most `rows`; none when that is too little for it. */
  lines(columns: number, rows: number): readonly string[];
}

const ERASE_RIGHT = "\x1b[K";
const ERASE_DOWN = "\x1b[J";
/** Of rows below the cursor's own, which is empty. See {@link eraseRows} for why not from there. */
const ERASE_BELOW = "\x1b7\x1b[B\x1b[J\x1b8";
const PLAIN = "\x1b[0m";
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/** Characters that are kept while another program has the terminal. */
const MOST_HELD = 1 << 20;
/** Of a line without end that was written already, so many characters are kept to be drawn again: no screen shows more. */
const MOST_UNFINISHED = 1 << 16;

/** The live part as it stands on the terminal, from its first row. */
interface Drawn {
  readonly columns: number;
  readonly beforeCursor: string;
  readonly afterCursor: string;
}

/**
 * The one place that writes to the terminal while a prompt is up. Output of any origin is printed above the live part, which
 * is the panels and the line being typed: the live part is taken away, the output printed, the live part drawn again, all in
 * one write.
 *
 * Output that does not end in a newline stands on a row of its own above the live part, and what follows continues it.
 */
export class Screen {
  #frame: Frame | undefined;
  #panels: readonly Panel[] = [];
  #drawn: Drawn | undefined;
  #unfinished = "";
  /** What was printed may have left the terminal in a colour. */
  #coloured = false;
  #queue = "";
  /** A panel has changed since it was drawn. */
  #changed = false;
  #scheduled = false;
  #held = false;

  constructor(readonly port: TerminalPort) {}

  /** Draws the frame, or in its place the one that stood there before. */
  show(frame: Frame): void {
    this.#frame = frame;
    this.flush();
    this.port.write(HIDE_CURSOR + this.#erase() + this.#draw() + SHOW_CURSOR);
  }

  /**
   * Ends the frame: what it shows stays on the screen as it is, and the cursor goes to the row below it. Output is
   * passed through from now on.
   */
  leave(finalFrame?: Frame): void {
    if (finalFrame) this.show(finalFrame);
    this.flush();
    const frame = this.#frame;
    if (!frame) return;
    const whole = `${this.#above}${frame.beforeCursor}${frame.afterCursor}\n`;
    this.#frame = undefined;
    this.port.write(`${this.#erase()}${whole.replace(/\r?\n/g, "\r\n")}`);
    this.#unfinished = "";
    this.#schedule();
  }

  /** Takes the frame away without a trace. Of the panels stays what is meant to stay. */
  clear(): void {
    this.flush();
    for (const panel of this.#panels) this.drop(panel, panel.stays);
    this.flush();
    const erase = this.#drawn ? this.#erase() : "";
    this.#frame = undefined;
    if (erase) this.port.write(erase + this.#unfinished);
  }

  /** Empties the whole terminal and draws the live part at its top. */
  wipe(): void {
    this.flush();
    this.#drawn = undefined;
    this.#unfinished = "";
    this.port.write(`\x1b[2J\x1b[H${this.#draw()}`);
  }

  /** Draws again for a terminal whose size has changed, on the premise that it has re-wrapped what it shows. */
  resize(): void {
    if (!this.#drawn) return;
    this.#drawn = { ...this.#drawn, columns: this.port.columns };
    // Not every terminal wraps again: what is left of the old rows stands below.
    this.port.write(`${this.#erase()}${ERASE_BELOW}${this.#draw()}`);
  }

  /** Puts a panel up, or draws it again after it has changed. */
  raise(panel: Panel): void {
    if (!this.#panels.includes(panel)) {
      this.#panels = [...this.#panels, panel].sort((a, b) => a.rank - b.rank);
    }
    this.#changed = true;
    this.#schedule();
  }

  /** Takes a panel away; `keep` leaves on the screen what it shows, as output. */
  drop(panel: Panel, keep = false): void {
    if (!this.#panels.includes(panel)) return;
    this.#panels = this.#panels.filter(p => p !== panel);
    this.#changed = true;
    if (keep) {
      const lines = panel.lines(this.port.columns, this.port.rows);
      const text = lines.map(line => `${line}\r\n`).join("");
      this.print(text === "" || this.atLineStart ? text : `\r\n${text}`);
    }
    this.#schedule();
  }

  /** Prints output of the program, of whatever stream: above the live part when one is up. */
  print(text: string): void {
    if (text === "") return;
    if (this.#held) {
      this.#queue = (this.#queue + text).slice(-MOST_HELD);
      return;
    }
    if (!this.#frame) {
      // What runs may block this thread: its output is written at once, and the panels come back when it pauses.
      const erase = this.#drawn ? this.#erase() + this.#unfinished : "";
      this.#unfinished = splitOutput(this.#unfinished + text).unfinished.slice(-MOST_UNFINISHED);
      this.#coloured ||= text.includes("\x1b");
      this.port.write(erase + text);
      if (this.#panels.length > 0) this.#schedule();
      return;
    }
    // What one turn of the event loop prints (a batch of a stream) is drawn once.
    this.#queue += text;
    this.#schedule();
  }

  /**
   * Keeps what is printed until the returned function is called: another program has the terminal. Of very much the end is
   * kept.
   */
  hold(): () => void {
    this.flush();
    if (this.#drawn && !this.#frame) this.port.write(this.#erase() + this.#unfinished);
    this.#held = true;
    return () => {
      this.#held = false;
      const text = this.#queue;
      this.#queue = "";
      this.print(text);
      if (this.#panels.length > 0) this.#schedule();
    };
  }

  /** Draws what `print` has collected, and panels that have changed. */
  flush(): void {
    this.#scheduled = false;
    if (this.#held) return;
    if (this.#queue === "") {
      if (!this.#changed && (this.#drawn || this.#panels.length === 0)) return;
      this.port.write(HIDE_CURSOR + this.#erase() + this.#draw() + SHOW_CURSOR);
      return;
    }
    let { finished, unfinished } = splitOutput(this.#unfinished + this.#queue);
    this.#queue = "";
    if (this.#tooTall(unfinished)) {
      finished += `${unfinished}\n`;
      unfinished = "";
    }
    const erase = this.#erase();
    this.#unfinished = unfinished;
    this.#coloured ||= finished.includes("\x1b");
    this.port.write(HIDE_CURSOR + erase + finished.replace(/\r?\n/g, "\r\n") + this.#draw() + SHOW_CURSOR);
  }

  /** Whether the cursor is at the beginning of a row, as far as what was printed through here tells. */
  get atLineStart(): boolean {
    const { unfinished } = splitOutput(this.#unfinished + this.#queue);
    return stripVTControlCharacters(unfinished) === "";
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const flush = () => {
      if (this.#scheduled) this.flush();
    };
    if (this.#frame) queueMicrotask(flush);
    else setImmediate(flush);
  }

  /** A line without end may not push the live part off the screen: it is broken at half of it. */
  #tooTall(line: string): boolean {
    return new Layout(this.port.columns).add(line).row >= this.port.rows / 2;
  }

  #erase(): string {
    const drawn = this.#drawn;
    this.#drawn = undefined;
    if (!drawn) {
      // Nothing of ours is up, but an unfinished line may be: it is drawn again together with the live part.
      if (this.#unfinished === "") return "";
      if (this.#tooTall(this.#unfinished)) {
        this.#unfinished = "";
        return "\r\n";
      }
      const { row } = new Layout(this.port.columns).add(this.#unfinished);
      return eraseRows(row, row);
    }
    const layout = new Layout(drawn.columns).add(drawn.beforeCursor);
    const { row } = cursorAfter(layout, drawn.afterCursor);
    layout.add(drawn.afterCursor);
    return eraseRows(row, layout.column >= drawn.columns ? layout.row + 1 : layout.row);
  }

  /** What stands above panels and frame of the live part: the unfinished line. */
  get #above(): string {
    if (this.#unfinished === "") return "";
    return `${this.#unfinished}${this.#unfinished.includes("\x1b") ? PLAIN : ""}\n`;
  }

  #draw(): string {
    this.#changed = false;
    const frame = this.#frame;
    const panels = this.#panelText();
    if (!frame && panels === "") return this.#unfinished;
    const columns = this.port.columns;
    const plain = this.#coloured ? PLAIN : "";
    this.#coloured = false;
    const beforeCursor = plain + this.#above + panels + (frame?.beforeCursor ?? "");
    const afterCursor = frame?.afterCursor ?? "";
    this.#drawn = { columns, beforeCursor, afterCursor };
    const layout = new Layout(columns).add(beforeCursor);
    const cursor = cursorAfter(layout, afterCursor);
    layout.add(afterCursor);
    let out = (beforeCursor + afterCursor).replace(/\r?\n/g, "\r\n");
    let endRow = layout.row;
    // A full last row leaves the terminal's cursor pending at the edge: only a new row puts it where we say it is.
    if (layout.column >= columns) {
      out += "\r\n";
      endRow++;
    }
    return `${out}${up(endRow - cursor.row)}\r${cursor.column > 0 ? `\x1b[${cursor.column}C` : ""}`;
  }

  /** The rows of the panels for which there is room beside the frame, each with its end. */
  #panelText(): string {
    if (this.#panels.length === 0) return "";
    const { columns, rows } = this.port;
    const frame = this.#frame ? this.#frame.beforeCursor + this.#frame.afterCursor : "";
    // One row more: a frame whose last row is full takes the next.
    let room = rows - 2 - new Layout(columns).add(this.#above + frame).row;
    let text = "";
    for (const panel of this.#panels.toReversed()) {
      const lines = room > 0 ? panel.lines(columns, room).slice(0, room) : [];
      room -= lines.length;
      text = lines.map(line => `${line}\n`).join("") + text;
    }
    return text;
  }
}

/**
 * Erases `last + 1` rows from the one `row` rows above the cursor, where the cursor goes. Never everything from the top left corner
 * at once: tmux takes that for an emptied screen, and keeps what stood there in its scroll-back with each key.
 */
function eraseRows(row: number, last: number): string {
  return `${up(row)}\r${ERASE_RIGHT}${last > 0 ? `\x1b[B${ERASE_DOWN}\x1b[A` : ""}`;
}

function up(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}

/** Where the cursor stands after `head`: at the next row when the row is full and what follows goes on there. */
function cursorAfter(head: Layout, after: string): { row: number; column: number } {
  if (head.column < head.columns || after.startsWith("\n")) {
    return { row: head.row, column: Math.min(head.column, head.columns - 1) };
  }
  return { row: head.row + 1, column: 0 };
}
