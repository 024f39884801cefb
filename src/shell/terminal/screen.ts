import { Layout } from "./layout.js";

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

const ERASE_DOWN = "\x1b[J";
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/** Characters that are kept while another program has the terminal. */
const MOST_HELD = 1 << 20;

/** Rows of the live part, counted from its first row, as it stands on the terminal. */
interface Drawn {
  readonly columns: number;
  readonly frame: Frame;
  /** The unfinished line of output which stands above the frame. */
  readonly unfinished: string;
}

/**
 * The one place that writes to the terminal while a prompt is up. Output of any origin is printed above the line being
 * typed: the line is taken away, the output printed, the line drawn again, all in one write.
 *
 * Output that does not end in a newline stands on a row of its own above the prompt, and what follows continues it.
 */
export class Screen {
  #frame: Frame | undefined;
  #drawn: Drawn | undefined;
  #unfinished = "";
  #queue = "";
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
    if (!this.#frame) return;
    const whole = { beforeCursor: this.#frame.beforeCursor + this.#frame.afterCursor, afterCursor: "" };
    this.#frame = whole;
    this.port.write(`${this.#erase()}${this.#draw()}\r\n`);
    this.#frame = this.#drawn = undefined;
    this.#unfinished = "";
  }

  /** Takes the frame away without a trace. */
  clear(): void {
    this.flush();
    const erase = this.#erase();
    this.#frame = undefined;
    if (erase) this.port.write(erase + this.#unfinished);
  }

  /** Empties the whole terminal and draws the frame at its top. */
  wipe(): void {
    this.flush();
    this.#drawn = undefined;
    this.#unfinished = "";
    this.port.write(`\x1b[2J\x1b[H${this.#draw()}`);
  }

  /** Draws again for a terminal whose size has changed, on the premise that it has re-wrapped what it shows. */
  resize(): void {
    if (!this.#frame || !this.#drawn) return;
    this.#drawn = { ...this.#drawn, columns: this.port.columns };
    this.port.write(this.#erase() + this.#draw());
  }

  /** Prints output of the program, of whatever stream: above the frame when one is up. */
  print(text: string): void {
    if (text === "") return;
    if (this.#held) {
      this.#queue = (this.#queue + text).slice(-MOST_HELD);
      return;
    }
    if (!this.#frame) {
      this.#unfinished = unfinishedPart(this.#unfinished + text);
      this.port.write(text);
      return;
    }
    // What one turn of the event loop prints (a batch of a stream) is drawn once.
    this.#queue += text;
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.flush());
  }

  /**
   * Keeps what is printed until the returned function is called: another program has the terminal. Of very much the end is
   * kept.
   */
  hold(): () => void {
    this.flush();
    this.#held = true;
    return () => {
      this.#held = false;
      const text = this.#queue;
      this.#queue = "";
      this.print(text);
    };
  }

  /** Draws what `print` has collected. */
  flush(): void {
    if (this.#held) return;
    this.#scheduled = false;
    if (this.#queue === "") return;
    const text = this.#unfinished + this.#queue;
    this.#queue = "";
    let unfinished = unfinishedPart(text);
    let finished = text.slice(0, text.length - unfinished.length);
    // A line without end may not push the prompt off the screen: it is broken at half of it.
    if (new Layout(this.port.columns).add(unfinished).row >= this.port.rows / 2) {
      finished += `${unfinished}\n`;
      unfinished = "";
    }
    const erase = this.#erase();
    this.#unfinished = collapse(unfinished);
    this.port.write(HIDE_CURSOR + erase + finished.replace(/\r?\n/g, "\r\n") + this.#draw() + SHOW_CURSOR);
  }

  /** Whether the cursor is at the beginning of a row, as far as what was printed through here tells. */
  get atLineStart(): boolean {
    return this.#unfinished === "";
  }

  #erase(): string {
    const drawn = this.#drawn;
    this.#drawn = undefined;
    if (!drawn) {
      // Nothing of ours is up, but an unfinished line may be: it is drawn again together with the frame.
      const rows = new Layout(this.port.columns).add(this.#unfinished).row;
      return this.#unfinished === "" ? "" : `${up(rows)}\r${ERASE_DOWN}`;
    }
    const head = new Layout(drawn.columns);
    if (drawn.unfinished !== "") head.add(`${drawn.unfinished}\n`);
    head.add(drawn.frame.beforeCursor);
    return `${up(cursorAfter(head, drawn.frame.afterCursor).row)}\r${ERASE_DOWN}`;
  }

  #draw(): string {
    const frame = this.#frame;
    if (!frame) return this.#unfinished;
    const columns = this.port.columns;
    this.#drawn = { columns, frame, unfinished: this.#unfinished };
    const above = this.#unfinished === "" ? "" : `${this.#unfinished}\n`;
    const layout = new Layout(columns).add(above).add(frame.beforeCursor);
    const cursor = cursorAfter(layout, frame.afterCursor);
    layout.add(frame.afterCursor);
    let out = (above + frame.beforeCursor + frame.afterCursor).replace(/\r?\n/g, "\r\n");
    let endRow = layout.row;
    // A full last row leaves the terminal's cursor pending at the edge: only a new row puts it where we say it is.
    if (layout.column >= columns) {
      out += "\r\n";
      endRow++;
    }
    return `${out}${up(endRow - cursor.row)}\r${cursor.column > 0 ? `\x1b[${cursor.column}C` : ""}`;
  }
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

/** The last line of `text`, when it has no end yet. */
function unfinishedPart(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}

/** Of a line that is written over with carriage returns, the last state. */
function collapse(line: string): string {
  const parts = line.split("\r");
  const last = parts.pop()!;
  return last === "" && parts.length > 0 ? `${parts.pop()}\r` : last;
}
