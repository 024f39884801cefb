import { characterWidth, splitCharacters } from "./text-width.js";

/** Where something stands on the screen, counted from the row and column where the text began. */
export interface Position {
  readonly row: number;
  readonly column: number;
}

const ESCAPE = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/;

/**
 * Follows text as a terminal of `columns` lays it out: lines wrap at the right edge, a wide character that does not fit
 * goes to the next row whole, tabs go to multiples of 8.
 *
 * A row that is exactly full stays pending at the edge, as on real terminals: the next character wraps first.
 */
export class Layout {
  row = 0;
  column = 0;

  constructor(readonly columns: number) {}

  get position(): Position {
    return { row: this.row, column: this.column };
  }

  add(text: string): this {
    let rest = text;
    while (rest !== "") {
      const at = rest.indexOf("\x1b");
      this.#plain(at < 0 ? rest : rest.slice(0, at));
      if (at < 0) break;
      rest = rest.slice(at);
      rest = rest.slice(ESCAPE.exec(rest)?.[0].length ?? 1);
    }
    return this;
  }

  #plain(text: string): void {
    for (const c of splitCharacters(text)) {
      if (c === "\n" || c === "\r\n") {
        this.row++;
        this.column = 0;
      } else if (c === "\r") this.column = 0;
      else if (c === "\b") this.column = Math.max(0, this.column - 1);
      else if (c === "\t") this.column = Math.min(this.columns - 1, (Math.floor(this.column / 8) + 1) * 8);
      else {
        const width = characterWidth(c);
        if (width === 0) continue;
        if (this.column + width > this.columns) {
          this.row++;
          this.column = 0;
        }
        this.column += width;
      }
    }
  }
}
