import { constants, Script } from "node:vm";
import { LruMap } from "./lru-map.js";
import { HELPERS } from "./mark.js";
import { baseOf } from "./modules.js";

type Import = (specifier: unknown, options?: unknown) => Promise<unknown>;

const importers = new LruMap<string, Import>(256);
let primed = false;

/** What lets `import()` in a script's text go to Node's own loader, which resolves from the script's file name. */
export function mainLoader(): never {
  if (!primed) {
    primed = true;
    // Node warns at the first use that this is experimental; the user of a closure can do nothing about it
    const { emitWarning } = process;
    process.emitWarning = () => {};
    try {
      void makeImporter(import.meta.url)("node:path");
    } finally {
      process.emitWarning = emitWarning;
    }
  }
  return constants.USE_MAIN_CONTEXT_DEFAULT_LOADER as never;
}

const makeImporter = (base: string): Import =>
  new Script("(s,o)=>o===undefined?import(s):import(s,o)", {
    filename: base,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER as never,
  }).runInThisContext() as Import;

/**
 * Node's own `import(specifier)` as if it stood in the file `base`: for texts that are emitted as CommonJS and do not run
 * from a file, and for closures of such texts elsewhere.
 */
export function importFrom(base: string, specifier: unknown, options?: unknown): Promise<unknown> {
  mainLoader();
  const importer = importers.get(base) ?? makeImporter(base);
  importers.set(base, importer);
  return importer(specifier, options);
}

Object.assign(globalThis, {
  [HELPERS.import]: (key: string, specifier: unknown, options?: unknown) => importFrom(baseOf(key), specifier, options),
});
