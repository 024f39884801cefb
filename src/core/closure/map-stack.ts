/** A place in a source, counted from 1 as in stacks. */
export interface SourcePosition {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** Where something in an emitted text (line and column from 1) comes from; `undefined` where nothing is known of it. */
export type PositionLookup = (line: number, column: number) => SourcePosition | undefined;

// `at f (cell_3.ts:1:2)`, `at /dir/user.ts:1:2`, `at async f (file:///dir/user.ts:1:2)`
const FRAME = /^(\s+at (?:async )?(?:.*? \()?)((?:file:\/\/)?[^()\s][^()]*?):(\d+):(\d+)(\)?)$/;

/**
 * Rewrites the frames of a stack from emitted text to the user's own source: of a stack from this thread, or of one that
 * came from a worker, where loaded closures stand at the places of the emitted text.
 *
 * @param lookup gives the positions of a file as it stands in the stack, or `undefined` for one that was not emitted
 *
 * @example
 * // The frame stood in the fourth line of what was typed.
 * const lookup = (file: string) => (file === "cell_1.js" ? () => ({ source: "<console>", line: 4, column: 3 }) : undefined);
 * mapStack("Error: boom\n    at f (cell_1.js:9:7)", lookup); // "Error: boom\n    at f (<console>:4:3)"
 */
export function mapStack(stack: string, lookup: (file: string) => PositionLookup | undefined): string {
  return stack
    .split("\n")
    .map(line => {
      const frame = FRAME.exec(line);
      if (frame === null) return line;
      const [, head, file, at, column, tail] = frame as unknown as [string, string, string, string, string, string];
      const position = lookup(file)?.(Number(at), Number(column));
      return position === undefined ? line : `${head}${position.source}:${position.line}:${position.column}${tail}`;
    })
    .join("\n");
}
