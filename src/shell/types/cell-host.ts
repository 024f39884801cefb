import path from "node:path";
import type ts from "typescript";
import { checkOptions } from "./compiler-options.js";
import type { TypePaths } from "./package-paths.js";
import type { TypeScript } from "./typescript.js";

const PREFIX = "__tspark_";

/**
 * The files the LanguageService sees: virtual modules of the session, lying in the user's folder so that relative imports
 * and packages are found from there, and the disk.
 */
export class CellHost implements ts.LanguageServiceHost {
  /** Comments of declarations are most of Node's: they are not taken apart. Those of JavaScript files say types. */
  readonly jsDocParsingMode: ts.JSDocParsingMode;
  readonly #virtual = new Map<string, { text: string; version: number; snapshot?: ts.IScriptSnapshot }>();
  readonly #disk = new Map<string, ts.IScriptSnapshot | undefined>();
  readonly #resolved = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();
  readonly #options: ts.CompilerOptions;
  readonly #cache: ts.ModuleResolutionCache;
  readonly #folders = new Map<string, string>();
  #roots: readonly string[] = [];
  #versions = 0;

  constructor(
    private readonly ts: TypeScript,
    private readonly paths: TypePaths,
    readonly directory: string,
  ) {
    this.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeInfo;
    this.#options = checkOptions(ts, paths.typeRoots);
    this.#cache = ts.createModuleResolutionCache(directory, name => name, this.#options);
  }

  /** File name of the session's module `name`. */
  fileOf(name: string): string {
    const folder = this.#folders.get(name) ?? this.directory;
    return `${folder.replaceAll("\\", "/").replace(/\/$/, "")}/${PREFIX}${name}.ts`;
  }

  /** Lays a module into another folder than the user's: relative imports of a file that is loaded start from its own. */
  place(name: string, folder: string | undefined): void {
    if (folder === undefined || folder === this.directory) this.#folders.delete(name);
    else this.#folders.set(name, folder);
  }

  /** How a cell imports the session's module `name`. */
  specifierOf(name: string): string {
    return name === "tspark" ? "tspark" : `./${PREFIX}${name}`;
  }

  /** The name by which the user knows a module's file: `tspark`, a package, a path relative to their folder. */
  moduleNameOf(file: string): string {
    const stem = (name: string) => name.replaceAll("\\", "/").replace(/\.d\.ts$/, "");
    if (file === stem(this.paths.api)) return "tspark";
    for (const [name, target] of Object.entries(this.paths.subpaths))
      if (file === stem(target)) return `tspark/${name}`;
    const inPackage = /.*\/node_modules\/(?:@types\/)?((?:@[^/]+\/)?[^/]+)/.exec(file);
    if (inPackage) return inPackage[1]!;
    const relative = path.relative(this.directory, file).replaceAll("\\", "/");
    return path.isAbsolute(file) && !relative.startsWith("..") ? `./${relative}` : file;
  }

  write(name: string, text: string): void {
    const file = this.fileOf(name);
    if (this.#virtual.get(file)?.text !== text) this.#virtual.set(file, { text, version: ++this.#versions });
  }

  remove(name: string): void {
    this.#virtual.delete(this.fileOf(name));
  }

  /** The files a program begins with; those that cells import need not be listed, so the list does not grow. */
  setRoots(names: readonly string[]): void {
    this.#roots = names;
  }

  getCompilationSettings(): ts.CompilerOptions {
    return this.#options;
  }
  getScriptFileNames(): string[] {
    return [this.paths.api, ...this.#roots.map(name => this.fileOf(name))];
  }
  getCurrentDirectory(): string {
    return this.directory;
  }
  getScriptVersion(file: string): string {
    return String(this.#virtual.get(file)?.version ?? 0);
  }
  getScriptSnapshot(file: string): ts.IScriptSnapshot | undefined {
    const virtual = this.#virtual.get(file);
    if (virtual !== undefined) return (virtual.snapshot ??= this.ts.ScriptSnapshot.fromString(virtual.text));
    if (!this.#disk.has(file)) {
      const text = this.ts.sys.readFile(file);
      if (text === undefined) return undefined;
      this.#disk.set(file, this.ts.ScriptSnapshot.fromString(text));
    }
    return this.#disk.get(file);
  }
  getDefaultLibFileName(options: ts.CompilerOptions): string {
    return this.ts.getDefaultLibFilePath(options);
  }
  fileExists(file: string): boolean {
    return this.#virtual.has(file) || this.ts.sys.fileExists(file);
  }
  readFile(file: string): string | undefined {
    return this.#virtual.get(file)?.text ?? this.ts.sys.readFile(file);
  }
  directoryExists(folder: string): boolean {
    return this.ts.sys.directoryExists(folder);
  }
  getDirectories(folder: string): string[] {
    return this.ts.sys.getDirectories(folder);
  }
  readDirectory(
    folder: string,
    extensions?: readonly string[],
    exclude?: readonly string[],
    include?: readonly string[],
    depth?: number,
  ): string[] {
    return this.ts.sys.readDirectory(folder, extensions, exclude, include, depth);
  }
  realpath(file: string): string {
    return this.ts.sys.realpath?.(file) ?? file;
  }
  useCaseSensitiveFileNames(): boolean {
    return this.ts.sys.useCaseSensitiveFileNames;
  }
  resolveModuleNameLiterals(
    literals: readonly ts.StringLiteralLike[],
    file: string,
    _redirected: ts.ResolvedProjectReference | undefined,
    options: ts.CompilerOptions,
  ): ts.ResolvedModuleWithFailedLookupLocations[] {
    return literals.map(literal => this.#resolve(literal.text, file, options));
  }

  #resolve(name: string, file: string, options: ts.CompilerOptions): ts.ResolvedModuleWithFailedLookupLocations {
    if (name === "tspark") return declarations(this.ts, this.paths.api);
    if (name.startsWith("tspark/")) {
      const target = this.paths.subpaths[name.slice("tspark/".length)];
      if (target !== undefined) return declarations(this.ts, target);
    }
    if (name.startsWith(`./${PREFIX}`)) {
      const target = this.fileOf(name.slice(`./${PREFIX}`.length));
      if (this.#virtual.has(target)) {
        return { resolvedModule: { resolvedFileName: target, extension: ".ts", isExternalLibraryImport: false } };
      }
    }
    const key = `${path.dirname(file)}\0${name}`;
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const found = this.ts.resolveModuleName(name, file, options, this, this.#cache);
    // A package that is missing now may be installed while the shell runs.
    if (found.resolvedModule !== undefined) this.#resolved.set(key, found);
    return found;
  }
}

function declarations(ts: TypeScript, file: string): ts.ResolvedModuleWithFailedLookupLocations {
  return { resolvedModule: { resolvedFileName: file, extension: ts.Extension.Dts, isExternalLibraryImport: false } };
}
