import type ts from "typescript";
import { type Analysis, analyse } from "../cells/analyse.js";
import { EditedText } from "../cells/edited-text.js";
import { type Header, makeHeader } from "../cells/header.js";
import { type CommittedCell, CURRENT, errorModule, NameTable, SESSION } from "../cells/names.js";
import { prepare } from "../cells/prepare.js";
import { completeness, statementEnds } from "../cells/statements.js";
import { CellHost } from "./cell-host.js";
import { CellTypes } from "./cell-types.js";
import { IGNORED_CODES } from "./compiler-options.js";
import { completionsAt } from "./completions.js";
import { Documentation } from "./documentation.js";
import { emitCell } from "./emit-cell.js";
import { withoutConsequences } from "./finding-hints.js";
import { missingNames, spelledAlike } from "./missing-names.js";
import type { TypePaths } from "./package-paths.js";
import { rejectedCell } from "./rejected-cell.js";
import type {
  CellOutcome,
  CompiledCell,
  CompileOptions,
  Completeness,
  Completions,
  DocAnswer,
  RejectedCell,
  TypeAnswer,
  TypeService,
} from "./type-service.js";
import type { TypeScript } from "./typescript.js";
import { warningsOf } from "./warnings.js";

/** What a cell adds to the global scope or to a module. */
const AUGMENTS = /\bdeclare\s+(?:global|module\s+["'])/;

export interface LanguageTypeServiceOptions {
  readonly typescript: TypeScript;
  readonly paths: TypePaths;
}

/** For whom the service works: what is known only when the shell has started. */
export interface ServiceStart {
  /** The user's folder: relative imports and packages are found from there. */
  readonly directory: string;
  /** Only syntax is checked, and no types are shown. Default false. */
  readonly transpileOnly?: boolean;
}

/** Inputs of every kind, compiled so that the code for them has been made when the user's first one comes. */
const REHEARSAL = [
  "1 + 1",
  "const xs = [1, 2, 3]",
  "function f(a: string) { return a.length }",
  "class P { constructor(readonly x: number) {} }",
  'import { readFileSync } from "node:fs"',
  "let n = 0; n += xs.length",
  "sc.parallelize(xs).map(x => x * 2).filter(x => x > 1).collect()",
  'sc.textFile("x").flatMap(l => l.split(" ")).map(w => [w, 1] as const).reduceByKey((a, b) => a + b)',
  "const total: string = 1",
  "notKnown(xs)",
];

/** The type service itself, on TypeScript's LanguageService, in the process that calls it. */
export class LanguageTypeService implements TypeService {
  readonly #ts: TypeScript;
  readonly #host: CellHost;
  readonly #service: ts.LanguageService;
  #transpileOnly = false;
  #names: NameTable | undefined;
  #apiNames: readonly string[] | undefined;
  #count = 0;
  #committedText: string | undefined;
  #augmenting: string[] = [];
  #pending: { cell: CompiledCell; text: string; directory: string | undefined; hoists: boolean } | undefined;

  constructor(options: LanguageTypeServiceOptions) {
    this.#ts = options.typescript;
    this.#host = new CellHost(options.typescript, options.paths);
    this.#host.write(
      SESSION,
      'import type { SparkContext, SparkSession, StreamingContext } from "tspark";\n' +
        "export declare let sc: SparkContext;\nexport declare let ssc: StreamingContext;\nexport declare let spark: SparkSession;\n",
    );
    this.#host.write(CURRENT, "export {};");
    this.#setRoots();
    const documents = options.typescript.createDocumentRegistry(
      this.#host.useCaseSensitiveFileNames(),
      this.#host.getCurrentDirectory(),
      this.#host.jsDocParsingMode,
    );
    this.#service = options.typescript.createLanguageService(this.#host, documents);
  }

  /** Says whom it works for: to be called before anything else is asked. */
  start(start: ServiceStart): void {
    this.#host.directory = start.directory;
    this.#transpileOnly = start.transpileOnly ?? false;
  }

  /** Goes through inputs of every kind and forgets them: for a service that is kept in a start-up snapshot. */
  async rehearse(): Promise<void> {
    this.warm();
    for (const input of REHEARSAL) {
      await this.completeness(input);
      await this.statementEnds(`${input}\n`, true);
      const cell = await this.compile(input);
      if (cell.status === "rejected") continue;
      const results = cell.statements.flatMap(s =>
        s.kind === "expression" ? [{ slot: s.slot, name: `res${this.#count}` }] : [],
      );
      await this.commit({ done: cell.statements.length, results });
      if (results[0] !== undefined) await this.typeOf(results[0].name);
    }
    await this.reset();
    this.#count = 0;
    this.warm();
  }

  /** Checks a first line, so that the next one is fast. */
  warm(): void {
    const { text } = this.#module(analyse(this.#ts, "sc"), "sc");
    this.#check(text);
  }

  async compile(input: string, options: CompileOptions = {}): Promise<CompiledCell | RejectedCell> {
    this.#host.place(CURRENT, options.directory);
    try {
      return this.#compile(input, options);
    } finally {
      this.#host.place(CURRENT, undefined);
    }
  }

  #compile(input: string, options: CompileOptions): CompiledCell | RejectedCell {
    const prepared = prepare(this.#ts, input);
    const analysis = analyse(this.#ts, prepared.text);
    const syntax = (analysis.source as { readonly parseDiagnostics?: readonly ts.Diagnostic[] }).parseDiagnostics ?? [];
    if (syntax.length > 0) return this.#rejected(syntax, input, offset => prepared.toOriginal(offset));
    const { checked, findings } = this.#checkWith(
      analysis.used,
      used => this.#module({ ...analysis, used }, prepared.text),
      options.unchecked,
    );
    const toSource = (offset: number) => prepared.toOriginal(checked.text.toOriginal(offset));
    if (findings.length > 0) return this.#rejected(findings, input, toSource);

    const program = this.#service.getProgram()!;
    const file = program.getSourceFile(this.#host.fileOf(CURRENT))!;
    const types = new CellTypes(this.#ts, program, file, this.#host);
    const statements = types.statements(analysis);
    const id = `cell_${this.#count}`;
    const { js, map } = emitCell(this.#ts, {
      id,
      input,
      prepared,
      header: checked.header,
      edits: analysis.emitEdits(name => types.isValue(name)),
    });
    const cell: CompiledCell = {
      status: "compiled",
      id,
      js,
      hook: analysis.hook,
      map,
      source: input,
      statements: this.#transpileOnly ? statements.map(withoutTypes) : statements,
      imports: analysis.imports,
      mutations: analysis.mutations,
      warnings:
        this.#transpileOnly || options.unchecked
          ? warningsOf(this.#ts, analysis.source, undefined, input, offset => prepared.toOriginal(offset))
          : warningsOf(this.#ts, file, program.getTypeChecker(), input, offset =>
              checked.text.isInserted(offset) ? undefined : toSource(offset),
            ),
    };
    this.#pending = { cell, text: checked.text.text, directory: options.directory, hoists: analysis.hoists };
    return cell;
  }

  async commit(outcome: CellOutcome): Promise<void> {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    const { id, statements, mutations } = pending.cell;
    const declarations = pending.hoists ? undefined : this.#declarations(pending.text, pending.directory);
    const text = declarations ?? pending.text;
    this.#committedText = text;
    this.#restoreCell({ id, text, directory: pending.directory, statements, outcome, mutations });
  }

  /** Takes over cells that another service of the same session committed, without checking them again. */
  restore(cells: readonly CommittedCell[]): void {
    for (const cell of cells) this.#restoreCell(cell);
  }

  /** The text of the cell compiled last, for whoever keeps what {@link restore} needs. */
  get pendingText(): string | undefined {
    return this.#pending?.text;
  }

  /** The text under which the cell committed last is known: its declarations. */
  get committedText(): string | undefined {
    return this.#committedText;
  }

  async completeness(text: string): Promise<Completeness> {
    return completeness(this.#ts, text);
  }

  async statementEnds(text: string, final: boolean): Promise<readonly number[]> {
    return statementEnds(this.#ts, text, final);
  }

  async typeOf(expression: string): Promise<TypeAnswer> {
    const prepared = prepare(this.#ts, expression.trim().replace(/;$/, ""));
    const { used: names, hook } = analyse(this.#ts, prepared.text);
    const slot = `${hook}_type`;
    const { checked, findings } = this.#checkWith(names, used => {
      const header = this.#headerFor(used);
      const text = new EditedText(prepared.text, [
        { at: 0, insert: `${header}\nexport let ${slot} = (` },
        { at: prepared.text.length, insert: "\n);" },
      ]);
      return { text };
    });
    const toSource = (offset: number) => prepared.toOriginal(checked.text.toOriginal(offset));
    if (findings.length > 0) {
      const { diagnostics, hint } = this.#rejected(findings, expression, toSource);
      return { status: "rejected", diagnostics, hint };
    }
    const program = this.#service.getProgram()!;
    const types = new CellTypes(this.#ts, program, program.getSourceFile(this.#host.fileOf(CURRENT))!, this.#host);
    return { status: "typed", type: types.typeOf(slot) ?? "any" };
  }

  async doc(name: string): Promise<DocAnswer> {
    const asked = name.trim().replace(/(?:\(\s*\))?\s*;?$/, "");
    const dotted = /^[\w$]+(?:\.[\w$]+)*$/.test(asked);
    const used = analyse(this.#ts, asked).used;
    const api = this.#api();
    const header = this.#headerFor(used);
    this.#host.write(CURRENT, `${header}\n${dotted ? "" : `(${asked}\n);`}\nexport {};`);
    const program = this.#service.getProgram()!;
    const file = program.getSourceFile(this.#host.fileOf(CURRENT))!;
    const documentation = new Documentation(this.#ts, program.getTypeChecker(), file, api);
    const expression = file.statements.find(s => this.#ts.isExpressionStatement(s)) as
      | ts.ExpressionStatement
      | undefined;
    const found = dotted
      ? documentation.ofName(asked)
      : expression && documentation.ofExpression(expression.expression);
    return found ?? { status: "unknown" };
  }

  async complete(text: string, cursor: number): Promise<Completions> {
    return completionsAt(
      {
        ts: this.#ts,
        host: this.#host,
        service: this.#service,
        names: this.#nameTable(),
        header: used => this.#headerFor(used),
      },
      text,
      cursor,
    );
  }

  async reset(): Promise<void> {
    this.#names = undefined;
    this.#pending = undefined;
    for (let i = 0; i < this.#count; i++) this.#host.remove(`cell_${i}`);
    this.#augmenting = [];
    this.#setRoots();
  }

  async dispose(): Promise<void> {
    this.#service.dispose();
  }

  #restoreCell(cell: CommittedCell): void {
    this.#count = Math.max(this.#count, Number(cell.id.slice("cell_".length)) + 1);
    this.#host.place(cell.id, cell.directory);
    this.#host.write(cell.id, cell.text);
    const { error } = cell.outcome;
    if (error !== undefined) {
      const [module, name] = error.split(":");
      const fromApi = this.#api().includes(error) ? `import type { ${error} } from "tspark";` : "";
      // Of a class with parameters, or one that cannot be made from outside, the prototype says the type.
      const type =
        name === undefined ? error : `(typeof import("${this.#host.specifierOf(module!)}").${name})["prototype"]`;
      this.#host.write(errorModule(error), `${fromApi}export declare const _error: ${type};`);
    }
    this.#nameTable().commit(cell);
    // What a cell adds to the global scope or to a module counts from now on.
    if (AUGMENTS.test(cell.text) && cell.outcome.done > 0) {
      this.#augmenting.push(cell.id);
      this.#setRoots();
    }
  }

  /**
   * What a cell declares, without what it does, so that the checker never looks through the cells it was made from: a
   * thousand lines that use each other would be too deep for it. Undefined where some type cannot be written down.
   */
  #declarations(text: string, directory: string | undefined): string | undefined {
    if (this.#transpileOnly || AUGMENTS.test(text)) return undefined;
    this.#host.place(CURRENT, directory);
    try {
      this.#host.write(CURRENT, text);
      const output = this.#service.getEmitOutput(this.#host.fileOf(CURRENT), true, true);
      return output.emitSkipped ? undefined : output.outputFiles[0]?.text;
    } catch {
      return undefined;
    } finally {
      this.#host.place(CURRENT, undefined);
    }
  }

  #setRoots(): void {
    this.#host.setRoots([SESSION, ...this.#augmenting, CURRENT]);
  }

  /** The names `tspark` exports, read from its declarations. */
  #api(): readonly string[] {
    if (this.#apiNames === undefined) {
      this.#host.write(CURRENT, 'import "tspark";');
      const program = this.#service.getProgram()!;
      const checker = program.getTypeChecker();
      const file = program.getSourceFile(this.#host.getScriptFileNames()[0]!);
      const module = file && checker.getSymbolAtLocation(file);
      this.#apiNames = module ? checker.getExportsOfModule(module).map(symbol => symbol.name) : [];
    }
    return this.#apiNames;
  }

  #nameTable(): NameTable {
    return (this.#names ??= new NameTable(this.#api()));
  }

  #header(analysis: Pick<Analysis, "used" | "ownValues" | "ownTypes">) {
    return makeHeader(this.#nameTable(), analysis, name => this.#host.specifierOf(name));
  }

  /** The line in front of what declares nothing itself. */
  #headerFor(used: ReadonlySet<string>): string {
    return this.#header({ used, ownValues: new Set(), ownTypes: new Set() }).check;
  }

  /** The text that is checked: header, the cell as a module, and what shows types. */
  #module(analysis: Analysis, text: string): { readonly text: EditedText; readonly header: Header } {
    const header = this.#header(analysis);
    const edited = new EditedText(text, [
      { at: 0, insert: `${header.check}\n` },
      ...analysis.checkEdits,
      { at: text.length, insert: `\n${analysis.trailer}${header.trailer}\nexport {};` },
    ]);
    return { text: edited, header };
  }

  /**
   * Checks a text that has some names of the session in scope; where it names what nobody declared, once more with those that
   * are spelled alike, so that TypeScript can say which one was meant.
   */
  #checkWith<T extends { readonly text: EditedText }>(
    used: ReadonlySet<string>,
    make: (used: ReadonlySet<string>) => T,
    unchecked = false,
  ): { readonly checked: T; readonly findings: readonly ts.Diagnostic[] } {
    const checked = make(used);
    const findings = this.#check(checked.text, unchecked);
    const alike = spelledAlike(missingNames(this.#ts, findings), this.#nameTable().visible());
    if (alike.every(name => used.has(name))) return { checked, findings };
    const again = make(new Set([...used, ...alike]));
    return { checked: again, findings: this.#check(again.text, unchecked) };
  }

  /** What is wrong with a text: syntax first, since what follows from it is noise. */
  #check(edited: EditedText, unchecked = false): ts.Diagnostic[] {
    this.#host.write(CURRENT, edited.text);
    const program = this.#service.getProgram()!;
    const file = program.getSourceFile(this.#host.fileOf(CURRENT))!;
    const syntax = program.getSyntacticDiagnostics(file);
    if (syntax.length > 0) return [...syntax];
    if (this.#transpileOnly || unchecked) return [];
    const seen = new Set<string>();
    return withoutConsequences(this.#ts, file, program.getSemanticDiagnostics(file)).filter(d => {
      if (d.category !== this.#ts.DiagnosticCategory.Error || IGNORED_CODES.has(d.code)) return false;
      // What was added for the checker repeats what the user's own text says; one finding a place is enough.
      const key = `${d.code} ${edited.toOriginal(d.start ?? 0)}`;
      if (seen.has(key) || (d.start !== undefined && d.start > 0 && edited.isInserted(d.start) && seen.size > 0)) {
        return false;
      }
      seen.add(key);
      return true;
    });
  }

  #rejected(findings: readonly ts.Diagnostic[], input: string, toSource: (offset: number) => number): RejectedCell {
    const moduleOf = (file: string) => this.#host.moduleOf(file);
    const names = this.#nameTable();
    return rejectedCell(this.#ts, { findings, input, toSource, names, moduleOf, current: CURRENT });
  }
}

function withoutTypes(statement: CompiledCell["statements"][number]): CompiledCell["statements"][number] {
  switch (statement.kind) {
    case "declare":
      return { kind: "declare", bindings: statement.bindings.map(b => ({ ...b, type: undefined })) };
    case "assign":
      return { kind: "assign", targets: statement.targets.map(t => ({ ...t, type: undefined })) };
    case "expression":
      return { ...statement, type: undefined, hint: undefined };
    default:
      return statement;
  }
}
