import type { Closure, Free } from "./free.js";
import { freeVariables } from "./free-variables.js";
import { givenName, isConstantKey } from "./given-name.js";
import { GLOBALS } from "./globals.js";
import type { TypeScript, ts } from "./typescript.js";

/** The global functions that emitted text calls; `core/closure` installs them. */
const MARK = "__tspark_mark";
const MEMBERS = "__tspark_members";
const IMPORT = "__tspark_import";
/** The module's `import.meta`, which does not parse outside of it. */
const META = "__tspark_import_meta";

/** Bits of the flags in a mark, as `core/closure/mark.ts` has them. */
const ASSIGNS = 1;
const AFTER = 2;
const PRIVATE = 8;

export interface TransformerOptions {
  /** The key of a file in its marks, under which its emitted text is registered; default: the file's name. */
  readonly key?: (file: ts.SourceFile) => string;
  /** Whether a file is transformed; default: all but declaration files. */
  readonly include?: (file: ts.SourceFile) => boolean;
  /**
   * Writes `import(x)` as a call of a helper that imports from the module's base. For texts emitted as CommonJS and not
   * run from a file, where TypeScript would make a `require` of it. Default false.
   */
  readonly importHelper?: boolean;
  /**
   * Imported names that stand for the namespace of another module than the one that the file imports them from, each with that
   * module's specifier: what an input of the shell imports of an earlier one that imported it.
   */
  readonly namespaces?: ReadonlyMap<string, string>;
}

/**
 * The transformer that lets closures travel: a `before` transformer which marks every function and class of a file with
 * the variables it captures. The program does the same as before; `core/closure` must be loaded when it runs.
 *
 * @param ts the module `typescript` that compiles, 5.9 or 6
 *
 * @example
 * import ts from "typescript";
 * const text = "const n = 1; export const f = (x: number) => x + n;";
 * ts.transpileModule(text, { transformers: { before: [closureTransformer(ts)] } });
 */
export function closureTransformer(
  ts: TypeScript,
  options: TransformerOptions = {},
): ts.TransformerFactory<ts.SourceFile> {
  const include = options.include ?? (file => !file.isDeclarationFile);
  return context => file => (include(file) ? new FileTransformer(ts, context, file, options).run() : file);
}

class FileTransformer {
  readonly #f: ts.NodeFactory;
  readonly #free: Map<Closure, Free>;
  readonly #key: string;
  readonly #needsMeta: boolean;
  #count = 0;

  constructor(
    readonly ts: TypeScript,
    readonly context: ts.TransformationContext,
    readonly file: ts.SourceFile,
    readonly options: TransformerOptions,
  ) {
    this.#f = context.factory;
    // another transformer may have been there before: what was written is what has parents and scopes
    this.#free = freeVariables(ts, ts.getOriginalNode(file) as ts.SourceFile, options.namespaces);
    this.#needsMeta = [...this.#free.values()].some(free => free.usesImportMeta);
    this.#key = options.key?.(file) ?? file.fileName;
  }

