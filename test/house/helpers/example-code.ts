import ts from "typescript";

/** What the comment behind a statement says. */
export type Expectation =
  /** `f(); // [1, 2]`: an expression, evaluated and compared deeply. */
  | { readonly kind: "value"; readonly text: string }
  /** `f(); // throws IllegalArgumentError: n is …`, where `…` stands for anything. */
  | { readonly kind: "error"; readonly name: string; readonly message: string | undefined }
  /** Words. Where a value could have stood it must be the value's text: `t.floor(d); // 5000 ms`. */
  | { readonly kind: "prose"; readonly text: string };

export interface ExampleImport {
  readonly specifier: string;
  /** Local name -> exported name, `default` or `*`. */
  readonly names: ReadonlyMap<string, string>;
}

/** An example, taken apart. */
export interface ExampleCode {
  /**
   * The code with its imports taken out, every expectation a call of `__check` and every other expression statement passed
   * through `__seen`.
   */
  readonly run: string;
  /** The code with its imports taken out, else as it was. */
  readonly plain: string;
  readonly imports: readonly ExampleImport[];
  readonly importText: string;
  readonly expectations: readonly Expectation[];
  /** Names it uses and does not declare. */
  readonly free: ReadonlySet<string>;
}

/** Takes an example apart at its statements. */
export function analyseExample(code: string): ExampleCode {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  const expectations: Expectation[] = [];
  const imports: ExampleImport[] = [];
  let [run, plain, importText] = ["", "", ""];
  source.statements.forEach((statement, i) => {
    const text = statement.getText(source);
    const lead = code.slice(statement.getFullStart(), statement.getStart(source));
    if (ts.isImportDeclaration(statement)) {
      imports.push(importOf(statement));
      importText += `${text}\n`;
      return;
    }
    plain += lead + text;
    const comment = commentBehind(code, statement, source.statements[i + 1] ?? source.endOfFileToken);
    const expectation = comment === undefined ? undefined : expectationOf(comment);
    run += `\n${rewritten(statement, text, expectation, expectations)}`;
  });
  return { run, plain: plain + "\n", imports, importText, expectations, free: freeNames(source) };
}

function rewritten(
  statement: ts.Statement,
  text: string,
  expectation: Expectation | undefined,
  expectations: Expectation[],
): string {
  const check = (thunk: string) => {
    const expected = expectation!.kind === "value" ? `, async () => (${expectation!.text}\n)` : "";
    return `await __check(${expectations.push(expectation!) - 1}, async () => ${thunk}${expected});`;
  };
  if (ts.isThrowStatement(statement)) {
    expectation ??= { kind: "error", name: "", message: undefined };
    return check(`{ ${text} }`);
  }
  if (ts.isExpressionStatement(statement)) {
    const expression = statement.expression.getText();
    return expectation === undefined ? `__seen(${expression}\n);` : check(`(${expression}\n)`);
  }
  if (ts.isVariableStatement(statement) && expectation !== undefined && expectation.kind !== "prose") {
    const name = statement.declarationList.declarations.at(-1)!.name;
    if (ts.isIdentifier(name)) return `${text}\n${check(`(${name.text})`)}`;
  }
  return text;
}

/** The comment on the line where the statement ends; else the comment lines right below it, if they look like an expectation. */
function commentBehind(code: string, statement: ts.Statement, next: ts.Node): string | undefined {
  const same = ts.getTrailingCommentRanges(code, statement.end)?.[0];
  const below = ts.getLeadingCommentRanges(code, next.getFullStart()) ?? [];
  const text = (r: ts.CommentRange) =>
    code
      .slice(r.pos, r.end)
      .replace(/^\/\/ ?|^\/\*+|\*\/$/g, "")
      .trim();
  if (same !== undefined) {
    // A comment that goes on below, at the same column.
    const column = same.pos - code.lastIndexOf("\n", same.pos);
    const rest = below.filter(r => r.pos > same.end && r.pos - code.lastIndexOf("\n", r.pos) === column && column > 1);
    return [same, ...rest].map(text).join(" ");
  }
  const joined = below.map(text).join(" ");
  if (joined === "" || /\n\s*\n/.test(code.slice(statement.end, below[0]!.pos))) return undefined;
  return expectationOf(joined).kind === "prose" ? undefined : joined;
}

const CONSTANTS = new Set(["true", "false", "null", "undefined", "NaN", "Infinity"]);

/** How the text of a comment is understood. */
export function expectationOf(comment: string): Expectation {
  const error = /^(?:throws )?(\w*(?:Error|Exception))(?:: ([\s\S]+))?$/.exec(comment);
  if (error !== null) return { kind: "error", name: error[1]!, message: error[2] };
  const isWord = /^[A-Za-z_$][\w$]*$/.test(comment) && !CONSTANTS.has(comment);
  return !isWord && isExpression(comment) ? { kind: "value", text: comment } : { kind: "prose", text: comment };
}

function isExpression(text: string): boolean {
  try {
    new Function(`return async () => (${text}\n)`);
    return true;
  } catch {
    return false;
  }
}

function importOf(statement: ts.ImportDeclaration): ExampleImport {
  const names = new Map<string, string>();
  const clause = statement.importClause;
  if (clause?.name !== undefined) names.set(clause.name.text, "default");
  const bindings = clause?.namedBindings;
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) names.set(bindings.name.text, "*");
  if (bindings !== undefined && ts.isNamedImports(bindings)) {
    for (const e of bindings.elements) if (!e.isTypeOnly) names.set(e.name.text, (e.propertyName ?? e.name).text);
  }
  return { specifier: (statement.moduleSpecifier as ts.StringLiteral).text, names };
}

/** Identifiers in the place of a value or type, less those the example declares anywhere. */
function freeNames(source: ts.SourceFile): Set<string> {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const parent = node.parent;
      const isMember =
        (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        (ts.isQualifiedName(parent) && parent.right === node) ||
        (ts.isPropertyAssignment(parent) && parent.name === node) ||
        (ts.isBindingElement(parent) && parent.propertyName === node) ||
        (ts.isClassElement(parent) && parent.name === node) ||
        (ts.isTypeElement(parent) && parent.name === node);
      const isDeclared =
        !isMember && (parent as ts.NamedDeclaration).name === node && !ts.isShorthandPropertyAssignment(parent);
      if (isDeclared) declared.add(node.text);
      else if (!isMember) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const name of declared) used.delete(name);
  return used;
}
