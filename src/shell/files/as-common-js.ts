import type ts from "typescript";
import type { TypeScript } from "../types/typescript.js";

/**
 * Has `.mjs` and `.mts` files, and those of packages with `"type": "module"`, translated to CommonJS as all others, which
 * TypeScript would leave as ES modules whatever the options say. To be the last of the transformers before.
 */
export function commonJsTransformer(typescript: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return context => file => {
    if (context.getCompilerOptions().module !== typescript.ModuleKind.CommonJS) return file;
    for (const source of [file, typescript.getOriginalNode(file) as ts.SourceFile]) {
      (source as { impliedNodeFormat?: ts.ResolutionMode }).impliedNodeFormat = typescript.ModuleKind.CommonJS;
    }
    return file;
  };
}
