import type ts from "typescript";
import type { BindingKind } from "../types/type-service.js";
import type { TypeScript } from "../types/typescript.js";
import type { Edit } from "./edited-text.js";
import { findMutations, type Mutations } from "./mutations.js";
import { assignedNames, exportedNames, hoistedNames, isNothing, mayAssert, namesOf, usedNames } from "./syntax.js";

/** A declared name, before its type is known. */
export interface FoundBinding {
  readonly name: string;
  readonly kind: BindingKind;
  readonly isValue: boolean;
  readonly isType: boolean;
  /** Its type is written out: shown as written. Otherwise a constant's is shown as `let` would have it. */
  readonly annotated?: boolean;
  /** The slot in which the checker sees the type it is shown with, where that is not its own. */
  readonly shownAs?: string | undefined;
  /** Of `import * as`: the module's specifier. */
  readonly namespaceOf?: string | undefined;
  /** Of a type that shares its name with a value of the input: the name under which the checker's text exports it alone. */
  readonly aloneAs?: string | undefined;
}

/** What one top-level statement is to the shell. */
export type FoundStatement =
  | { readonly kind: "silent" }
  | { readonly kind: "declare"; readonly bindings: FoundBinding[] }
  | { readonly kind: "define"; readonly bindings: FoundBinding[]; readonly text: string }
  /** `slots`: where the checker sees the type each target has after the assignment. */
  | { readonly kind: "assign"; readonly targets: readonly string[]; readonly slots: readonly string[] }
  | { readonly kind: "expression"; readonly slot: string; readonly callable?: string };

/** A cell's text taken apart, with the edits that make it a module. */
export interface Analysis {
  readonly source: ts.SourceFile;
  /** Under this name the running cell reaches the session: `$tspark.done(2, value)`. */
  readonly hook: string;
  readonly statements: readonly FoundStatement[];
  /** For the checker: exports, results in typed slots. */
  readonly checkEdits: readonly Edit[];
  /** For running: exports, results, a call after each statement that says it is done. */
  readonly emitEdits: (isValue: (name: string) => boolean) => readonly Edit[];
  /** Appended to the text for the checker: `let`s whose types are the constants' types as they are shown. */
  readonly trailer: string;
  /** Names used anywhere that may be the session's. */
  readonly used: ReadonlySet<string>;
  /** Names the cell declares, as values and as types. */
  readonly ownValues: ReadonlySet<string>;
  readonly ownTypes: ReadonlySet<string>;
  /** Static imports of modules that are to be loaded before the cell runs. */
  readonly imports: readonly string[];
  /** Names it gives other values. */
  readonly mutations: Mutations;
  /** It has `var`s in blocks, whose types no declaration says. */
  readonly hoists: boolean;
}

/** What the shell adds to a cell is called so: a name, and the beginning of others, that its text has nowhere. */
function unusedName(text: string): string {
  let name = "$tspark";
  while (text.includes(name)) name += "$";
  return name;
}

/** Takes a cell's text apart. Pure: knows nothing of earlier cells. */
export function analyse(typescript: TypeScript, text: string): Analysis {
  return new Analyser(typescript, text).run();
}

class Analyser {
  readonly #source: ts.SourceFile;
  readonly #statements: FoundStatement[] = [];
  readonly #check: Edit[] = [];
  readonly #emit: ((isValue: (name: string) => boolean) => Edit | undefined)[] = [];
  readonly #trailer: string[] = [];
  readonly #imports: string[] = [];
  readonly #ownValues = new Set<string>();
  readonly #ownTypes = new Set<string>();
  /** Variables that the text for the checker has exported already. */
  readonly #exported = new Set<string>();
  #hoists = false;
  #slots = 0;
  readonly #types: (ts.InterfaceDeclaration | ts.TypeAliasDeclaration)[] = [];
  /** The hook's name, with which the slots' names begin. */
  readonly #own: string;

  constructor(
    private readonly ts: TypeScript,
    text: string,
  ) {
    this.#own = unusedName(text);
    this.#source = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest, true);
  }

