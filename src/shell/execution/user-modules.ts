import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { importFrom } from "../../core/closure/import-from.js";
import { isForeign, noteModule } from "../../core/closure/imports.js";

/** `require` said that the module can only be imported. */
const IMPORT_ONLY = new Set(["ERR_REQUIRE_ESM", "ERR_REQUIRE_ASYNC_MODULE", "ERR_PACKAGE_PATH_NOT_EXPORTED"]);

/**
 * Modules as the user's cells see them: `tspark` is the running instance, packages and relative paths are found from the
 * user's folder, ES modules come by `require` where Node can and by `import` where it cannot.
 */
export class UserModules {
  readonly require: NodeJS.Require;
  readonly #own = createRequire(import.meta.url);
  readonly #imported = new Map<string, unknown>();
  readonly #api: object;

  /**
   * @param api the exports of `tspark`
   * @param loadFile loads one of the user's own `.ts` files, and of their ES modules
   */
  constructor(
    api: object,
    private readonly directory: string,
    private readonly loadFile: (file: string) => Promise<unknown>,
  ) {
    this.#api = Object.defineProperties({}, Object.getOwnPropertyDescriptors(api));
    this.require = createRequire(path.join(directory, "<console>"));
  }

  /** The same for a file in another folder. */
  from(directory: string): UserModules {
    return directory === this.directory ? this : new UserModules(this.#api, directory, this.loadFile);
  }

  /** Loads what a cell imports, before it runs. */
  async preload(specifiers: readonly string[]): Promise<void> {
    for (const specifier of specifiers) {
      if (this.#isOwn(specifier) || this.#imported.has(specifier)) continue;
      const found = this.#resolve(specifier);
      let exports: unknown;
      try {
        exports = isTranslated(found) ? await this.loadFile(found) : this.require(found);
      } catch (error) {
        // What asks for it fails by itself, at the user's own place.
        if (!isTranslated(found) && cannotBegin(error)) continue;
        if (!isImportOnly(error)) throw error;
        exports = asCommonJs(await this.#import(specifier));
        this.#imported.set(specifier, exports);
      }
      // What a package gives travels by its name, also when a later input uses it.
      const base = path.join(this.directory, "console.js");
      if (!isBuiltin(specifier) && isForeign(specifier, base)) noteModule(specifier, base, exports);
    }
  }

  /** `require` of a cell. */
  get(specifier: string): unknown {
    if (specifier === "tspark") return this.#api;
    if (this.#isOwn(specifier)) return this.#own(specifier);
    const { stackTraceLimit } = Error;
    // Node's own way to where it throws takes up all of the usual ten, and the user's line would be missing.
    Error.stackTraceLimit = stackTraceLimit + 15;
    try {
      return this.#imported.get(specifier) ?? this.require(this.#resolve(specifier));
    } catch (error) {
      throw withoutRequireStack(error);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  /** `import()` of a cell. */
  async import(specifier: string, options?: ImportCallOptions): Promise<unknown> {
    if (specifier === "tspark") return this.#api;
    if (this.#isOwn(specifier)) return this.#own(specifier);
    const found = this.#resolve(specifier);
    if (isTranslated(found)) return this.loadFile(found);
    if (/\.json$/.test(found) && options === undefined) return { default: this.require(found) };
    return this.#import(specifier, options);
  }

  #isOwn(specifier: string): boolean {
    return specifier === "tspark" || specifier.startsWith("tspark/");
  }

  /** A path as TypeScript means it: `./helper`, and `./helper.js`, may be `helper.ts`. */
  #resolve(specifier: string): string {
    if (!/^\.{0,2}\//.test(specifier) && !path.isAbsolute(specifier)) return specifier;
    const base = path.resolve(this.directory, specifier);
    const stem = base.replace(/\.([cm]?)js$/, ".$1ts");
    for (const candidate of [
      base,
      ...(stem === base ? [] : [stem]),
      `${base}.ts`,
      `${base}.tsx`,
      path.join(base, "index.ts"),
    ]) {
      try {
        return this.require.resolve(candidate);
      } catch {
        // The next candidate.
      }
    }
    return specifier;
  }

  #importable(specifier: string): string {
    const found = this.#resolve(specifier);
    return path.isAbsolute(found) ? pathToFileURL(found).href : found;
  }

  /** `import()` as if it stood in the user's folder. */
  #import(specifier: string, options?: ImportCallOptions): Promise<unknown> {
    return importFrom(path.join(this.directory, "console.js"), this.#importable(specifier), options);
  }
}

/** Whether a module is missing or is no program: nothing of it ran. */
function cannotBegin(error: unknown): boolean {
  return (
    error instanceof SyntaxError || (error as { readonly code?: unknown } | undefined)?.code === "MODULE_NOT_FOUND"
  );
}

/** ts-node, which looks for modules once a file of the user's was loaded, says in the message what Node says as a code. */
function isImportOnly(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return IMPORT_ONLY.has(typeof code === "string" ? code : (/^ERR_\w+/.exec(String(message))?.[0] ?? ""));
}

/** A file of the user's that is translated: TypeScript, and ES modules, of which there is then one for files and prompt. */
function isTranslated(file: string): boolean {
  if (!path.isAbsolute(file)) return false;
  if (/\.[cm]?tsx?$/.test(file)) return true;
  if (/[\\/]node_modules[\\/]/.test(file) || !/\.(?:mjs|jsx?)$/.test(file)) return false;
  return file.endsWith(".mjs") || /^\s*(?:import|export)\b/m.test(readFileSync(file, "utf8"));
}

/** That a module was not found from the prompt says nothing: only a chain of files does. */
function withoutRequireStack(error: unknown): unknown {
  const { code, requireStack } = (error ?? {}) as { readonly code?: unknown; readonly requireStack?: unknown };
  const alone = Array.isArray(requireStack) && requireStack.every(file => String(file).endsWith("<console>"));
  if (code === "MODULE_NOT_FOUND" && alone && error instanceof Error) error.message = error.message.split("\n")[0]!;
  return error;
}

/** An ES module as TypeScript's CommonJS expects one: with `__esModule`, so that `default` is the default. */
function asCommonJs(module: unknown): unknown {
  if (typeof module !== "object" || module === null || !types.isModuleNamespaceObject(module)) return module;
  const copy = Object.defineProperty({}, "__esModule", { value: true });
  for (const name of Object.keys(module)) {
    Object.defineProperty(copy, name, { enumerable: true, get: () => (module as Record<string, unknown>)[name] });
  }
  return copy;
}
