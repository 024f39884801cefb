import type ts from "typescript";
import type { TypeScript } from "./typescript.js";

/** Where a promise stands in place of its value. */
export interface PromiseNotice {
  /** Offset and length in the file's text. */
  readonly start: number;
  readonly length: number;
  readonly message: string;
}

const IN_TEXT =
  'A promise becomes text here, [object Promise], and not its value: await it, e.g. "n = " + (await rdd.count()).';
const AS_CONDITION =
  "A promise counts as true whatever it promises: await it, e.g. while (!(await rdd.isEmpty())) { … }.";

/**
 * Finds promises where their values were meant and TypeScript has no objection: in text that is put together, negated, and as
 * the condition of a loop. (It refuses that of an `if` itself.)
 *
 * @param file with parent pointers
 */
export function promiseNotices(typescript: TypeScript, file: ts.SourceFile, checker: ts.TypeChecker): PromiseNotice[] {
  const notices: PromiseNotice[] = [];
  const note = (e: ts.Expression | undefined, message: string) => {
    if (e === undefined || !isPromise(checker.getTypeAtLocation(e))) return;
    const start = e.getStart(file);
    notices.push({ start, length: e.end - start, message });
  };
  const look = (node: ts.Node): void => {
    if (typescript.isTemplateExpression(node) && !typescript.isTaggedTemplateExpression(node.parent)) {
      for (const { expression } of node.templateSpans) note(expression, IN_TEXT);
    } else if (typescript.isBinaryExpression(node)) {
      const { PlusToken, PlusEqualsToken } = typescript.SyntaxKind;
      const { kind } = node.operatorToken;
      if (kind === PlusToken || kind === PlusEqualsToken) for (const e of [node.left, node.right]) note(e, IN_TEXT);
    } else if (typescript.isPrefixUnaryExpression(node)) {
      if (node.operator === typescript.SyntaxKind.ExclamationToken) note(node.operand, AS_CONDITION);
    } else if (typescript.isWhileStatement(node) || typescript.isDoStatement(node)) {
      note(node.expression, AS_CONDITION);
    } else if (typescript.isForStatement(node)) note(node.condition, AS_CONDITION);
    typescript.forEachChild(node, look);
  };
  look(file);
  return notices;
}

function isPromise(type: ts.Type): boolean {
  return type.getSymbol()?.name === "Promise" && !type.isUnion();
}