  run(): Analysis {
    for (const name of exportedNames(this.ts, this.#source)) this.#exported.add(name);
    this.#source.statements.forEach((statement, index) => {
      const found = this.#statement(statement);
      this.#statements.push(found);
      const names = saidNames(found);
      this.#emit.push(isValue => ({
        at: statement.end,
        insert: `;${this.#own}.done(${[index, ...names.filter(n => n.startsWith(this.#own) || isValue(n))].join(", ")});`,
      }));
      if (found.kind === "declare" || found.kind === "define") {
        for (const binding of found.bindings) {
          if (binding.isValue) this.#ownValues.add(binding.name);
          if (binding.isType) this.#ownTypes.add(binding.name);
        }
      }
    });
    this.#rewriteImportMeta();
    const companions = this.#companions();
    return {
      source: this.#source,
      hook: this.#own,
      statements: this.#statements.map(s => withCompanions(s, companions)),
      checkEdits: this.#check,
      emitEdits: isValue => this.#emit.flatMap(make => make(isValue) ?? []),
      trailer: this.#trailer.length > 0 ? `export let ${this.#trailer.join(", ")};` : "",
      used: usedNames(this.ts, this.#source),
      ownValues: this.#ownValues,
      ownTypes: this.#ownTypes,
      imports: this.#imports,
      mutations: findMutations(this.ts, this.#source, i => this.#statements[i]?.kind === "assign"),
      hoists: this.#hoists,
    };
  }

  #both(edit: Edit): void {
    this.#check.push(edit);
    this.#emit.push(() => edit);
  }

  #statement(s: ts.Statement): FoundStatement {
    const { ts } = this;
    if (ts.isVariableStatement(s)) return this.#variables(s);
    if (ts.isFunctionDeclaration(s)) return this.#function(s);
    if (ts.isClassDeclaration(s)) return this.#class(s);
    if (ts.isInterfaceDeclaration(s) || ts.isTypeAliasDeclaration(s)) {
      this.#types.push(s);
      const kind = ts.isInterfaceDeclaration(s) ? "interface" : "type";
      return this.#define(s, s.name.text, kind, `${kind} ${s.name.text}`);
    }
    if (ts.isEnumDeclaration(s)) return this.#define(s, s.name.text, "enum", `enum ${s.name.text}`);
    if (ts.isModuleDeclaration(s)) return this.#module(s);
    if (ts.isImportDeclaration(s)) return this.#import(s);
    if (ts.isImportEqualsDeclaration(s)) {
      if (!has(s, ts.SyntaxKind.ExportKeyword)) {
        // With `export` before it the checker does not find the name where the module has an `export =`.
        this.#check.push({ at: s.end, insert: `;export { ${s.name.text} };` });
        this.#emit.push(() => ({ at: s.getStart(this.#source), insert: "export " }));
      }
      if (ts.isExternalModuleReference(s.moduleReference) && ts.isStringLiteral(s.moduleReference.expression)) {
        this.#imports.push(s.moduleReference.expression.text);
      }
      return { kind: "define", bindings: [binding(s.name.text, "import")], text: this.#oneLine(s) };
    }
    if (ts.isExportDeclaration(s)) {
      if (s.moduleSpecifier && ts.isStringLiteral(s.moduleSpecifier)) this.#imports.push(s.moduleSpecifier.text);
      return { kind: "silent" };
    }
    if (ts.isExpressionStatement(s)) return this.#expression(s);
    return this.#hoisted(s);
  }

  /** `var`s in blocks and loops belong to the whole input, and so to the session. They are not said. */
  #hoisted(s: ts.Statement): FoundStatement {
    const names = hoistedNames(this.ts, s);
    if (names.size === 0) return { kind: "silent" };
    this.#exportForChecker(s, names);
    this.#hoists = true;
    this.#emit.push(() => ({ at: s.end, insert: `;export { ${[...names].join(", ")} };` }));
    return { kind: "define", bindings: [...names].map(name => binding(name, "let")), text: "" };
  }

  /** Exports variables behind their statement: a declaration with `export` before it would not evolve (`const xs = []`). */
  #exportForChecker(s: ts.Statement, names: Iterable<string>): void {
    const fresh = [...names].filter(name => !this.#exported.has(name));
    for (const name of fresh) this.#exported.add(name);
    if (fresh.length > 0) this.#check.push({ at: s.end, insert: `;export { ${fresh.join(", ")} };` });
  }

  #variables(s: ts.VariableStatement): FoundStatement {
    const { ts } = this;
    const flags = s.declarationList.flags;
    // `using` cannot be exported: what it holds is disposed of when the cell ends.
    if (
      (flags & ts.NodeFlags.Using) === ts.NodeFlags.Using ||
      (flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
    ) {
      return { kind: "silent" };
    }
    const isConst = (flags & ts.NodeFlags.Const) !== 0;
    const ambient = has(s, ts.SyntaxKind.DeclareKeyword);
    const bindings: FoundBinding[] = [];
    const kind = ambient ? "ambient" : isConst ? "const" : "let";
    for (const declaration of s.declarationList.declarations) {
      const annotated = declaration.type !== undefined;
      for (const name of namesOf(ts, declaration.name)) {
        const shownAs = kind === "const" && !annotated ? `${this.#own}_t_${name}` : undefined;
        bindings.push({ ...binding(name, kind), annotated, shownAs });
      }
    }
    const at = s.getStart(this.#source);
    const exported = s.modifiers?.find(m => m.kind === ts.SyntaxKind.ExportKeyword);
    if (exported === undefined) this.#emit.push(() => ({ at, insert: "export " }));
    else this.#check.push({ at: exported.getStart(this.#source), remove: "export".length, insert: "" });
    const names = bindings.map(b => b.name);
    this.#exportForChecker(s, names);
    // Nobody means a variable that can be nothing but `null`.
    if (!isConst)
      for (const d of s.declarationList.declarations)
        if (isNothing(ts, d)) this.#check.push({ at: d.name.end, insert: ": any" });
    for (const { name, shownAs } of bindings) if (shownAs !== undefined) this.#trailer.push(`${shownAs} = ${name}`);
    return { kind: "declare", bindings };
  }

  #function(s: ts.FunctionDeclaration): FoundStatement {
    const { ts } = this;
    if (s.name === undefined) return { kind: "silent" };
    this.#export(s);
    const ambient = has(s, ts.SyntaxKind.DeclareKeyword);
    if (s.body === undefined && !ambient) return { kind: "silent" };
    return { kind: "declare", bindings: [binding(s.name.text, ambient ? "ambient" : "function")] };
  }

  #class(s: ts.ClassDeclaration): FoundStatement {
    if (s.name === undefined) return { kind: "silent" };
    this.#export(s);
    const ambient = has(s, this.ts.SyntaxKind.DeclareKeyword);
    const found = { ...binding(s.name.text, ambient ? "ambient" : "class"), isType: true };
    return { kind: "define", bindings: [found], text: `class ${s.name.text}` };
  }

  #define(s: ts.DeclarationStatement, name: string, kind: "interface" | "type" | "enum", text: string): FoundStatement {
    this.#export(s);
    const ambient = kind === "enum" && has(s, this.ts.SyntaxKind.DeclareKeyword);
    const found: FoundBinding = {
      name,
      kind: ambient ? "ambient" : kind,
      isValue: kind === "enum",
      isType: true,
    };
    return { kind: "define", bindings: [found], text };
  }

  /**
   * Exports types that share their names with values of the input under other names, too: an export has all the meanings of its
   * name, and a later input may take the value away and keep the type. By name, the name it is exported under alone.
   */
  #companions(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const { name, typeParameters, end } of this.#types) {
      if (found.has(name.text) || !this.#ownValues.has(name.text)) continue;
      const alone = `${this.#own}_c_${name.text}`;
      found.set(name.text, alone);
      const list = (texts: readonly string[]) => (texts.length > 0 ? `<${texts.join(", ")}>` : "");
      // Without `in` and `out`, which only the declaration itself may have.
      const bare = (p: ts.TypeParameterDeclaration) => this.#source.text.slice(p.name.getStart(this.#source), p.end);
      const declared = list(typeParameters?.map(bare) ?? []);
      const given = list(typeParameters?.map(p => p.name.text) ?? []);
      this.#check.push({ at: end, insert: `;export type ${alone}${declared} = ${name.text}${given};` });
    }
    return found;
  }

  #module(s: ts.ModuleDeclaration): FoundStatement {
    const { ts } = this;
    if (!ts.isIdentifier(s.name) || (s.flags & ts.NodeFlags.GlobalAugmentation) !== 0) {
      return { kind: "silent" };
    }
    this.#export(s);
    const found: FoundBinding = { name: s.name.text, kind: "namespace", isValue: true, isType: true };
    return { kind: "define", bindings: [found], text: `namespace ${s.name.text}` };
  }

  #import(s: ts.ImportDeclaration): FoundStatement {
    const { ts } = this;
    const text = this.#oneLine(s);
    const clause = s.importClause;
    if (ts.isStringLiteral(s.moduleSpecifier) && !clause?.isTypeOnly) this.#imports.push(s.moduleSpecifier.text);
    if (clause === undefined) return { kind: "define", bindings: [], text };
    const names: { name: string; typeOnly: boolean }[] = [];
    const whole = clause.namedBindings && ts.isNamespaceImport(clause.namedBindings) ? clause.namedBindings : undefined;
    if (clause.name) names.push({ name: clause.name.text, typeOnly: false });
    if (whole !== undefined) names.push({ name: whole.name.text, typeOnly: false });
    else if (clause.namedBindings !== undefined)
      for (const e of (clause.namedBindings as ts.NamedImports).elements)
        names.push({ name: e.name.text, typeOnly: e.isTypeOnly });
    if (names.length > 0) {
      const list = names.map(n => n.name).join(", ");
      this.#check.push({ at: s.end, insert: `;export ${clause.isTypeOnly ? "type " : ""}{ ${list} };` });
      this.#emit.push(isValue => {
        const values = names.filter(n => isValue(n.name)).map(n => n.name);
        return values.length > 0 ? { at: s.end, insert: `;export { ${values.join(", ")} };` } : undefined;
      });
    }
    const { text: specifier } = s.moduleSpecifier as ts.StringLiteral;
    const bindings = names.map(({ name }) => ({
      ...binding(name, "import"),
      isType: true,
      ...(name === whole?.name.text && { namespaceOf: specifier }),
    }));
    return { kind: "define", bindings, text };
  }

  #expression(s: ts.ExpressionStatement): FoundStatement {
    const { ts } = this;
    const e = s.expression;
    const targets = assignedNames(ts, e);
    if (targets !== undefined) {
      const slots = targets.map(() => `${this.#own}_a${this.#slots++}`);
      const lets = targets.map((name, i) => `${slots[i]} = ${name}`).join(", ");
      this.#check.push({ at: s.end, insert: `;export let ${lets};` });
      return { kind: "assign", targets, slots };
    }
    const slot = `${this.#own}_r${this.#slots++}`;
    const at = e.getStart(this.#source);
    this.#check.push({ at, insert: `export let ${slot} = await (` }, { at: e.end, insert: ")" });
    this.#emit.push(() => ({ at, insert: `export let ${slot} = (await ${this.#own}.value(` }));
    this.#emit.push(() => ({ at: e.end, insert: ")).value" }));
    // An assertion (`assert(x)`) narrows what follows, but only as a statement.
    if (s !== this.#source.statements.at(-1) && mayAssert(ts, e)) {
      this.#check.push({ at: s.end, insert: `;${e.getText(this.#source)};` });
    }
    const callable = ts.isPropertyAccessExpression(e) ? e.getText(this.#source) : undefined;
    return { kind: "expression", slot, ...(callable === undefined ? {} : { callable }) };
  }

  /** Puts `export` before a declaration that has none, and takes `default` away. */
  #export(s: ts.Statement): void {
    const { ts } = this;
    const modifiers = ts.canHaveModifiers(s) ? (ts.getModifiers(s) ?? []) : [];
    const fallback = modifiers.find(m => m.kind === ts.SyntaxKind.DefaultKeyword);
    if (fallback) this.#both({ at: fallback.getStart(this.#source), remove: "default".length, insert: "" });
    if (modifiers.some(m => m.kind === ts.SyntaxKind.ExportKeyword)) return;
    const decorators = ts.canHaveDecorators(s) ? (ts.getDecorators(s) ?? []) : [];
    const lastDecorator = decorators.at(-1);
    const first = modifiers[0]?.getStart(this.#source);
    if (first !== undefined && (lastDecorator === undefined || first > lastDecorator.pos)) {
      this.#both({ at: first, insert: "export " });
    } else if (lastDecorator !== undefined) this.#both({ at: lastDecorator.end, insert: " export " });
    else this.#both({ at: s.getStart(this.#source), insert: "export " });
  }

  /** `import.meta` means nothing in a script: it is asked from the session. */
  #rewriteImportMeta(): void {
    const { ts } = this;
    const visit = (node: ts.Node): void => {
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        const at = node.getStart(this.#source);
        this.#emit.push(() => ({ at, remove: node.end - at, insert: `${this.#own}.meta` }));
      }
      ts.forEachChild(node, visit);
    };
    visit(this.#source);
  }

  /** The statement's own text on one line, without the semicolon. */
  #oneLine(s: ts.Statement): string {
    return s.getText(this.#source).replace(/\s+/g, " ").replace(/;\s*$/, "");
  }
}

function withCompanions(statement: FoundStatement, companions: ReadonlyMap<string, string>): FoundStatement {
  if (statement.kind !== "define") return statement;
  const bindings = statement.bindings.map(b => {
    const aloneAs = b.kind === "type" || b.kind === "interface" ? companions.get(b.name) : undefined;
    return aloneAs === undefined ? b : { ...b, aloneAs };
  });
  return { ...statement, bindings };
}

function binding(name: string, kind: BindingKind): FoundBinding {
  return { name, kind, isValue: true, isType: false };
}

function has(node: ts.Statement, kind: ts.SyntaxKind): boolean {
  return (node as { modifiers?: readonly ts.ModifierLike[] }).modifiers?.some(m => m.kind === kind) ?? false;
}

/** The values a statement hands over when it is done: names, or the slot of a result. */
function saidNames(found: FoundStatement): readonly string[] {
  switch (found.kind) {
    case "declare":
      return found.bindings.filter(b => b.kind !== "ambient").map(b => b.name);
    case "assign":
      return found.targets;
    case "expression":
      return [found.slot];
    default:
      return [];
  }
}
