import { createRequire } from "node:module";
import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";
import { type Finding, findingAt } from "./finding.js";

/** TypeScript's own code and words for a module that is not there. */
const NO_MODULE = 2307;

/** tspark's own names are the running shell's, in whatever folder the file lies. */
const own = createRequire(import.meta.url);

/**
 * What a file imports for its effect alone and Node would not find. TypeScript 5.9 does not ask for it; a later one refuses what is
 * no module to it, as a style sheet, though it be there.
 *
 * @param source with the nodes' parents or without
 */
export function missingImports(t: TypeScript, source: ts.SourceFile, file: string): Finding[] {
  const require = createRequire(file);
  return source.statements.flatMap(statement => {
    if (!t.isImportDeclaration(statement) || statement.importClause !== undefined) return [];
    const { moduleSpecifier: specifier } = statement;
    if (!t.isStringLiteral(specifier)) return [];
    try {
      (/^tspark(?:\/|$)/.test(specifier.text) ? own : require).resolve(specifier.text);
      return [];
    } catch {
      const message = `Cannot find module '${specifier.text}' or its corresponding type declarations.`;
      return [findingAt(source, specifier, message, NO_MODULE)];
    }
  });
}
