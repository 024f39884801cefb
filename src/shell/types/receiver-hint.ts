import type ts from "typescript";
import type { TypeScript } from "./typescript.js";

/** TypeScript's "The 'this' context of type … is not assignable to method's 'this' of type …". */
const WRONG_THIS = 2684;

/**
 * Findings without those in the arguments of a call that has the wrong receiver: their types follow from it, and what is said
 * of them leads away from the cause.
 */
export function withoutConsequences(
  typescript: TypeScript,
  file: ts.SourceFile,
  findings: readonly ts.Diagnostic[],
): ts.Diagnostic[] {
  const wrong = findings.filter(d => d.code === WRONG_THIS).flatMap(d => callAt(typescript, file, d) ?? []);
  return findings.filter(d => !wrong.some(call => isInArguments(call, d.start ?? 0)));
}

/** What to do when an operation on pairs or on numbers was asked of something else; undefined when none was. */
export function receiverHint(typescript: TypeScript, findings: readonly ts.Diagnostic[]): string | undefined {
  for (const { code, messageText } of findings) {
    if (code !== WRONG_THIS) continue;
    const text = typescript.flattenDiagnosticMessageText(messageText, "\n");
    const needed = /method's 'this' of type '(?:RDD|DStream)<(readonly \[|number>)/.exec(text)?.[1];
    if (needed === "number>") return "This operation is for numbers: make them first, e.g. .map(x => x.length)";
    if (needed !== undefined) {
      return "This operation is for pairs: give each element its key first, with .keyBy(x => key) or .map(x => [key, x])";
    }
  }
  return undefined;
}

/** The method call whose receiver stands at the finding's place. */
function callAt(typescript: TypeScript, file: ts.SourceFile, finding: ts.Diagnostic): ts.CallExpression | undefined {
  const start = finding.start ?? 0;
  const end = start + (finding.length ?? 0);
  const search = (node: ts.Node): ts.CallExpression | undefined => {
    if (node.end < start || node.pos > start) return undefined;
    const inside = typescript.forEachChild(node, search);
    if (inside !== undefined) return inside;
    const callee = typescript.isCallExpression(node) ? node.expression : undefined;
    const isIt =
      callee !== undefined &&
      typescript.isPropertyAccessExpression(callee) &&
      callee.expression.getStart(file) === start &&
      callee.expression.end === end;
    return isIt ? (node as ts.CallExpression) : undefined;
  };
  return search(file);
}

function isInArguments(call: ts.CallExpression, at: number): boolean {
  return at >= call.expression.end && at < call.end;
}
