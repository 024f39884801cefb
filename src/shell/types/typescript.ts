import { createRequire } from "node:module";

/** The compiler's module, passed to whoever needs it, so that nothing else of ours loads it. */
export type TypeScript = typeof import("typescript");

/**
 * Loads the compiler; the only place that does. By `require` (200 ms of processor time): `import()` first looks through its
 * nine megabytes for the names it exports (700 ms).
 */
export async function loadTypeScript(): Promise<TypeScript> {
  return createRequire(import.meta.url)("typescript") as TypeScript;
}
