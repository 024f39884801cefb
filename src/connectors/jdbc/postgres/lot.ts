import type { Shape } from "./row-shape.js";

/** Rows with the same columns on their way to the table. */
export class Lot {
  /** Lines that no COPY has been given. */
  text = "";
  /** Which row the lines are, from the first of the COPY that takes them: most often rows one after the other. */
  #runs: { readonly line: number; readonly row: number }[] = [];
  #lines = 0;

  constructor(readonly shape: Shape) {}

  /** The lines that come now are those of another COPY. */
  begin(): void {
    this.#runs = [];
    this.#lines = 0;
  }

  add(line: string, row: number): void {
    this.text += line;
    this.#lines++;
    const last = this.#runs.at(-1);
    if (last === undefined || row - last.row !== this.#lines - last.line) this.#runs.push({ line: this.#lines, row });
  }

  /** The row of a line of the COPY, counted from 1. */
  rowOf(line: number): number {
    const run = this.#runs.findLast(each => each.line <= line)!;
    return run.row + line - run.line;
  }
}
