import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";

/** Names that a cell gives other values, apart from its plain assignments (`n = 5`), which say what they hold then. */
export interface Mutations {
  /** In its statements: in a block, in a loop, by `++`. */
  readonly now: readonly string[];
  /** In functions, which may be called at any time. */
  readonly later: readonly string[];
}

/** @param isPlain whether a top-level statement is an assignment the shell itself follows */
export function findMutations(
  typescript: TypeScript,
  source: ts.SourceFile,
  isPlain: (index: number) => boolean,
): Mutations {
  const now = new Set<string>();
  const later = new Set<string>();
  const { SyntaxKind: K } = typescript;
  const targets = (node: ts.Node, into: Set<string>): void => {
    if (typescript.isIdentifier(node)) into.add(node.text);
    else if (typescript.isPropertyAccessExpression(node) || typescript.isElementAccessExpression(node)) return;
    else typescript.forEachChild(node, child => targets(child, into));
  };
  const visit = (node: ts.Node, into: Set<string>, plain: boolean): void => {
    const inside = typescript.isFunctionLike(node) || typescript.isClassLike(node) ? later : into;
    if (typescript.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      const assigns = kind >= K.FirstAssignment && kind <= K.LastAssignment;
      if (assigns && !(plain && into === now)) targets(node.left, into);
    } else if (typescript.isPrefixUnaryExpression(node) || typescript.isPostfixUnaryExpression(node)) {
      if (node.operator === K.PlusPlusToken || node.operator === K.MinusMinusToken) targets(node.operand, into);
    } else if (typescript.isForOfStatement(node) || typescript.isForInStatement(node)) {
      if (!typescript.isVariableDeclarationList(node.initializer)) targets(node.initializer, into);
    }
    typescript.forEachChild(node, child => visit(child, inside, plain));
  };
  source.statements.forEach((statement, i) => {
    visit(statement, now, isPlain(i));
  });
  return { now: [...now], later: [...later] };
}
