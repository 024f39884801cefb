import type ts from "typescript";
import type { DocAnswer } from "./type-service.js";
import type { TypeScript } from "./typescript.js";

/** More overloads than this of one name drown what is said of it. */
const MOST_SIGNATURES = 8;
/** A declaration that is shown as it stands is cut behind so many characters. */
const WHOLE_DECLARATION = 400;

/**
 * What is written about a name: `RDD`, `RDD.map`, `sc.parallelize`, `StorageLevel.MEMORY_ONLY`. A member may be named by its
 * class, as people do. Comments are read from the text of the declarations when they are asked for: the service does not
 * parse them.
 */
export class Documentation {
  constructor(
    private readonly ts: TypeScript,
    private readonly checker: ts.TypeChecker,
    private readonly file: ts.SourceFile,
    /** The names that `tspark` exports. */
    private readonly api: readonly string[],
  ) {}

  /** Of a dotted name; undefined when there is no such thing. */
  ofName(name: string): DocAnswer | undefined {
    const [first, ...members] = name.split(".");
    let symbol = this.#inScope(first!);
    for (const member of members) symbol = symbol && this.#member(symbol, member);
    return symbol && this.#describe(symbol, name);
  }

  /** Of what stands at the end of an expression of the file. */
  ofExpression(expression: ts.Expression): DocAnswer | undefined {
    let e = expression;
    while (this.ts.isParenthesizedExpression(e)) e = e.expression;
    const node = this.ts.isCallExpression(e) ? e.expression : e;
    const symbol = this.checker.getSymbolAtLocation(this.ts.isPropertyAccessExpression(node) ? node.name : node);
    return symbol && this.#describe(this.#target(symbol), node.getText(this.file));
  }

