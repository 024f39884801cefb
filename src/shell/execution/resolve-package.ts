import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** What `exports` of a package may hold. */
type Target = string | null | readonly Target[] | { readonly [condition: string]: Target };

interface Manifest {
  readonly exports?: Target;
  readonly module?: string;
  readonly main?: string;
}

const CONDITIONS = new Set(["node", "import", "module-sync", "default"]);

/**
 * The file that `import` of a package gives, seen from `directory`. Node answers this only for the importing file itself,
 * and `require.resolve` does not know packages that can only be imported.
 *
 * @see https://nodejs.org/api/esm.html#resolution-algorithm-specification
 */
export function resolvePackage(specifier: string, directory: string): string {
  const parts = specifier.split("/");
  const name = parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const subpath = `.${specifier.slice(name.length)}`;
  const require = createRequire(path.join(directory, "console.js"));
  for (const modules of require.resolve.paths(specifier) ?? []) {
    const folder = path.join(modules, name);
    const file = path.join(folder, "package.json");
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
    const target = manifest.exports === undefined ? undefined : exported(manifest.exports, subpath);
    if (target !== undefined) return path.join(folder, target);
    if (manifest.exports === undefined && subpath === ".") {
      return path.join(folder, manifest.main ?? "index.js");
    }
  }
  // Lets Node say what is missing, in its own words.
  return require.resolve(specifier);
}

function exported(exports: Target, subpath: string): string | undefined {
  const isMap =
    typeof exports === "object" && exports !== null && Object.keys(exports).some(key => key.startsWith("."));
  if (!isMap) return subpath === "." ? chosen(exports, "") : undefined;
  const map = exports as { readonly [key: string]: Target };
  if (Object.hasOwn(map, subpath)) return chosen(map[subpath]!, "");
  // Of the patterns that fit, the one with the longest text before its star counts.
  const patterns = Object.keys(map).filter(key => key.includes("*"));
  patterns.sort((a, b) => b.indexOf("*") - a.indexOf("*"));
  for (const pattern of patterns) {
    const [head, tail] = pattern.split("*") as [string, string];
    if (subpath.startsWith(head) && subpath.endsWith(tail) && subpath.length >= head.length + tail.length) {
      return chosen(map[pattern]!, subpath.slice(head.length, subpath.length - tail.length));
    }
  }
  return undefined;
}

/** The first target whose conditions hold, with what a pattern's star stands for. */
function chosen(target: Target, star: string): string | undefined {
  if (typeof target === "string") return target.replaceAll("*", star);
  if (target === null) return undefined;
  const options = Array.isArray(target)
    ? (target as readonly Target[])
    : Object.entries(target).flatMap(([condition, inner]) => (CONDITIONS.has(condition) ? [inner] : []));
  for (const option of options) {
    const found = chosen(option, star);
    if (found !== undefined) return found;
  }
  return undefined;
}
