import type ts from "typescript";
import { lineOf, placeOf } from "../cells/place.js";
import type { CellDiagnostic } from "./type-service.js";
import type { TypeScript } from "./typescript.js";

/**
 * TypeScript's finding as the shell shows it.
 * @param source what was typed
 * @param toSource from an offset in the checked text to one in `source`
 * @param describe what an earlier name is, where TypeScript would call it an import
 */
export function toCellDiagnostic(
  typescript: TypeScript,
  diagnostic: ts.Diagnostic,
  source: string,
  toSource: (offset: number) => number,
  describe: (name: string) => "constant" | "function" | "class" | undefined,
): CellDiagnostic {
  const from = diagnostic.start ?? 0;
  const end = source.trimEnd().length;
  const start = Math.min(toSource(from), end);
  const stop = Math.min(toSource(from + (diagnostic.length ?? 1)), source.length);
  const place = placeOf(source, start);
  const sourceLine = lineOf(source, place.line);
  const rest = Math.max(1, sourceLine.length - place.column + 1);
  let message = typescript.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  let code = diagnostic.code;
  // Earlier cells are imported; the user only knows what they declared.
  const assigned = /^Cannot assign to '(.+)' because it is an import\.$/.exec(message);
  const what = assigned ? describe(assigned[1]!) : undefined;
  if (code === 2632 && assigned && what) {
    message = `Cannot assign to '${assigned[1]}' because it is a ${what}.`;
    code = what === "constant" ? 2588 : what === "function" ? 2630 : 2629;
  }
  return {
    severity: "error",
    code,
    message,
    ...place,
    length: Math.max(1, Math.min(stop - start, rest)),
    sourceLine,
  };
}

/** The way a finding is printed: place, TypeScript's text and code, the line, and a caret line under it. */
export function formatDiagnostic(d: CellDiagnostic, origin: string, lineOffset: number): string {
  const code = d.code === undefined ? "" : ` TS${d.code}`;
  const head = `${origin}:${d.line + lineOffset}:${d.column} - ${d.severity}${code}: ${d.message}`;
  if (d.sourceLine === "") return head;
  // Tabs stay tabs so that the carets stand below what they mean.
  const indent = d.sourceLine.slice(0, d.column - 1).replace(/[^\t]/g, " ");
  return `${head}\n  ${d.sourceLine}\n  ${indent}${"^".repeat(d.length)}`;
}
