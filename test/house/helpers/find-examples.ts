import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** One `@example` of a doc comment. */
export interface DocExample {
  /** Path below `src/`, with forward slashes. */
  readonly file: string;
  /** What the comment documents: `RDD.map`. */
  readonly symbol: string;
  readonly code: string;
  /** Line of the file where the code begins, from 1. */
  readonly line: number;
  /** What it asks for that a test does not have (`// needs: kafka` as its first line): such an example is not run. */
  readonly needs: string | undefined;
}

/** Every `@example` under `src/`, in the order of the files. */
export function findExamples(src: string): DocExample[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter(f => f.endsWith(".ts"))
    .map(f => f.replaceAll("\\", "/"))
    .sort()
    .flatMap(f => examplesOf(f, readFileSync(path.join(src, f), "utf8")));
}

/** The examples of one file's text. */
export function examplesOf(file: string, text: string): DocExample[] {
  if (!text.includes("@example")) return [];
  const out: DocExample[] = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node, owner: string): void => {
    const name = nameOf(node);
    // `const X = …` is a statement and a declaration of the same name.
    const isRepeated = ts.isVariableDeclaration(node) && owner === name;
    const symbol = name === undefined || isRepeated ? owner : owner === "" ? name : `${owner}.${name}`;
    for (const doc of (node as { jsDoc?: readonly ts.JSDoc[] }).jsDoc ?? []) {
      for (const tag of doc.tags ?? []) {
        if (tag.tagName.text !== "example") continue;
        const code = withoutStars(text.slice(tag.tagName.end, tag.end));
        out.push({
          file,
          symbol: symbol === "" ? "(module)" : symbol,
          code,
          line: source.getLineAndCharacterOfPosition(tag.tagName.end).line + (code.startsWith("\n") ? 2 : 1),
          needs: /^\s*\/\/ needs: (.+)$/m.exec(code.trimStart().split("\n", 1)[0]!)?.[1],
        });
      }
    }
    ts.forEachChild(node, child => visit(child, symbol));
  };
  visit(source, "");
  return out;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  const named =
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassElement(node) ||
    ts.isTypeElement(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isPropertyAssignment(node);
  if (named) return (node as ts.NamedDeclaration).name?.getText();
  return ts.isVariableStatement(node) ? node.declarationList.declarations[0]?.name.getText() : undefined;
}

/** The text of a tag without the stars in front of its lines, the end of the comment and the fence of a code block. */
function withoutStars(tag: string): string {
  return tag
    .replace(/\*\/\s*$/, "")
    .split("\n")
    .map((line, i) => (i === 0 ? line : line.replace(/^\s*\* ?/, "")))
    .filter(line => !/^\s*```/.test(line))
    .join("\n")
    .trimEnd();
}
