import { decodeMappings, type Mapping, originOf } from "../cells/source-map.js";

interface CellSource {
  readonly map: string;
  mappings?: readonly Mapping[];
  /** Characters that stand before the cell's own text in the first line of what V8 runs. */
  readonly wrapper: number;
  readonly origin: string;
  readonly lineOffset: number;
}

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
      return `${cell.origin}:${found.sourceLine + 1 + cell.lineOffset}:${found.sourceColumn + 1}`;
    });
  }
}

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

/**
 * Makes `error.stack` speak of what was typed, also where the user prints it and where the engine notes the place of a
 * call. Keeps whatever other formatter is installed before. Returns what undoes it.
 */
export function mapStacks(sources: CellSources): () => void {
  const before = Error.prepareStackTrace;
  const prepare: Prepare = (error, frames) => {
    const text = before ? String(before(error, frames)) : plainStack(error, frames);
    return sources.mapText(text);
  };
  Error.prepareStackTrace = prepare;
  return () => {
    if (Error.prepareStackTrace === prepare) Error.prepareStackTrace = before;
  };
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
