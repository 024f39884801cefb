import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";

// Questions about the text of an input that its syntax alone answers.

/** The names that a name or a pattern declares. */
export function namesOf(ts: TypeScript, name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap(e => (ts.isBindingElement(e) ? namesOf(ts, e.name) : []));
}

/** The `var`s in blocks and loops of a statement. */
export function hoistedNames(ts: TypeScript, s: ts.Statement): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) {
      for (const { name } of node.declarations) for (const n of namesOf(ts, name)) names.add(n);
    }
    ts.forEachChild(node, visit);
  };
  visit(s);
  return names;
}

/** `export { a }`: names the input exports itself. */
export function exportedNames(ts: TypeScript, source: ts.SourceFile): string[] {
  return source.statements.flatMap(s => {
    if (!ts.isExportDeclaration(s) || s.moduleSpecifier !== undefined || s.exportClause === undefined) return [];
    return ts.isNamedExports(s.exportClause) ? s.exportClause.elements.map(e => e.name.text) : [];
  });
}

/** `let x = null`, `let x = undefined`. */
export function isNothing(ts: TypeScript, { name, type, initializer }: ts.VariableDeclaration): boolean {
  if (initializer === undefined || type !== undefined || !ts.isIdentifier(name)) return false;
  return (
    initializer.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(initializer) && initializer.text === "undefined")
  );
}

/** A call that may be an assertion, which narrows what follows. */
export function mayAssert(ts: TypeScript, e: ts.Expression): boolean {
  if (!ts.isCallExpression(e) || e.arguments.length === 0) return false;
  let callee = e.expression;
  while (ts.isPropertyAccessExpression(callee)) callee = callee.expression;
  const plain = (a: ts.Expression) => !ts.isArrowFunction(a) && !ts.isFunctionExpression(a);
  return ts.isIdentifier(callee) && callee.text !== "console" && e.arguments.every(plain);
}

/** The names an assignment gives values to; undefined when it is none, or assigns to something else than names. */
export function assignedNames(ts: TypeScript, expression: ts.Expression): string[] | undefined {
  let e = expression;
  while (ts.isParenthesizedExpression(e)) e = e.expression;
  if (!ts.isBinaryExpression(e)) return undefined;
  const operator = e.operatorToken.kind;
  if (operator < ts.SyntaxKind.FirstAssignment || operator > ts.SyntaxKind.LastAssignment) return undefined;
  const names: string[] = [];
  const collect = (target: ts.Node): boolean => {
    if (ts.isIdentifier(target)) return names.push(target.text) > 0;
    if (ts.isOmittedExpression(target)) return true;
    if (ts.isArrayLiteralExpression(target)) return target.elements.every(collect);
    if (ts.isSpreadElement(target) || ts.isSpreadAssignment(target)) return collect(target.expression);
    if (ts.isShorthandPropertyAssignment(target)) return collect(target.name);
    if (ts.isPropertyAssignment(target)) return collect(target.initializer);
    if (ts.isObjectLiteralExpression(target)) return target.properties.every(collect);
    if (ts.isBinaryExpression(target) && target.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      return collect(target.left);
    }
    return false;
  };
  return collect(e.left) && names.length > 0 ? names : undefined;
}

/** Names used anywhere that may be the session's. */
export function usedNames(ts: TypeScript, source: ts.SourceFile): Set<string> {
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const p = node.parent;
      const isMemberName =
        (ts.isPropertyAccessExpression(p) && p.name === node) ||
        (ts.isPropertyAssignment(p) && p.name === node) ||
        (ts.isQualifiedName(p) && p.right === node) ||
        (ts.isMethodDeclaration(p) && p.name === node);
      if (!isMemberName) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return used;
}
