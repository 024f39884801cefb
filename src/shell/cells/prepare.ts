import type { TypeScript } from "../types/typescript.js";
import { EditedText } from "./edited-text.js";
import { LAST_SHOWN } from "./names.js";

/**
 * What was typed, made into TypeScript where a prompt means more: `{ a: 1 }` is an object, and a line that begins with a
 * dot goes on from the value shown last.
 */
export function prepare(typescript: TypeScript, input: string): EditedText {
  if (/^\s*\??\.(?![\d.])/.test(input)) return new EditedText(input, [{ at: 0, insert: LAST_SHOWN }]);
  // A script that is read from standard input may begin as programs do.
  if (input.startsWith("#!")) return new EditedText(input, [{ at: 0, remove: 2, insert: "//" }]);
  const body = input.trimEnd();
  if (/^\s*\{/.test(body) && !body.endsWith(";")) {
    const wrapped = new EditedText(input, [
      { at: input.length - input.trimStart().length, insert: "(" },
      { at: body.length, insert: ")" },
    ]);
    const source = typescript.createSourceFile("input.ts", wrapped.text, typescript.ScriptTarget.Latest);
    const { parseDiagnostics } = source as typeof source & { readonly parseDiagnostics: readonly unknown[] };
    if (parseDiagnostics.length === 0) return wrapped;
  }
  return new EditedText(input, []);
}
