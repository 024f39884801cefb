import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** What users see of a class or of an object of functions: its members without those marked `@internal`. */
export interface PublicMembers {
  readonly instance: ReadonlySet<string>;
  readonly static: ReadonlySet<string>;
}

/**
 * The public members that a source file's class (or interface, or `const` of functions) `name` declares itself, or the
 * abstract classes that it extends, of which it is put together.
 */
export function publicMembers(file: string, name: string): PublicMembers {
  const members = { instance: new Set<string>(), static: new Set<string>() };
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    if (ts.isClassDeclaration(statement) && statement.name?.text === name) {
      for (const member of statement.members) addMember(member, members);
      addInherited(statement, members);
    } else if (ts.isInterfaceDeclaration(statement) && statement.name.text === name) {
      for (const { name: n } of statement.members) if (n !== undefined) members.instance.add(n.getText());
    } else if (ts.isVariableStatement(statement)) {
      for (const { name: n, initializer } of statement.declarationList.declarations) {
        const value = initializer && ts.isAsExpression(initializer) ? initializer.expression : initializer;
        if (n.getText() !== name || value === undefined || !ts.isObjectLiteralExpression(value)) continue;
        for (const p of value.properties) if (p.name && !isInternal(p)) members.static.add(p.name.getText());
      }
    }
  }
  return members;
}

function addInherited(derived: ts.ClassDeclaration, members: { instance: Set<string>; static: Set<string> }): void {
  const source = derived.getSourceFile();
  const extended = derived.heritageClauses?.find(c => c.token === ts.SyntaxKind.ExtendsKeyword)?.types[0]?.expression;
  if (extended === undefined) return;
  const name = extended.getText();
  const from = source.statements.filter(ts.isImportDeclaration).find(i =>
    i
      .getText()
      .match(/\{([^}]*)\}/)?.[1]
      ?.split(/[\s,]+/)
      .includes(name),
  );
  const specifier = (from?.moduleSpecifier as ts.StringLiteral | undefined)?.text;
  if (!specifier?.startsWith(".")) return;
  const file = path.join(path.dirname(source.fileName), specifier.replace(/\.js$/, ".ts"));
  if (!new RegExp(`^export abstract class ${name}\\b`, "m").test(readFileSync(file, "utf8"))) return;
  const inherited = publicMembers(file, name);
  for (const member of inherited.instance) members.instance.add(member);
  for (const member of inherited.static) members.static.add(member);
}

function addMember(
  member: ts.ClassElement,
  { instance, static: statics }: { instance: Set<string>; static: Set<string> },
) {
  const flags = ts.getCombinedModifierFlags(member);
  if (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected) || isInternal(member)) return;
  if (ts.isConstructorDeclaration(member)) {
    for (const p of member.parameters) {
      const mods = ts.getCombinedModifierFlags(p);
      if (
        mods & (ts.ModifierFlags.Readonly | ts.ModifierFlags.Public) &&
        !(mods & ts.ModifierFlags.Private) &&
        !isInternal(p)
      ) {
        instance.add(p.name.getText());
      }
    }
  } else if (member.name !== undefined && ts.isIdentifier(member.name)) {
    (flags & ts.ModifierFlags.Static ? statics : instance).add(member.name.text);
  }
}

function isInternal(node: ts.Node): boolean {
  return (
    (
      node
        .getSourceFile()
        .text.slice(node.getFullStart(), node.getStart())
        .match(/@internal/) ?? []
    ).length > 0
  );
}
