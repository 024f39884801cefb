import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Where the type service finds declarations. */
export interface TypePaths {
  /** `index.d.ts` of tspark. */
  readonly api: string;
  /** Folder of a package's declarations by its name within tspark: `kafka` -> `…/kafka/index.d.ts`. */
  readonly subpaths: Readonly<Record<string, string>>;
  /** Folders that hold `@types` packages: tspark's own dependency, so that an empty folder is enough. */
  readonly typeRoots: readonly string[];
}

/**
 * The nearest folder above `from` that holds tspark's `package.json` with built declarations beside it. The test build has a
 * `package.json` of its own one level further down.
 */
export function findTypePaths(from: string = fileURLToPath(import.meta.url)): TypePaths {
  let folder = path.dirname(from);
  for (;;) {
    const file = path.join(folder, "package.json");
    if (existsSync(file)) {
      const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
      const api = manifest.name === "tspark" && manifest.types ? path.join(folder, manifest.types) : undefined;
      if (api !== undefined && existsSync(api)) {
        return { api, subpaths: subpathsOf(folder, manifest), typeRoots: [nodeTypesRoot(file)] };
      }
    }
    const parent = path.dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return { api: path.join(path.dirname(from), "index.d.ts"), subpaths: {}, typeRoots: [nodeTypesRoot(from)] };
}

interface Manifest {
  readonly name?: string;
  readonly types?: string;
  readonly exports?: Readonly<Record<string, { readonly types?: string } | string>>;
}

function subpathsOf(folder: string, manifest: Manifest): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, target] of Object.entries(manifest.exports ?? {})) {
    if (name.startsWith("./") && typeof target === "object" && target.types) {
      found[name.slice(2)] = path.join(folder, target.types);
    }
  }
  return found;
}

/** The folder `@types` that holds Node's declarations, as seen from tspark. */
function nodeTypesRoot(from: string): string {
  const manifest = createRequire(from).resolve("@types/node/package.json");
  return path.dirname(path.dirname(manifest));
}
