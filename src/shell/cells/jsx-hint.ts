import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";

/** What to do instead of an input that was refused and is JSX; undefined when it is none. */
export function jsxHint(typescript: TypeScript, input: string): string | undefined {
  if (!/<\s*(?:[\w$.]+[^<>]*)?>|<[\w$.]+[^<>]*\/>/.test(input)) return undefined;
  const { ScriptKind, ScriptTarget } = typescript;
  const source = typescript.createSourceFile("input.tsx", input, ScriptTarget.Latest, false, ScriptKind.TSX);
  const { parseDiagnostics } = source as typeof source & { readonly parseDiagnostics: readonly unknown[] };
  if (parseDiagnostics.length > 0) return undefined;
  const isJsx = (node: ts.Node): boolean =>
    typescript.isJsxElement(node) ||
    typescript.isJsxSelfClosingElement(node) ||
    typescript.isJsxFragment(node) ||
    (typescript.forEachChild(node, child => isJsx(child) || undefined) ?? false);
  return isJsx(source)
    ? "JSX is not for the prompt: put it into a .tsx file whose folder's tsconfig.json sets compilerOptions.jsx, and import that."
    : undefined;
}
