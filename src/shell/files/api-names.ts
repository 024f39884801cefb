import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";

/** The names, values and types, that a declaration file exports, with those of the files it hands on by `export *`. */
export function exportedNames(typescript: TypeScript, file: string): string[] {
  const names = new Set<string>();
  collect(typescript, file, names, new Set());
  names.delete("default");
  return [...names];
}

function collect(typescript: TypeScript, file: string, names: Set<string>, seen: Set<string>): void {
  if (seen.has(file) || !existsSync(file)) return;
  seen.add(file);
  const source = typescript.createSourceFile(file, readFileSync(file, "utf8"), typescript.ScriptTarget.Latest);
  for (const statement of source.statements) {
    if (typescript.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (clause === undefined) {
        const from = (statement.moduleSpecifier as ts.StringLiteral).text.replace(/\.js$/, ".d.ts");
        collect(typescript, path.resolve(path.dirname(file), from), names, seen);
      } else if (typescript.isNamespaceExport(clause)) names.add(clause.name.text);
      else for (const element of clause.elements) names.add(element.name.text);
    } else if (isExported(typescript, statement)) {
      if (typescript.isVariableStatement(statement)) {
        for (const { name } of statement.declarationList.declarations) {
          if (typescript.isIdentifier(name)) names.add(name.text);
        }
      } else {
        const { name } = statement as ts.DeclarationStatement;
        if (name !== undefined) names.add(name.text);
      }
    }
  }
}

function isExported(typescript: TypeScript, statement: ts.Statement): boolean {
  return (
    typescript.canHaveModifiers(statement) &&
    (typescript.getModifiers(statement)?.some(m => m.kind === typescript.SyntaxKind.ExportKeyword) ?? false)
  );
}
