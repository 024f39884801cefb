import { createRequire, isBuiltin } from "node:module";

/** A value that a package or a built-in module gives: it travels by the name of the module and the path inside. */
export interface Imported {
  readonly specifier: string;
  /** The path from which the specifier is resolved. */
  readonly base: string;
  /** Members to follow from the module's value. */
  readonly path: readonly string[];
  /** The namespace as `import * as x` makes it of a CommonJS module. */
  readonly star?: true;
}

const require = createRequire(import.meta.url);
const noted = new WeakMap<object, Imported>();
const exportsOf = new Map<string, unknown>();
const isObject = (x: unknown): x is object => (typeof x === "object" && x !== null) || typeof x === "function";

const noteOne = (value: unknown, imported: Imported) => {
  if (isObject(value) && !noted.has(value)) noted.set(value, imported);
};

/**
 * Remembers what a user's `require` or `import` of a package or built-in module gave, so that its functions, classes and
 * the module itself travel by name. Not for the user's own files: those travel by value.
 *
 * @param base the path from which `specifier` was resolved
 */
export function noteModule<M>(specifier: string, base: string, exports: M): M {
  exportsOf.set(`${base}\0${specifier}`, exports);
  noteOne(exports, { specifier, base, path: [] });
  if (isObject(exports)) noteMembers(exports, { specifier, base, path: [] }, 2);
  return exports;
}

function noteMembers(object: object, at: Imported, depth: number): void {
  // modules translated from ES syntax export through getters; elsewhere a getter may load half a package, or warn
  const getters = (object as { __esModule?: unknown }).__esModule === true;
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    const value: unknown = getters ? (safely(property.get, object) ?? property.value) : property.value;
    if (!isObject(value) || name === "prototype" || name === "constructor") continue;
    const here = { ...at, path: [...at.path, name] };
    const isNew = !noted.has(value);
    if (typeof value === "function" || (name === "default" && isNew)) noteOne(value, here);
    // `chalk.default`, `fs.promises`: one step further
    if (isNew && depth > 1 && (name === "default" || Object.getPrototypeOf(value) === Object.prototype))
      noteMembers(value, here, depth - 1);
  }
}

function safely(get: (() => unknown) | undefined, object: object): unknown {
  try {
    return get?.call(object);
  } catch {
    return undefined;
  }
}

/** Whether the specifier, seen from `base`, is a built-in module or a package, and not a file of the user's own. */
export function isForeign(specifier: string, base: string): boolean {
  if (isBuiltin(specifier)) return true;
  if (/^(?:\.{0,2}\/|file:)/.test(specifier)) return false;
  try {
    return createRequire(base).resolve(specifier).includes("node_modules");
  } catch {
    // ES-only packages have no entry for `require` in Node's older resolution; a bare name is a package all the same
    return !specifier.startsWith("#");
  }
}

/**
 * The name by which a captured import travels: found by the specifier and name in the source where the value is what the
 * module gives. `undefined` for the user's own files and for values that are not the module's.
 *
 * @param where `specifier|name` as the transformer writes it
 */
export function importedAs(value: unknown, where: string, base: string): Imported | undefined {
  if (!isObject(value)) return undefined;
  const before = noted.get(value);
  if (before !== undefined) return before;
  const bar = where.lastIndexOf("|");
  const specifier = where.slice(0, bar);
  const name = where.slice(bar + 1);
  if (!isForeign(specifier, base)) return undefined;
  let exports: unknown;
  try {
    exports = exportsOf.get(`${base}\0${specifier}`) ?? createRequire(base)(specifier);
  } catch {
    return undefined;
  }
  const imported = match(value, exports, name);
  if (imported === undefined) return undefined;
  const found: Imported = { specifier, base, ...imported };
  noted.set(value, found);
  return found;
}

/** Where in `exports` the value imported as `name` is: interop gives several places. */
function match(value: unknown, exports: unknown, name: string): Pick<Imported, "path" | "star"> | undefined {
  if (value === exports) return { path: [] };
  if (!isObject(exports)) return undefined;
  const members = exports as Record<string, unknown>;
  const inner = members.default as Record<string, unknown> | undefined;
  if (name === "*") return isNamespaceOf(value, exports) ? { path: [], star: true } : undefined;
  if (members[name] === value) return { path: [name] };
  if (inner === value) return { path: ["default"] };
  if (isObject(inner) && inner[name] === value) return { path: ["default", name] };
  return undefined;
}

/** Whether `value` is what TypeScript's `__importStar` makes of `exports`: a copy of its members with a `default`. */
function isNamespaceOf(value: unknown, exports: object): boolean {
  if (!isObject(value) || (value as { default?: unknown }).default !== exports) return false;
  return true;
}

let scanned = "";

/** The module that gives this value, among all that are loaded: built-in ones and CommonJS packages. */
export function findImported(value: object): Imported | undefined {
  const found = noted.get(value);
  if (found !== undefined) return found;
  scanLoaded();
  return noted.get(value);
}

/** The module this value was noted for, without looking any further. */
export const notedAs = (value: object): Imported | undefined => noted.get(value);

function scanLoaded(): void {
  const builtins = (process as unknown as { moduleLoadList: readonly string[] }).moduleLoadList ?? [];
  const files = Object.keys(require.cache);
  const state = `${builtins.length}/${files.length}`;
  if (state === scanned) return;
  scanned = state;
  for (const entry of builtins) {
    const name = entry.replace(/^NativeModule /, "");
    // only what is public and has no price: asking for a deprecated module warns
    if (name === entry || name.startsWith("internal/") || name.startsWith("_") || !isBuiltin(name)) continue;
    if (name === "punycode" || name === "sys") continue;
    noteModule(`node:${name.replace(/^node:/, "")}`, import.meta.url, require(name));
  }
  for (const file of files) {
    const module = require.cache[file];
    if (module?.loaded && file.includes("node_modules")) noteModule(file, file, module.exports);
  }
}

/** The module's value and the members asked for, in this thread. */
export function resolveImported({ specifier, base, path, star }: Imported): unknown {
  const key = `${base}\0${specifier}`;
  let value = exportsOf.get(key);
  if (value === undefined) {
    value = createRequire(base)(specifier);
    exportsOf.set(key, value);
  }
  if (star) return namespaceOf(value);
  for (const name of path) value = (value as Record<string, unknown>)[name];
  return value;
}

function namespaceOf(exports: unknown): unknown {
  if (isObject(exports) && (exports as { __esModule?: unknown }).__esModule) return exports;
  return Object.assign(Object.create(null), exports, { default: exports });
}
