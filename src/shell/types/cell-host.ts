import { isBuiltin } from "node:module";
import path from "node:path";
import type ts from "typescript";
import { checkOptions } from "./compiler-options.js";
import { NodeTypes } from "./node-types.js";
import type { TypePaths } from "./package-paths.js";
import type { TypeScript } from "./typescript.js";

const PREFIX = "__tspark_";

/**
 * The files the LanguageService sees: virtual modules of the session, and the disk.
 *
 * The modules lie in a folder that does not exist, the same for every user, so that a program made before anybody knew where
 * it would run (in a start-up snapshot) stays the program. What they import is looked for from the user's folder.
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
  readonly #folder: string;
  readonly #node: NodeTypes;
  #directory: string;
  #roots: readonly string[] = [];
  #versions = 0;

  constructor(
    private readonly ts: TypeScript,
    private readonly paths: TypePaths,
  ) {
    this.jsDocParsingMode = ts.JSDocParsingMode.ParseForTypeInfo;
    const root = path.parse(paths.api).root.replaceAll("\\", "/");
    this.#folder = `${root}__tspark__`;
    this.#directory = root;
    this.#options = checkOptions(ts, paths.typeRoots);
    this.#cache = ts.createModuleResolutionCache(this.#folder, name => name, this.#options);
    this.#node = new NodeTypes(paths.typeRoots[0]!, file => ts.sys.readFile(file));
  }

  /** The user's folder. */
  set directory(directory: string) {
    this.#directory = directory;
  }

  /** File name of the session's module `name`. */
  fileOf(name: string): string {
    return `${this.#folder}/${PREFIX}${name}.ts`;
  }

  /** Where imports of a module start, when that is not the user's folder: those of a file that is loaded start from its own. */
  place(name: string, folder: string | undefined): void {
    if (folder === this.#folders.get(name)) return;
    if (folder === undefined) this.#folders.delete(name);
    else this.#folders.set(name, folder);
    const known = this.#virtual.get(this.fileOf(name));
    if (known !== undefined) known.version = ++this.#versions;
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
    const relative = path.relative(this.#directory, file).replaceAll("\\", "/");
    return path.isAbsolute(file) && !relative.startsWith("..") ? `./${relative}` : file;
  }

  /** What can be imported of tspark, as it is written. */
  ownModules(): string[] {
    return ["tspark", ...Object.keys(this.paths.subpaths).map(name => `tspark/${name}`)];
  }

  /** The session's module that has this file, given without its ending; undefined for any other file. */
  moduleOf(file: string): string | undefined {
    const own = `${this.#folder}/${PREFIX}`;
    return file.startsWith(own) ? file.slice(own.length) : undefined;
  }

  /** Whether a file is one of tspark's own declarations. */
  isOwn(file: string): boolean {
    return file.startsWith(`${path.dirname(this.paths.api).replaceAll("\\", "/")}/`);
  }

  write(name: string, text: string): void {
    this.#node.see(text);
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

  /** For who looks for a module of Node by its name: all of them are declared from now on. */
  declareAllOfNode(): void {
    this.#node.needAll();
  }

  getCompilationSettings(): ts.CompilerOptions {
    return this.#options;
  }
  getScriptFileNames(): string[] {
    return [this.paths.api, ...this.#roots.map(name => this.fileOf(name))];
  }
  getCurrentDirectory(): string {
    return this.#folder;
  }
  getScriptVersion(file: string): string {
    if (this.#node.isIndex(file)) return this.#node.version;
    return String(this.#virtual.get(file)?.version ?? 0);
  }
  getScriptSnapshot(file: string): ts.IScriptSnapshot | undefined {
    const virtual = this.#virtual.get(file);
    if (virtual !== undefined) return (virtual.snapshot ??= this.ts.ScriptSnapshot.fromString(virtual.text));
    const key = this.#node.isIndex(file) ? `${file}\0${this.#node.version}` : file;
    if (!this.#disk.has(key)) {
      const text = key === file ? this.ts.sys.readFile(file) : this.#node.indexText();
      if (text === undefined) return undefined;
      this.#disk.set(key, this.ts.ScriptSnapshot.fromString(text));
    }
    return this.#disk.get(key);
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
  /** Lets the program look up the `package.json` of each file once, not with each line. */
  getModuleResolutionCache(): ts.ModuleResolutionCache {
    return this.#cache;
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
    // Node's own modules are declared, not found; looking for them in every folder above takes longer than checking a line.
    if (isBuiltin(name)) {
      const declaration = this.#node.declarationOf(name, file);
      return declaration === undefined ? { resolvedModule: undefined } : declarations(this.ts, declaration);
    }
    const isCell = file.startsWith(`${this.#folder}/${PREFIX}`);
    const module = isCell ? file.slice(this.#folder.length + 1 + PREFIX.length, -".ts".length) : "";
    const from = isCell ? (this.#folders.get(module) ?? this.#directory) : path.dirname(file);
    const key = `${from}\0${name}`;
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const at = isCell ? path.join(from, path.basename(file)) : file;
    let found = this.ts.resolveModuleName(name, at, options, this, this.#cache);
    // In declarations that the compiler wrote a path starts where the cell seems to lie.
    if (found.resolvedModule === undefined && isCell && name.startsWith("../")) {
      found = this.ts.resolveModuleName(name, file, options, this, this.#cache);
    }
    if (found.resolvedModule !== undefined) this.#resolved.set(key, found);
    // A package that is missing now may be installed while the shell runs.
    else this.#cache.clear();
    return found;
  }
}

function declarations(ts: TypeScript, file: string): ts.ResolvedModuleWithFailedLookupLocations {
  return { resolvedModule: { resolvedFileName: file, extension: ts.Extension.Dts, isExternalLibraryImport: false } };
}
