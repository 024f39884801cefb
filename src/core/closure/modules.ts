/** Where the emitted text of a function begins: in `file`, at a line and column counted from 0. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A module of user code as it was emitted: a cell of the shell, a `.ts` file. */
export interface EmittedModule {
  /** The JavaScript exactly as V8 runs it (with any wrapper), so that its lines and columns are those in stacks. */
  readonly text: string;
  /** The file name it was run under, as it stands in stacks. */
  readonly file: string;
  /** The path from which its imports are resolved; default `file`. Need not exist (`<working directory>/cell.ts`). */
  readonly base?: string;
}

const modules = new Map<string, EmittedModule>();
let epoch = 0;

/** Counts the modules that were emitted anew under a key: places found before may have moved. */
export const moduleEpoch = (): number => epoch;

/**
 * Remembers the emitted text of a module, under the key that the transformer put into its marks, so that shipped functions
 * keep their place and their imports resolve.
 */
export function registerModule(key: string, module: EmittedModule): void {
  if (modules.has(key)) epoch++;
  modules.set(key, module);
}

/** The module of that key. */
export function moduleOf(key: string): EmittedModule | undefined {
  return modules.get(key);
}

/** The key in a mark's id: `cell_3` of `cell_3#7`. */
export const keyOf = (id: string): string => id.slice(0, id.lastIndexOf("#"));

/** From where the imports of a module are resolved; an unregistered key is taken for the file's own path. */
export const baseOf = (key: string): string => modules.get(key)?.base ?? modules.get(key)?.file ?? key;

/**
 * Where the text of a marked function stands in its module: next to the marking call with that id, in front of it or
 * behind it. Line 0 of the file named by the key where the text is not known.
 */
export function placeOf(id: string, source: string, after: boolean): Place {
  const key = keyOf(id);
  const module = modules.get(key);
  if (module === undefined) return { file: key, line: 0, column: 0 };
  const { text, file } = module;
  const call = text.indexOf(JSON.stringify(id));
  let at = -1;
  if (call >= 0) at = after ? text.lastIndexOf(source, call) : text.indexOf(source, call);
  if (at < 0) at = text.indexOf(source);
  if (at < 0) return { file, line: 0, column: 0 };
  let line = 0;
  for (let i = text.indexOf("\n"); i >= 0 && i < at; i = text.indexOf("\n", i + 1)) line++;
  return { file, line, column: at - (text.lastIndexOf("\n", at - 1) + 1) };
}
