import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";

/** The global function that gives a file's `import.meta`, which CommonJS has not. */
const HELPER = "__tspark_meta";

/** Replaces `import.meta` in a file that is run as CommonJS. */
export function importMetaTransformer(typescript: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return context => file => {
    const visit = (node: ts.Node): ts.Node => {
      if (typescript.isMetaProperty(node) && node.keywordToken === typescript.SyntaxKind.ImportKeyword) {
        const { factory } = context;
        return factory.createCallExpression(factory.createIdentifier(HELPER), undefined, [
          factory.createStringLiteral(file.fileName),
        ]);
      }
      return typescript.visitEachChild(node, visit, context);
    };
    return typescript.visitNode(file, visit) as ts.SourceFile;
  };
}

/** Makes the helper known to emitted text. */
export function installImportMeta(): void {
  (globalThis as Record<string, unknown>)[HELPER] = (file: string) => ({
    url: pathToFileURL(file).href,
    filename: file,
    dirname: path.dirname(file),
    resolve: (specifier: string) => {
      const found = createRequire(file).resolve(specifier);
      return path.isAbsolute(found) ? pathToFileURL(found).href : found;
    },
  });
}
