import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";
import { isCompiled } from "./script-name.js";

/**
 * How a file is run that awaits at its top level: it is there for those that import it in a circle, then what it imports is
 * loaded, then it runs. Resolves with what it exports.
 */
export type RunModule = (file: string, loadImports: () => Promise<void>) => Promise<unknown>;

/**
 * Loads the user's files where some of them `await` at their top level, which `require` cannot wait for: those are run
 * before what imports them, in the order in which ES modules would be.
 */
export class AwaitingModules {
  readonly #loading = new Map<string, Promise<unknown>>();

  constructor(
    private readonly typescript: TypeScript,
    private readonly run: RunModule,
  ) {}

  /** What the file exports. */
  load(file: string): Promise<unknown> {
    const require = createRequire(file);
    if (!this.#waits(file)) return Promise.resolve().then(() => require(file));
    let loading = this.#loading.get(file);
    if (loading === undefined) {
      loading = this.#load(file, [file]);
      this.#loading.set(file, loading);
      // A file that failed is tried again when it is imported again.
      loading.catch(() => this.#loading.delete(file));
    }
    return loading;
  }

  /** The file of the user's that an import means; undefined for a package and for what cannot be found. */
  localFile(importer: string, specifier: string): string | undefined {
    try {
      const found = createRequire(importer).resolve(specifier);
      return path.isAbsolute(found) && !/[\\/]node_modules[\\/]/.test(found) ? found : undefined;
    } catch {
      // Running it will say so.
      return undefined;
    }
  }

  /** Loads what a file imports, as far as one of them has to be waited for. */
  async loadImports(file: string, above: readonly string[] = [file]): Promise<void> {
    const imports = this.#localImports(file);
    if (!imports.some(i => this.#waits(i))) return;
    for (const child of imports) {
      if (above.includes(child)) continue;
      if (!this.#waits(child)) createRequire(file)(child);
      else {
        const known = this.#loading.get(child);
        const loading = known ?? this.#load(child, [...above, child]);
        this.#loading.set(child, loading);
        await loading;
      }
    }
  }

  async #load(file: string, above: readonly string[]): Promise<unknown> {
    const require = createRequire(file);
    if (require.cache[file] !== undefined) return require(file);
    const imports = () => this.loadImports(file, above);
    if (this.#awaits(file)) return this.run(file, imports);
    await imports();
    return require(file);
  }

  /** Whether a file, or one that it imports, awaits at its top level. */
  #waits(file: string, seen = new Set<string>()): boolean {
    if (seen.has(file)) return false;
    seen.add(file);
    return this.#awaits(file) || this.#localImports(file).some(child => this.#waits(child, seen));
  }

  #awaits(file: string): boolean {
    const source = this.#parse(file);
    if (source === undefined || !/\bawait\b/.test(source.text)) return false;
    const { typescript } = this;
    const visit = (node: ts.Node): boolean => {
      if (typescript.isFunctionLike(node) || typescript.isPropertyDeclaration(node)) return false;
      if (typescript.isAwaitExpression(node)) return true;
      if (typescript.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
      if (
        typescript.isVariableDeclarationList(node) &&
        (node.flags & typescript.NodeFlags.AwaitUsing) === typescript.NodeFlags.AwaitUsing
      ) {
        return true;
      }
      return typescript.forEachChild(node, child => visit(child) || undefined) ?? false;
    };
    return visit(source);
  }

  /** Files of the user's that a file imports by statements, in order; those of which only types are used left out. */
  #localImports(file: string): string[] {
    const source = this.#parse(file);
    if (source === undefined) return [];
    const { typescript } = this;
    return source.statements.flatMap(statement => {
      const isImport = typescript.isImportDeclaration(statement) && !statement.importClause?.isTypeOnly;
      const isExport = typescript.isExportDeclaration(statement) && !statement.isTypeOnly;
      const from = isImport || isExport ? statement.moduleSpecifier : undefined;
      if (from === undefined || !typescript.isStringLiteral(from)) return [];
      return this.localFile(file, from.text) ?? [];
    });
  }

  #parse(file: string): ts.SourceFile | undefined {
    if (!isCompiled(file)) return undefined;
    try {
      return this.typescript.createSourceFile(file, readFileSync(file, "utf8"), this.typescript.ScriptTarget.Latest);
    } catch {
      return undefined;
    }
  }
}
