import type ts from "typescript";
import type { TypeScript } from "./typescript.js";

/** How cells are checked: strict, ES2022, Node's types, no DOM. The folder's `tsconfig.json` does not count here. */
export function checkOptions(typescript: TypeScript, typeRoots: readonly string[]): ts.CompilerOptions {
  return {
    target: typescript.ScriptTarget.ES2022,
    module: typescript.ModuleKind.ESNext,
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    moduleDetection: typescript.ModuleDetectionKind.Force,
    lib: ["lib.es2023.d.ts"],
    types: ["node"],
    typeRoots: [...typeRoots],
    strict: true,
    skipLibCheck: true,
    skipDefaultLibCheck: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    // What is missing Node says; a later TypeScript's default is another.
    noUncheckedSideEffectImports: false,
    allowImportingTsExtensions: true,
    allowJs: true,
    checkJs: false,
    maxNodeModuleJsDepth: 0,
  };
}

/** How cells are translated: CommonJS, whose exports are live, for a script in this realm. */
export function emitOptions(typescript: TypeScript): ts.CompilerOptions {
  return {
    target: typescript.ScriptTarget.ES2022,
    module: typescript.ModuleKind.CommonJS,
    moduleDetection: typescript.ModuleDetectionKind.Force,
    esModuleInterop: true,
    sourceMap: true,
  };
}

/**
 * What the checker says about the module form of a cell and not about what was typed: duplicate implementations, a missing
 * annotation of an exported `let`, unreachable code, merged declarations, `import =`. And that a package has no types: what it
 * exports is `any`.
 */
export const IGNORED_CODES: ReadonlySet<number> = new Set([1202, 1203, 1375, 1378, 2395, 6133, 7005, 7016, 7027, 7034]);
