import { createRequire } from "node:module";
// The compiler comes as an argument, so that one transformer serves every version of it; here are only its types.
import type ts from "typescript";

export type { ts };
/** The module `typescript`, 5.9 or later. */
export type TypeScript = typeof ts;

/**
 * Loads the compiler; the only place that does. By `require` (200 ms of processor time): `import()` first looks through its
 * nine megabytes for the names it exports (700 ms).
 */
export function requireTypeScript(): TypeScript {
  return createRequire(import.meta.url)("typescript") as TypeScript;
}
