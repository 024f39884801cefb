import { lineOf } from "../cells/place.js";
import { decodeMappings, type Mapping, originOf } from "../cells/source-map.js";

interface CellSource {
  readonly map: string;
  /** What was typed. */
  readonly source: string;
  mappings?: readonly Mapping[];
  /** Characters that stand before the cell's own text in the first line of what V8 runs. */
  readonly wrapper: number;
  readonly origin: string;
  readonly lineOffset: number;
}

/** File name of the script that starts cells. */
export const RUNNER_FILE = "node:tspark";

/** File names of cells in V8's stacks: `cell_3.ts`. */
const CELL_PLACE = /(?:file:\/\/)?(?:[^\s()]*\/)?(cell_\d+)\.ts:(\d+):(\d+)/g;

/** Knows where the emitted text of every cell came from, so that stacks speak of what was typed. */
export class CellSources {
  readonly #cells = new Map<string, CellSource>();

  register(id: string, source: CellSource): void {
    this.#cells.set(id, source);
  }

  /** Replaces places in emitted cells (`cell_3.ts:1:40`) by the user's own (`<console>:1:7`). */
  mapText(text: string): string {
    return text.replace(CELL_PLACE, (place, id: string, line: string, column: string) => {
      const cell = this.#cells.get(id);
      if (cell === undefined) return place;
      cell.mappings ??= decodeMappings(cell.map);
      const row = Number(line) - 1;
      const shift = row === 0 ? cell.wrapper : 0;
      const found = originOf(cell.mappings, row, Number(column) - 1 - shift);
      if (found === undefined) return `${cell.origin}:${cell.lineOffset + 1}:1`;
      const at = callee(lineOf(cell.source, found.sourceLine + 1), found.sourceColumn);
      return `${cell.origin}:${found.sourceLine + 1 + cell.lineOffset}:${at + 1}`;
    });
  }
}

/**
 * A call of a name of another cell is emitted as `(0, cell_1.f)()`, whose place is that of the parenthesis; what was typed
 * is a call of `f`, whose place is that of the name.
 */
function callee(line: string, column: number): number {
  if (line[column] !== "(") return column;
  return column - /[\w$]*$/.exec(line.slice(0, column))![0].length;
}

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

/**
 * Makes `error.stack` speak of what was typed, also where the user prints it and where the engine notes the place of a
 * call. Keeps whatever other formatter is installed before. Returns what undoes it.
 */
export function mapStacks(sources: CellSources): () => void {
  const before = Error.prepareStackTrace;
  const prepare: Prepare = (error, frames) => {
    const shown = withoutShell(frames);
    const text = before ? String(before(error, shown)) : plainStack(error, shown);
    return sources.mapText(text);
  };
  Error.prepareStackTrace = prepare;
  return () => {
    if (Error.prepareStackTrace === prepare) Error.prepareStackTrace = before;
  };
}

/** The folder of the shell's own code, or the bundle it is in. */
const SHELL = import.meta.url.replace(/(\/src\/shell\/).*$/, "$1");

/** Below a cell stands what runs cells: it says nothing to anybody. */
function withoutShell(frames: readonly NodeJS.CallSite[]): NodeJS.CallSite[] {
  const fileOf = (frame: NodeJS.CallSite) => frame.getFileName() ?? "";
  let cell = frames.length - 1;
  while (cell >= 0 && !/(?:^|\/)cell_\d+\.ts$/.test(fileOf(frames[cell]!))) cell--;
  if (cell < 0) return [...frames];
  const isShell = (frame: NodeJS.CallSite) => fileOf(frame) === RUNNER_FILE || fileOf(frame).startsWith(SHELL);
  const from = frames.findIndex((frame, i) => i > cell && isShell(frame));
  return from < 0 ? [...frames] : frames.slice(0, from);
}

/** What V8 makes of a stack by itself. */
function plainStack(error: Error, frames: readonly NodeJS.CallSite[]): string {
  let head: string;
  try {
    head = Error.prototype.toString.call(error);
  } catch {
    head = "Error";
  }
  return [head, ...frames.map(frame => `    at ${frame}`)].join("\n");
}
