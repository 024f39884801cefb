import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** Put in place by the build. */
declare const __TSPARK_VERSION__: string;

/** tspark's own version. */
export const TSPARK_VERSION: string = __TSPARK_VERSION__;

/** The version of the installed TypeScript, which is not loaded for it. */
export function typescriptVersion(): string {
  const file = createRequire(import.meta.url).resolve("typescript/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** The line of `--version`. */
export function versionText(): string {
  return `tspark ${TSPARK_VERSION} (TypeScript ${typescriptVersion()}, Node.js ${process.version})\n`;
}