  run(): ts.SourceFile {
    const { ts } = this;
    const file = ts.visitNode(this.file, node => this.#visit(node)) as ts.SourceFile;
    if (!this.#needsMeta) return file;
    const f = this.#f;
    const meta = f.createMetaProperty(ts.SyntaxKind.ImportKeyword, f.createIdentifier("meta"));
    const declaration = f.createVariableDeclaration(META, undefined, undefined, meta);
    const statement = f.createVariableStatement(
      undefined,
      f.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
    );
    return f.updateSourceFile(file, [statement, ...file.statements]);
  }

  #children<N extends ts.Node>(node: N): N {
    return this.ts.visitEachChild(node, child => this.#visit(child), this.context);
  }

  #visit(node: ts.Node): ts.VisitResult<ts.Node> {
    const { ts } = this;
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node)) {
      const inner = this.#children(node);
      const original = ts.getOriginalNode(node) as typeof node;
      if (!this.#free.has(original) || this.#isCalledAtOnce(original)) return inner;
      return this.#mark(original, this.#named(original, inner));
    }
    if (this.options.importHelper && ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      return this.#f.createCallExpression(this.#f.createIdentifier(IMPORT), undefined, [
        this.#text(this.#key),
        ...node.arguments.map(argument => ts.visitNode(argument, child => this.#visit(child)) as ts.Expression),
      ]);
    if (this.#needsMeta && ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
      return this.#f.createIdentifier(META);
    if (ts.isObjectLiteralExpression(node) && node.properties.some(ts.isMethodDeclaration)) return this.#literal(node);
    if (ts.isSourceFile(node)) {
      const inner = this.#children(node);
      return this.#f.updateSourceFile(inner, this.#statements(node.statements, inner.statements));
    }
    if (ts.isBlock(node)) {
      const inner = this.#children(node);
      return this.#f.updateBlock(inner, this.#statements(node.statements, inner.statements));
    }
    if (ts.isModuleBlock(node)) {
      const inner = this.#children(node);
      return this.#f.updateModuleBlock(inner, this.#statements(node.statements, inner.statements));
    }
    if (ts.isCaseClause(node)) {
      const inner = this.#children(node);
      return this.#f.updateCaseClause(inner, inner.expression, this.#statements(node.statements, inner.statements));
    }
    if (ts.isDefaultClause(node)) {
      const inner = this.#children(node);
      return this.#f.updateDefaultClause(inner, this.#statements(node.statements, inner.statements));
    }
    return this.#children(node);
  }

  /** `(() => …)()`: nobody else gets hold of it. */
  #isCalledAtOnce(node: ts.Node): boolean {
    const { ts } = this;
    let child = node;
    while (child.parent !== undefined && ts.isParenthesizedExpression(child.parent)) child = child.parent;
    return child.parent !== undefined && ts.isCallExpression(child.parent) && child.parent.expression === child;
  }

  /** Marks the functions a block declares at its head (they are hoisted), its classes behind their declaration. */
  #statements(
    originals: ts.NodeArray<ts.Statement>,
    statements: ts.NodeArray<ts.Statement>,
  ): ts.NodeArray<ts.Statement> {
    const { ts } = this;
    if (!originals.some(statement => this.#declares(statement))) return statements;
    const head: ts.Statement[] = [];
    const body: ts.Statement[] = [];
    for (const statement of statements) {
      const original = ts.getOriginalNode(statement);
      if (!this.#declares(original)) body.push(statement);
      else if (original.name === undefined) body.push(this.#defaultExport(original, statement));
      else {
        body.push(statement);
        const isClass = ts.isClassDeclaration(original);
        const call = this.#mark(original, this.#plain(original.name), isClass ? AFTER : 0);
        (isClass ? body : head).push(this.#f.createExpressionStatement(call));
      }
    }
    let directives = 0;
    while (directives < body.length && this.#isDirective(body[directives]!)) directives++;
    body.splice(directives, 0, ...head);
    return ts.setTextRange(this.#f.createNodeArray(body), statements);
  }

  #declares(node: ts.Node): node is ts.FunctionDeclaration | ts.ClassDeclaration {
    const { ts } = this;
    if (ts.isFunctionDeclaration(node)) return node.body !== undefined && this.#free.has(node);
    return ts.isClassDeclaration(node) && this.#free.has(node);
  }

  #isDirective(statement: ts.Statement): boolean {
    return this.ts.isExpressionStatement(statement) && this.ts.isStringLiteral(statement.expression);
  }

  /** `export default function () { … }` has no name to mark it by: it becomes an expression. */
  #defaultExport(original: ts.FunctionDeclaration | ts.ClassDeclaration, inner: ts.Statement): ts.Statement {
    const { ts } = this;
    const f = this.#f;
    const keep = (modifiers: ts.NodeArray<ts.ModifierLike> | undefined) =>
      modifiers?.filter(m => m.kind !== ts.SyntaxKind.ExportKeyword && m.kind !== ts.SyntaxKind.DefaultKeyword);
    let expression: ts.Expression;
    if (ts.isFunctionDeclaration(inner))
      expression = f.createFunctionExpression(
        keep(inner.modifiers) as ts.Modifier[] | undefined,
        inner.asteriskToken,
        undefined,
        inner.typeParameters,
        inner.parameters,
        inner.type,
        inner.body!,
      );
    else if (ts.isClassDeclaration(inner) && !this.#isDecorated(original))
      expression = f.createClassExpression(
        keep(inner.modifiers),
        undefined,
        inner.typeParameters,
        inner.heritageClauses,
        inner.members,
      );
    else return inner;
    ts.setTextRange(expression, inner);
    return ts.setTextRange(f.createExportDefault(this.#mark(original, this.#asMember("default", expression))), inner);
  }

  #literal(node: ts.ObjectLiteralExpression): ts.Expression {
    const { ts } = this;
    const f = this.#f;
    const members: ts.PropertyAssignment[] = [];
    for (const member of node.properties) {
      const property = ts.getOriginalNode(member);
      if (!ts.isMethodDeclaration(property) || !this.#free.has(property)) continue;
      const { name } = property;
      if (ts.isComputedPropertyName(name) && !isConstantKey(ts, name.expression)) continue;
      const key = ts.isComputedPropertyName(name)
        ? f.createComputedPropertyName(this.#synthetic(name.expression))
        : f.createComputedPropertyName(
            this.#text(ts.isNumericLiteral(name) ? String(Number(name.text)) : (name as ts.Identifier).text),
          );
      members.push(f.createPropertyAssignment(key, f.createArrayLiteralExpression(this.#describe(property))));
    }
    const inner = this.#children(node);
    return members.length === 0 ? inner : this.#call(MEMBERS, [inner, f.createObjectLiteralExpression(members)]);
  }

  #named(node: ts.Expression, inner: ts.Expression): ts.Expression {
    const { ts } = this;
    if ((ts.isFunctionExpression(node) || ts.isClassExpression(node)) && node.name !== undefined) return inner;
    const name = givenName(ts, node);
    return name === undefined ? inner : this.#asMember(name, inner);
  }

  /** `{ f: value }.f`: the value, which has got that name. */
  #asMember(name: string | ts.Expression, value: ts.Expression): ts.Expression {
    const f = this.#f;
    const key = () => (typeof name === "string" ? this.#text(name) : this.#synthetic(name));
    const isName = typeof name === "string" && /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__";
    const property = isName ? f.createIdentifier(name) : f.createComputedPropertyName(key());
    const object = f.createObjectLiteralExpression([f.createPropertyAssignment(property, value)]);
    return isName ? f.createPropertyAccessExpression(object, name) : f.createElementAccessExpression(object, key());
  }

  /** `__tspark_mark("cell_3#7", value, () => [() => late], flags)` */
  #mark(node: Closure, value: ts.Expression, flags = 0): ts.Expression {
    const [id, ...rest] = this.#describe(node, flags);
    return this.#call(MARK, [id!, value, ...rest]);
  }

  /** The id, the captures and the flags of a mark; the last two only where there are any. */
  #describe(node: Closure, flags = 0): ts.Expression[] {
    const { ts } = this;
    const f = this.#f;
    const free = this.#free.get(node)!;
    const thunks: ts.Expression[] = [];
    for (const { name, node: use, binding, writes, members } of free.variables.values()) {
      if (binding === undefined && GLOBALS.has(name)) continue;
      if (writes.length > 0) flags |= ASSIGNS;
      const from = binding?.from;
      const take = (variable: ts.Expression, imported: string | undefined) => {
        if (from !== undefined && !from.specifier.startsWith("."))
          thunks.push(this.#text(`${from.specifier}|${imported}`));
        thunks.push(this.#thunk(this.#synthetic(variable)));
      };
      if (members === undefined || !isInPieces(from!.specifier)) take(use, from?.name);
      else for (const [member, access] of members) take(access, member);
    }
    if (ts.isArrowFunction(node)) {
      if (free.usesThis) thunks.push(this.#thunk(f.createThis()));
      if (free.usesArguments) thunks.push(this.#thunk(f.createIdentifier("arguments")));
    }
    if (free.usesImportMeta) thunks.push(this.#thunk(f.createIdentifier(META)));
    const obstacles = [...free.obstacles];
    if (ts.isClassLike(node)) {
      if (free.usesThis) obstacles.push("uses this outside of its members");
      if (this.#isDecorated(node)) obstacles.push("has decorators");
      if (node.members.some(member => member.name && ts.isPrivateIdentifier(member.name))) flags |= PRIVATE;
    }
    const parts: ts.Expression[] = [this.#text(`${this.#key}#${this.#count++}`)];
    if (obstacles.length > 0) parts.push(this.#text(obstacles.join(" and ")));
    else if (thunks.length > 0) parts.push(this.#thunk(f.createArrayLiteralExpression(thunks)));
    else if (flags !== 0) parts.push(f.createVoidZero());
    if (flags !== 0) parts.push(f.createNumericLiteral(flags));
    return parts;
  }

  #isDecorated(node: ts.Node): boolean {
    const { ts } = this;
    const decorated = (x: ts.Node) => ts.canHaveDecorators(x) && (ts.getDecorators(x)?.length ?? 0) > 0;
    if (decorated(node)) return true;
    if (!ts.isClassLike(node)) return false;
    return node.members.some(
      member =>
        decorated(member) || (ts.isFunctionLike(member) && member.parameters.some(parameter => decorated(parameter))),
    );
  }

  #call(helper: string, args: ts.Expression[]): ts.Expression {
    return this.#f.createCallExpression(this.#f.createIdentifier(helper), undefined, args);
  }

  #thunk(body: ts.Expression): ts.Expression {
    return this.#f.createArrowFunction(undefined, undefined, [], undefined, undefined, body);
  }

  #text(text: string): ts.StringLiteral {
    // as it is: the run time looks for it in the emitted text
    return this.ts.setEmitFlags(this.#f.createStringLiteral(text), this.ts.EmitFlags.NoAsciiEscaping);
  }

  /**
   * A name (or constant key) of the source, used once more: the compiler writes it as it writes the original
   * (`cell_1.x` for an import), without the comments around it.
   */
  #synthetic<E extends ts.Expression>(node: E): E {
    const { ts } = this;
    const copy = ts.isIdentifier(node)
      ? this.#f.createIdentifier(node.text)
      : ts.isPropertyAccessExpression(node)
        ? this.#f.createPropertyAccessExpression(this.#synthetic(node.expression), (node.name as ts.Identifier).text)
        : node;
    if ((copy as ts.Node) === node) return node;
    ts.setOriginalNode(copy, node);
    return ts.setEmitFlags(copy, ts.EmitFlags.NoComments | ts.EmitFlags.NoSourceMap) as unknown as E;
  }

  /** The name of a declaration as a value: a declared function or class is read by its local name. */
  #plain(name: ts.Identifier): ts.Identifier {
    return this.#synthetic(name);
  }
}

/**
 * Whether of a namespace only what is used is captured: beside it the user's own module may hold what cannot travel, and tspark's
 * does. That of another package travels whole, by the package's name, and its functions may look for their `this` in it.
 */
function isInPieces(specifier: string): boolean {
  return specifier.startsWith(".") || /^tspark(?:\/|$)/.test(specifier);
}
