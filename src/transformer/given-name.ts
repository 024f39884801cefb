import type { TypeScript, ts } from "./typescript.js";

/**
 * How the name that JavaScript gives a function without one is written as a property: `f` of `const f = () => 1`, of
 * `{ f: () => 1 }`, of a default in a pattern. `undefined` where it gets none.
 *
 * Inside of a call the function would lose it: the transformer writes `{ f: () => 1 }.f` there.
 */
export function givenName(ts: TypeScript, node: ts.Node): string | ts.Expression | undefined {
  let child = node;
  let parent = node.parent;
  while (parent !== undefined && ts.isParenthesizedExpression(parent)) {
    child = parent;
    parent = parent.parent;
  }
  if (parent === undefined) return undefined;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent))
    return parent.initializer === child && ts.isIdentifier(parent.name) ? parent.name.text : undefined;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === child ? propertyName(ts, parent.name) : undefined;
  if (ts.isPropertyDeclaration(parent)) return parent.initializer === child ? propertyName(ts, parent.name) : undefined;
  if (ts.isShorthandPropertyAssignment(parent))
    return parent.objectAssignmentInitializer === child ? parent.name.text : undefined;
  if (ts.isExportAssignment(parent)) return parent.isExportEquals ? undefined : "default";
  if (ts.isBinaryExpression(parent) && parent.right === child && ts.isIdentifier(parent.left)) {
    const { SyntaxKind } = ts;
    const names = [
      SyntaxKind.EqualsToken,
      SyntaxKind.BarBarEqualsToken,
      SyntaxKind.AmpersandAmpersandEqualsToken,
      SyntaxKind.QuestionQuestionEqualsToken,
    ];
    return names.includes(parent.operatorToken.kind as (typeof names)[number]) ? parent.left.text : undefined;
  }
  return undefined;
}

function propertyName(ts: TypeScript, name: ts.PropertyName): string | ts.Expression | undefined {
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isNumericLiteral(name)) return String(Number(name.text));
  if (ts.isBigIntLiteral(name)) return name.text.slice(0, -1);
  return isConstantKey(ts, name.expression) ? name.expression : undefined;
}

/** A computed key that may be evaluated twice: a literal, a name, `Symbol.iterator`. */
export function isConstantKey(ts: TypeScript, key: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(key)) return ts.isIdentifier(key.expression) && ts.isIdentifier(key.name);
  return ts.isIdentifier(key) || ts.isStringLiteralLike(key) || ts.isNumericLiteral(key);
}
