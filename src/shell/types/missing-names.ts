import type ts from "typescript";
import { editDistance } from "../../core/util/nearest.js";
import type { TypeScript } from "./typescript.js";

/** TypeScript's codes of "Cannot find name …", without and with a suggestion, and those of namespaces. */
const MISSING: ReadonlySet<number> = new Set([2304, 2552, 2503, 2833]);

/** The names that an input uses and nobody declared. */
export function missingNames(typescript: TypeScript, findings: readonly ts.Diagnostic[]): string[] {
  return findings.flatMap(finding => {
    if (!MISSING.has(finding.code)) return [];
    const text = typescript.flattenDiagnosticMessageText(finding.messageText, "\n");
    return /^Cannot find (?:name|namespace) '([^']+)'/.exec(text)?.[1] ?? [];
  });
}

/**
 * Of `known` the names that TypeScript may take one of `missing` for: those it can suggest, and some more. Which of them it
 * suggests is its own choice.
 */
export function spelledAlike(missing: readonly string[], known: readonly string[]): string[] {
  return known.filter(name =>
    missing.some(wanted => {
      const most = Math.floor(wanted.length * 0.4) + 1;
      return (
        Math.abs(name.length - wanted.length) <= most && editDistance(wanted.toLowerCase(), name.toLowerCase()) <= most
      );
    }),
  );
}
