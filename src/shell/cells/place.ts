/** A place in a text: 1-based line and column. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The place of `offset` in `text`. */
export function placeOf(text: string, offset: number): Place {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", start)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/** The text of the 1-based `line`, without its end. */
export function lineOf(text: string, line: number): string {
  return text.split("\n")[line - 1]?.replace(/\r$/, "") ?? "";
}
