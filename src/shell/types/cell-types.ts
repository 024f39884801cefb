import type ts from "typescript";
import type { Analysis, FoundBinding, FoundStatement } from "../cells/analyse.js";
import type { CellHost } from "./cell-host.js";
import type { CellBinding, CellStatement } from "./type-service.js";
import type { TypeScript } from "./typescript.js";

/** Longer types are cut the way TypeScript cuts them. */
const WHOLE_TYPE = 500;

/** Reads the types to show out of a checked cell. */
export class CellTypes {
  readonly #checker: ts.TypeChecker;
  readonly #exports: ReadonlyMap<string, ts.Symbol>;

  constructor(
    private readonly ts: TypeScript,
    program: ts.Program,
    private readonly file: ts.SourceFile,
    private readonly host: Pick<CellHost, "moduleNameOf" | "isOwn">,
  ) {
    this.#checker = program.getTypeChecker();
    const module = this.#checker.getSymbolAtLocation(file);
    this.#exports = new Map(
      (module ? this.#checker.getExportsOfModule(module) : []).map(symbol => [symbol.name, symbol]),
    );
  }

  /** The type of an export as text; undefined when there is no such export. */
  typeOf(name: string): string | undefined {
    const type = this.#type(name);
    return type === undefined ? undefined : this.#text(type);
  }

  /** Whether an imported name exists at run time. What cannot be resolved may. */
  isValue(name: string): boolean {
    const symbol = this.#exports.get(name);
    if (symbol === undefined) return true;
    const { flags } = symbol.flags & this.ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    return (flags & (this.ts.SymbolFlags.Value | this.ts.SymbolFlags.Transient)) !== 0;
  }

