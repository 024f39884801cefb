import { createRequire, Module } from "node:module";

/** Node's loader of CommonJS modules, as far as it is used here. */
interface Loader {
  _load(request: string, parent: unknown, isMain: boolean): unknown;
  _resolveFilename(request: string, parent: unknown, isMain: boolean, options?: unknown): string;
}

/**
 * Makes `require("tspark")` of the user's files the running instance, and names of the project's `paths` the files they
 * mean. Returns what undoes it.
 *
 * @param api the exports of `tspark`
 * @param candidates files that a name may mean by the project's `paths`
 */
export function hookModules(api: object, candidates: (specifier: string) => readonly string[]): () => void {
  const loader = Module as unknown as Loader;
  const own = createRequire(import.meta.url);
  const { _load: load, _resolveFilename: resolve } = loader;
  loader._load = function (this: Loader, request, parent, isMain) {
    if (request === "tspark") return api;
    if (request.startsWith("tspark/") && !request.endsWith(".json"))
      return load.call(this, own.resolve(request), parent, isMain);
    return load.call(this, request, parent, isMain);
  };
  loader._resolveFilename = function (this: Loader, request, parent, isMain, options) {
    for (const candidate of candidates(request)) {
      try {
        return resolve.call(this, candidate, parent, isMain, options);
      } catch {
        // The next one, and at last the name as it is.
      }
    }
    return resolve.call(this, request, parent, isMain, options);
  };
  return () => {
    loader._load = load;
    loader._resolveFilename = resolve;
  };
}
