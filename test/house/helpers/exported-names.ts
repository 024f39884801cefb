import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const known = new Map<string, ReadonlySet<string>>();

/** The names that a source file exports, types included; `export *` is followed. */
export function exportedNames(file: string): ReadonlySet<string> {
  const found = known.get(file);
  if (found !== undefined) return found;
  const names = new Set<string>();
  known.set(file, names);
  if (!existsSync(file)) return names;
  for (const statement of ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest).statements) {
    if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)) {
        for (const e of statement.exportClause.elements) names.add(e.name.text);
      } else if (statement.exportClause === undefined) {
        const target = (statement.moduleSpecifier as ts.StringLiteral).text.replace(/\.js$/, ".ts");
        for (const name of exportedNames(path.join(path.dirname(file), target))) names.add(name);
      }
    } else if (ts.canHaveModifiers(statement) && isExported(statement)) {
      if (ts.isVariableStatement(statement)) {
        for (const d of statement.declarationList.declarations) if (ts.isIdentifier(d.name)) names.add(d.name.text);
      } else {
        const name = (statement as unknown as ts.NamedDeclaration).name;
        if (name !== undefined && ts.isIdentifier(name)) names.add(name.text);
      }
    }
  }
  return names;
}

function isExported(node: ts.HasModifiers): boolean {
  return ts.getModifiers(node)?.some(m => m.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
