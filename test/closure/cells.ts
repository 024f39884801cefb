import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { Script } from "node:vm";
import ts from "typescript";
import { noteModule } from "../../src/core/closure/imports.js";
import { registerModule } from "../../src/core/closure/modules.js";
import { closureTransformer } from "../../src/transformer/transformer.js";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
  experimentalDecorators: true,
  jsx: ts.JsxEmit.React,
};

let sessions = 0;

/**
 * A session as the shell has it: each text is a module of its own that imports the earlier names it uses, and may declare
 * a name again. Transformed by the compiler it is made with.
 */
export class Cells {
  readonly #modules = new Map<string, Record<string, unknown>>();
  readonly #names = new Map<string, string>();
  readonly #prefix = `s${++sessions}_cell_`;
  readonly #base: string;
  #count = 0;
  /** The emitted texts, by file name as it stands in stacks. */
  readonly emitted = new Map<string, ts.TranspileOutput>();

  constructor(
    readonly compiler: typeof ts = ts,
    readonly extra: ts.CompilerOptions = {},
    base = path.resolve("session.ts"),
  ) {
    this.#base = base;
  }

  /** Runs the texts one after another; top-level names become importable. Gives the names of the last one. */
  async run(...texts: string[]): Promise<Record<string, never>> {
    let last: Record<string, unknown> = {};
    for (const text of texts) last = await this.#cell(text);
    return last as Record<string, never>;
  }

  /** The function of that name as it is declared now. */
  fn(name: string): (...args: unknown[]) => unknown {
    return this.value(name) as (...args: unknown[]) => unknown;
  }

  value(name: string): unknown {
    return this.#modules.get(this.#names.get(name)!)![name];
  }

  async #cell(text: string): Promise<Record<string, unknown>> {
    const name = `${this.#prefix}${++this.#count}`;
    const { names, exported } = topLevel(text);
    const imports = [...this.#names]
      .filter(([n]) => !names.has(n) && new RegExp(`(?<![\\w$])${n}(?![\\w$])`).test(text))
      .map(([n, from]) => `import { ${n} } from "./${from}"; `);
    const output = this.compiler.transpileModule(imports.join("") + exported, {
      fileName: `${name}.ts`,
      compilerOptions: { ...options, sourceMap: true, ...this.extra },
      transformers: { before: [closureTransformer(this.compiler, { key: () => name, importHelper: true })] },
    });
    const wrapped = `(function(exports,require){${output.outputText}\n})`;
    registerModule(name, { text: wrapped, file: `${name}.ts`, base: this.#base });
    this.emitted.set(`${name}.ts`, output);
    const module: Record<string, unknown> = {};
    this.#modules.set(name, module);
    const require = createRequire(this.#base);
    new Script(wrapped, { filename: `${name}.ts` }).runInThisContext()(module, (specifier: string) => {
      if (specifier.startsWith("./")) return this.#modules.get(specifier.slice(2)) ?? require(specifier);
      return noteModule(specifier, this.#base, require(specifier));
    });
    for (const n of Object.keys(module)) this.#names.set(n, name);
    return module;
  }
}

/** The names a text declares, and the text with all of them exported. */
function topLevel(text: string): { names: Set<string>; exported: string } {
  const file = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.ES2022, true);
  const names = new Set<string>();
  const imported: string[] = [];
  const exports: number[] = [];
  const pattern = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) pattern(element.name);
  };
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      const bindings = clause?.namedBindings;
      if (clause?.name) imported.push(clause.name.text);
      if (bindings && ts.isNamespaceImport(bindings)) imported.push(bindings.name.text);
      if (bindings && ts.isNamedImports(bindings)) imported.push(...bindings.elements.map(e => e.name.text));
    }
    if (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.length) continue;
    if (ts.isVariableStatement(statement)) for (const d of statement.declarationList.declarations) pattern(d.name);
    else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) names.add(statement.name!.text);
    else if (ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement)) names.add(statement.name.text);
    else continue;
    exports.push(statement.getStart(file));
  }
  let exported = text;
  for (const at of exports.reverse()) exported = `${exported.slice(0, at)}export ${exported.slice(at)}`;
  for (const name of imported) names.add(name);
  return { names, exported: exported + (imported.length > 0 ? `; export { ${imported.join(", ")} }` : "") };
}

/** An empty directory that is gone when the process is. */
export function folder(files: Record<string, string> = {}): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), "tspark-closure-"));
  process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(dir, name), text);
  return dir;
}

/** A session in which these texts were run. */
export async function session(...texts: string[]): Promise<Cells> {
  const cells = new Cells();
  await cells.run(...texts);
  return cells;
}
