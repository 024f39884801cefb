import { characterWidth, splitCharacters } from "../../../src/shell/terminal/text-width.js";

/**
 * What a terminal would show for what was written to it: enough of a VT100 for line editors, with a scroll-back. Unknown
 * sequences are an error, so that nothing is shown right by luck.
 */
export class TerminalEmulator {
  /** Rows from the oldest of the scroll-back to the last that was touched; a wide character fills two cells. */
  #grid: string[][] = [[]];
  #row = 0;
  #column = 0;
  #rest = "";
  #saved = { row: 0, column: 0 };
  #waiting: { test: () => boolean; resolve: () => void; reject: (error: Error) => void }[] = [];
  #closed = false;

  constructor(
    public columns = 80,
    public rows = 24,
  ) {}

  /** Everything that was written, as it was. */
  written = "";

  write(text: string): void {
    this.written += text;
    let rest = this.#rest + text;
    this.#rest = "";
    while (rest !== "") {
      const at = rest.indexOf("\x1b");
      for (const c of splitCharacters(at < 0 ? rest : rest.slice(0, at))) this.#put(c);
      if (at < 0) break;
      rest = rest.slice(at);
      const m = /^\x1b(?:\[([0-9;?>=]*)([@-~])|\][^\x07]*\x07|[()][A-Z0-9]|[=>78])/.exec(rest);
      if (!m) {
        // The sequence goes on in the next chunk.
        if (rest.length > 40) throw new Error(`unknown sequence ${JSON.stringify(rest.slice(0, 20))}`);
        this.#rest = rest;
        break;
      }
      if (m[0] === "\x1b7") this.#saved = { row: this.#row, column: this.#column };
      else if (m[0] === "\x1b8") ({ row: this.#row, column: this.#column } = this.#saved);
      else if (m[2] !== undefined) this.#control(m[1]!, m[2]);
      rest = rest.slice(m[0].length);
    }
    this.#waiting = this.#waiting.filter(w => {
      if (!w.test()) return true;
      w.resolve();
      return false;
    });
  }

  /** Every row that was ever shown, blanks at the ends of rows left out, and blank rows below the cursor. */
  get text(): string {
    let last = this.#grid.length - 1;
    while (last > this.#row && this.#grid[last]!.join("").trim() === "") last--;
    return this.#grid
      .slice(0, last + 1)
      .map(row =>
        Array.from(row, c => c ?? " ")
          .join("")
          .trimEnd(),
      )
      .join("\n");
  }

  get lines(): string[] {
    return this.text.split("\n");
  }

  /** The row the cursor stands in and its column. */
  get cursor(): { readonly line: string; readonly column: number } {
    return { line: this.lines[this.#row] ?? "", column: this.#column };
  }

  /**
   * Resolves when the screen passes `test`, at once or after a later write. Rejects, with what the screen shows, when the
   * program has gone or four minutes have passed.
   */
  until(test: (screen: this) => boolean): Promise<void> {
    if (test(this)) return Promise.resolve();
    if (this.#closed) return Promise.reject(this.#failure("The program has gone", test));
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(this.#failure("Four minutes have passed", test)), 240_000);
      const settled = () => clearTimeout(late);
      this.#waiting.push({
        test: () => test(this),
        resolve: () => {
          settled();
          resolve();
        },
        reject: error => {
          settled();
          reject(this.#failure(error.message, test));
        },
      });
    });
  }

  /** Nothing more will be written. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("The program has gone"));
  }

  #failure(why: string, test: unknown): Error {
    return new Error(`${why} and the screen does not pass ${String(test)}:\n${this.text}`);
  }

  get #top(): number {
    return Math.max(0, this.#grid.length - this.rows);
  }

  #put(c: string): void {
    if (c === "\n") this.#newline();
    else if (c === "\r\n") {
      this.#column = 0;
      this.#newline();
    } else if (c === "\r") this.#column = 0;
    else if (c === "\b") this.#column = Math.max(0, this.#column - 1);
    else if (c === "\x07") return;
    else if (c === "\t") this.#column = Math.min(this.columns - 1, (Math.floor(this.#column / 8) + 1) * 8);
    else {
      const width = characterWidth(c);
      if (this.#column + width > this.columns) {
        this.#column = 0;
        this.#newline();
      }
      const row = this.#grid[this.#row]!;
      while (row.length < this.#column) row.push(" ");
      row[this.#column] = c;
      for (let i = 1; i < width; i++) row[this.#column + i] = "";
      this.#column += width;
    }
  }

  #newline(): void {
    this.#row++;
    if (this.#row === this.#grid.length) this.#grid.push([]);
  }

  #control(args: string, final: string): void {
    const n = Math.max(1, Number.parseInt(args, 10) || 0);
    if (final === "A") this.#row = Math.max(this.#top, this.#row - n);
    else if (final === "B") this.#row = Math.min(this.#grid.length - 1, this.#row + n);
    else if (final === "C") this.#column = Math.min(this.columns - 1, this.#column + n);
    else if (final === "D") this.#column = Math.max(0, this.#column - n);
    else if (final === "G") this.#column = n - 1;
    else if (final === "H") {
      this.#row = this.#top;
      this.#column = 0;
    } else if (final === "J" && args === "2") for (let i = this.#top; i < this.#grid.length; i++) this.#grid[i] = [];
    else if (final === "J") {
      this.#grid[this.#row]!.length = Math.min(this.#column, this.#grid[this.#row]!.length);
      this.#grid.length = this.#row + 1;
    } else if (final === "K" && args === "2") this.#grid[this.#row] = [];
    else if (final === "K") this.#grid[this.#row]!.length = Math.min(this.#column, this.#grid[this.#row]!.length);
    else if (!"mhln".includes(final)) throw new Error(`unknown sequence ESC [ ${args} ${final}`);
  }
}