  statements(analysis: Analysis): CellStatement[] {
    return analysis.statements.map(found => this.#statement(found));
  }

  #statement(found: FoundStatement): CellStatement {
    switch (found.kind) {
      case "silent":
        return found;
      case "declare":
        return { kind: "declare", bindings: found.bindings.map(b => this.#binding(b)), hint: this.#awaitHint(found) };
      case "define":
        return { kind: "define", bindings: found.bindings.map(b => this.#binding(b)), text: found.text };
      case "assign":
        return {
          kind: "assign",
          targets: found.targets.map((name, i) => this.#target(name, found.slots[i]!)),
        };
      case "expression":
        return {
          kind: "expression",
          slot: found.slot,
          type: this.typeOf(found.slot),
          hint: found.callable === undefined ? undefined : this.#callHint(found.slot, found.callable),
        };
    }
  }

  #binding(found: FoundBinding): CellBinding {
    const typed =
      found.kind === "const" || found.kind === "let" || found.kind === "function" || found.kind === "ambient";
    return {
      name: found.name,
      kind: found.kind,
      type: typed && !found.isType ? this.typeOf(found.shownAs ?? found.name) : undefined,
      value: found.kind === "import" ? this.isValue(found.name) : found.isValue,
      isType: found.isType,
      ...(found.namespaceOf !== undefined && { namespaceOf: found.namespaceOf }),
      ...(found.aloneAs !== undefined && { aloneAs: found.aloneAs }),
    };
  }

  /**
   * A target of an assignment, with the type it has from then on. `n = 5` makes a `number` of a `number | undefined`; a
   * single value (`true`, `"a"`, `undefined`) makes nothing of it, or `flag === false` would be an error on the next line.
   */
  #target(name: string, slot: string): CellBinding {
    const { TypeFlags } = this.ts;
    const type = this.#type(slot);
    const single = (t: ts.Type): boolean =>
      (t.flags & TypeFlags.Unit) !== 0 ||
      ((t.flags & TypeFlags.Union) !== 0 && (t as ts.UnionType).types.every(single));
    const narrows = type !== undefined && !single(type);
    const shown = narrows ? type : (this.#declaredType(slot) ?? type);
    const target = { name, kind: "let", type: shown && this.#text(shown), value: true, isType: false } as const;
    return narrows ? { ...target, slot } : target;
  }

  /** The declared type of the name whose value is in a slot. */
  #declaredType(slot: string): ts.Type | undefined {
    const declaration = this.#exports.get(slot)?.valueDeclaration;
    if (declaration === undefined || !this.ts.isVariableDeclaration(declaration)) return undefined;
    const symbol = declaration.initializer && this.#checker.getSymbolAtLocation(declaration.initializer);
    return symbol && this.#checker.getTypeOfSymbol(symbol);
  }

  /** `const n = rdd.count()` without `await`: actions of tspark give promises. */
  #awaitHint(found: FoundStatement & { readonly kind: "declare" }): string | undefined {
    const { ts } = this;
    for (const { name, annotated, shownAs } of found.bindings) {
      const declaration = this.#symbol(name)?.valueDeclaration;
      if (annotated || declaration === undefined || !ts.isVariableDeclaration(declaration)) continue;
      const value = declaration.initializer;
      if (value === undefined || !ts.isCallExpression(value) || !ts.isPropertyAccessExpression(value.expression))
        continue;
      const method = this.#checker.getSymbolAtLocation(value.expression.name)?.valueDeclaration;
      if (method === undefined || !this.host.isOwn(method.getSourceFile().fileName)) continue;
      if (!this.#text(this.#checker.getTypeAtLocation(value)).startsWith("Promise<")) continue;
      if (this.#isUsed(name, declaration, shownAs)) continue;
      const text = value.getText(this.file);
      const call = text.length <= 60 && !text.includes("\n") ? text : "…";
      const keyword = found.bindings.some(b => b.kind === "const") ? "const" : "let";
      return `${name} is a promise; to have its value: ${keyword} ${name} = await ${call}`;
    }
    return undefined;
  }

  /** Whether the cell itself does something with a name it declares, but for showing it. */
  #isUsed(name: string, declaration: ts.VariableDeclaration, shownAs: string | undefined): boolean {
    const { ts } = this;
    const visit = (node: ts.Node): boolean =>
      (ts.isIdentifier(node) && node.text === name && node !== declaration.name && !isAdded(node.parent)) ||
      (ts.forEachChild(node, child => visit(child) || undefined) ?? false);
    const isAdded = (node: ts.Node) =>
      ts.isExportSpecifier(node) ||
      (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === shownAs);
    return visit(this.file);
  }

  /** `sc.stop` typed without parentheses, as Scala allows it. */
  #callHint(slot: string, text: string): string | undefined {
    const signatures = this.#type(slot)?.getCallSignatures() ?? [];
    if (!signatures.some(s => s.parameters.every(p => this.#isOptional(p)))) return undefined;
    const declaration = this.#exports.get(slot)?.valueDeclaration;
    if (declaration === undefined || !this.ts.isVariableDeclaration(declaration)) return undefined;
    let e: ts.Expression | undefined = declaration.initializer;
    while (e !== undefined && (this.ts.isAwaitExpression(e) || this.ts.isParenthesizedExpression(e))) e = e.expression;
    if (e === undefined || !this.ts.isPropertyAccessExpression(e)) return undefined;
    const symbol = this.#checker.getSymbolAtLocation(e.name);
    if (symbol === undefined || (symbol.flags & this.ts.SymbolFlags.Method) === 0) return undefined;
    return `${text} is a function; to call it: ${text}()`;
  }

  #isOptional(parameter: ts.Symbol): boolean {
    const declaration = parameter.valueDeclaration;
    return (
      declaration !== undefined &&
      this.ts.isParameter(declaration) &&
      (declaration.questionToken !== undefined || declaration.initializer !== undefined)
    );
  }

  #type(name: string): ts.Type | undefined {
    const symbol = this.#symbol(name);
    return symbol === undefined ? undefined : this.#checker.getTypeOfSymbolAtLocation(symbol, this.file);
  }

  /** What is exported by a name, also where `export { name }` says so. */
  #symbol(name: string): ts.Symbol | undefined {
    const symbol = this.#exports.get(name);
    const isAlias = symbol !== undefined && (symbol.flags & this.ts.SymbolFlags.Alias) !== 0;
    return isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #text(type: ts.Type): string {
    const { TypeFormatFlags: F } = this.ts;
    const flags = F.UseAliasDefinedOutsideCurrentScope;
    const whole = this.#checker.typeToString(type, this.file, flags | F.NoTruncation);
    const text = whole.length <= WHOLE_TYPE ? whole : this.#checker.typeToString(type, this.file, flags);
    return text.replace(/\bimport\("([^"]+)"\)/g, (_, file: string) => `import("${this.host.moduleNameOf(file)}")`);
  }
}
