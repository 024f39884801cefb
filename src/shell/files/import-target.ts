import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** What `import` in Node asks for, in any order: the package's own decides. */
const CONDITIONS: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

/**
 * The file that an `import` of a package means whose `exports` have nothing for `require`, or an `import` of a `#name` of the
 * nearest package's own `imports`; undefined where there is none.
 *
 * @param from the folder of the file that imports
 */
export function importTarget(specifier: string, from: string): string | undefined {
  if (specifier.startsWith("#")) return ownImportTarget(specifier, from);
  const parts = /^((?:@[^/]+\/)?[^./][^/]*)(\/.*)?$/.exec(specifier);
  if (parts === null) return undefined;
  for (let folder = from; ; folder = path.dirname(folder)) {
    const home = path.join(folder, "node_modules", parts[1]!);
    const description = path.join(home, "package.json");
    if (existsSync(description)) {
      const { exports } = JSON.parse(readFileSync(description, "utf8")) as { exports?: unknown };
      const target = ofSubpath(exports, `.${parts[2] ?? ""}`);
      return target === undefined ? undefined : path.join(home, target);
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}

function ownImportTarget(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const description = path.join(folder, "package.json");
    if (existsSync(description)) {
      const { imports } = JSON.parse(readFileSync(description, "utf8")) as { imports?: unknown };
      const target = ofTable(imports ?? {}, name);
      if (target === undefined) return undefined;
      return target.startsWith("./") ? path.join(folder, target) : createRequire(description).resolve(target);
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}

function ofSubpath(exports: unknown, subpath: string): string | undefined {
  if (typeof exports !== "object" || exports === null) return subpath === "." ? ofConditions(exports) : undefined;
  const keys = Object.keys(exports);
  if (!keys.some(key => key.startsWith("."))) return subpath === "." ? ofConditions(exports) : undefined;
  return ofTable(exports, subpath);
}

function ofTable(exports: object, subpath: string): string | undefined {
  const table = exports as Readonly<Record<string, unknown>>;
  if (subpath in table) return ofConditions(table[subpath]);
  for (const key of Object.keys(table)) {
    const [head, tail] = key.split("*") as [string, string | undefined];
    if (tail === undefined || !subpath.startsWith(head) || !subpath.endsWith(tail)) continue;
    const star = subpath.slice(head.length, subpath.length - tail.length);
    return ofConditions(table[key])?.replaceAll("*", star);
  }
  return undefined;
}

function ofConditions(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return target.map(ofConditions).find(found => found !== undefined);
  if (typeof target !== "object" || target === null) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    const found = CONDITIONS.has(condition) ? ofConditions(value) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
