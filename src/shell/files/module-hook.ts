import { createRequire, Module } from "node:module";
import path from "node:path";
import { importTarget } from "./import-target.js";

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
    // Whatever the project maps them to, these names are the running shell's: that of tspark itself maps them to its sources.
    const isOwn = request === "tspark" || request.startsWith("tspark/");
    const from = (parent as { readonly filename?: string | null } | undefined)?.filename;
    // As to TypeScript: a path means itself, and packages know nothing of the project.
    const isMapped = !isOwn && !/^(?:\.{0,2}\/|node:)/.test(request) && !/[\\/]node_modules[\\/]/.test(from ?? "");
    for (const candidate of isMapped ? candidates(request) : []) {
      try {
        return resolve.call(this, candidate, parent, isMain, options);
      } catch {
        // The next one, and at last the name as it is.
      }
    }
    try {
      return resolve.call(this, request, parent, isMain, options);
    } catch (error) {
      // Files are translated to `require`: a package that can only be imported is found all the same.
      const target = from ? importTarget(request, path.dirname(from)) : undefined;
      if (target === undefined) throw error;
      return target;
    }
  };
  return () => {
    loader._load = load;
    loader._resolveFilename = resolve;
  };
}