  #inScope(name: string): ts.Symbol | undefined {
    const { SymbolFlags: F } = this.ts;
    const found = this.checker.getSymbolsInScope(this.file, F.Value | F.Type | F.Namespace | F.Alias);
    const symbol = found.find(s => s.name === name);
    return symbol && this.#target(symbol);
  }

  #target(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & this.ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  #member(symbol: ts.Symbol, name: string): ts.Symbol | undefined {
    const { SymbolFlags: F } = this.ts;
    const types: ts.Type[] = [];
    if (symbol.flags & F.Value) types.push(this.checker.getTypeOfSymbolAtLocation(symbol, this.file));
    if (symbol.flags & F.Type) types.push(this.checker.getDeclaredTypeOfSymbol(symbol));
    for (const type of types) {
      const found = this.checker.getPropertyOfType(this.checker.getApparentType(type), name);
      if (found !== undefined) return found;
    }
    const inner = symbol.flags & F.Namespace ? this.checker.getExportsOfModule(symbol) : [];
    const found = inner.find(s => s.name === name);
    return found && this.#target(found);
  }

  #describe(symbol: ts.Symbol, name: string): DocAnswer | undefined {
    const declarations = symbol.declarations ?? [];
    if (declarations.length === 0) return undefined;
    const signatures = this.#signatures(symbol, declarations, name);
    return { status: "found", signatures, text: this.#comments(declarations) || this.#commentsOfType(symbol) };
  }

  #comments(declarations: readonly ts.Declaration[]): string {
    const comments = this.#current(declarations).map(d => this.#commentOf(d));
    return [...new Set(comments.filter(text => text !== ""))].join("\n\n");
  }

  /** Of a variable about which nothing is written: what is written about the class of its value. */
  #commentsOfType(symbol: ts.Symbol): string {
    const { SymbolFlags: F } = this.ts;
    if (!(symbol.flags & (F.Variable | F.Property | F.Accessor))) return "";
    const made = this.checker.getTypeOfSymbolAtLocation(symbol, this.file).getSymbol();
    return made && made.flags & (F.Class | F.Interface) ? this.#comments(made.declarations ?? []) : "";
  }

  /** Overloads that are only there to warn of a mistake are no way to call it. */
  #current(declarations: readonly ts.Declaration[]): readonly ts.Declaration[] {
    const current = declarations.filter(d => !this.#commentOf(d).includes("@deprecated"));
    return current.length > 0 ? current : declarations;
  }

  #signatures(symbol: ts.Symbol, declarations: readonly ts.Declaration[], name: string): string[] {
    const { SymbolFlags: F } = this.ts;
    if (symbol.flags & (F.Class | F.Interface | F.Enum | F.TypeAlias | F.Module)) {
      return [...new Set(declarations.map(d => this.#headOf(d)).filter(text => text !== ""))].slice(0, MOST_SIGNATURES);
    }
    const type = this.checker.getTypeOfSymbolAtLocation(symbol, this.file);
    const current = this.#current(declarations);
    const all = type.getCallSignatures();
    const calls = all.filter(
      s => s.declaration === undefined || !declarations.includes(s.declaration) || current.includes(s.declaration),
    );
    const { TypeFormatFlags: T } = this.ts;
    const whole = T.UseAliasDefinedOutsideCurrentScope | T.NoTruncation;
    if (calls.length > 0) {
      const said = calls.slice(0, MOST_SIGNATURES).map(s => {
        return `${name}${this.checker.signatureToString(s, this.file, whole)}`;
      });
      const left = calls.length - said.length;
      return left > 0 ? [...said, `… ${left} more`] : said;
    }
    return [`${name}: ${this.checker.typeToString(type, this.file, whole)}`];
  }

  /** `class RDD<T>`, `type Ordering<T> = …`: a declaration up to its members. */
  #headOf(declaration: ts.Declaration): string {
    const { ts } = this;
    const source = declaration.getSourceFile();
    if (ts.isVariableDeclaration(declaration) || ts.isSourceFile(declaration)) return "";
    const text = declaration
      .getText(source)
      .replace(this.#partOf(declaration), "")
      .replace(/^(?:export\s+|default\s+|declare\s+)+/, "");
    const head =
      ts.isTypeAliasDeclaration(declaration) || ts.isEnumDeclaration(declaration) ? text : text.split("{")[0]!;
    const line = head
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/\s+/g, " ")
      .trim()
      .replace(/;$/, "");
    return line.length > WHOLE_DECLARATION ? `${line.slice(0, WHOLE_DECLARATION)}…` : line;
  }

  /** `extends PairRDDFunctions<T>`, of a class of ours that is put together of others which nobody can import. */
  #partOf(declaration: ts.Declaration): string {
    const { ts } = this;
    if (!ts.isClassDeclaration(declaration) || !this.api.includes(declaration.name?.text ?? "")) return "";
    const clause = declaration.heritageClauses?.find(c => c.token === ts.SyntaxKind.ExtendsKeyword);
    const base = clause?.types[0]?.expression;
    if (clause === undefined || base === undefined || !ts.isIdentifier(base) || this.api.includes(base.text)) return "";
    return clause.getText(declaration.getSourceFile());
  }

  /** The documentation comment before a declaration, without its stars. */
  #commentOf(declaration: ts.Declaration): string {
    const { ts } = this;
    let node: ts.Node = declaration;
    while (ts.isVariableDeclaration(node) || ts.isVariableDeclarationList(node)) node = node.parent;
    if (ts.isSourceFile(node)) return "";
    const { text } = node.getSourceFile();
    const comment = ts
      .getLeadingCommentRanges(text, node.pos)
      ?.map(range => text.slice(range.pos, range.end))
      .findLast(c => c.startsWith("/**"));
    return comment === undefined ? "" : withoutStars(comment);
  }
}

function withoutStars(comment: string): string {
  return comment
    .replace(/^\/\*\*|\*\/$/g, "")
    .split(/\r?\n/)
    .map(line => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .replace(
      /\{@link(?:code|plain)?\s+([^}\s|]+)(?:[\s|]+([^}]*))?\}/g,
      (_, target: string, label?: string) => label ?? target,
    )
    .trim();
}
