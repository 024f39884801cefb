import { type Code, compile, type Factory } from "./compile.js";
import { capturesByInspector } from "./inspect-captures.js";
import { LruMap } from "./lru-map.js";
import { type CaptureEntry, HELPERS, type Mark, MarkFlag } from "./mark.js";
import { baseOf, keyOf, moduleEpoch, moduleOf, type Place, placeOf } from "./modules.js";

/** The name by which a function's text reads a captured variable: `cell_1.x` is root `cell_1`, path `["x"]`. */
export interface CaptureName {
  readonly root: string;
  readonly path: readonly string[];
  /** The name a person would use: the last part that says something. */
  readonly label: string;
  /** `specifier|name` where the variable is an import. */
  readonly imported: string | undefined;
}

/**
 * A place in the source where functions are made: what is the same for all of them, found out when the first one is
 * shipped.
 */
export interface Site {
  readonly source: string;
  readonly epoch: number;
  /** Names of the captures, one for each thunk; `undefined` for a thunk that reads no variable (folded by a bundler). */
  readonly names: readonly (CaptureName | undefined)[];
  /** `names` grouped: the free names of the code, and for each capture the index of its root. */
  readonly roots: readonly string[];
  readonly rootOf: readonly number[];
  /** It makes closures of its own, which are marked when it runs. */
  readonly nested: boolean;
  /** Its text calls a helper of the TypeScript compiler, which does not travel. */
  readonly helper: string | undefined;
  readonly kind: Code["kind"];
  code(name: string): Code;
  factory(name: string): Factory;
}

const sites = new LruMap<string, Site>(4096);

const sourceOf = (fn: Function): string => Function.prototype.toString.call(fn);

/** The site of a marked function; `entries` are what its mark's `captures` gave. */
export function siteOf(fn: Function, mark: Mark, entries: readonly CaptureEntry[]): Site {
  const source = sourceOf(fn);
  let site = sites.get(mark.id);
  if (site === undefined || site.source !== source || site.epoch !== moduleEpoch()) {
    site = makeSite(fn, source, mark, entries);
    sites.set(mark.id, site);
  }
  return site;
}

const CLASS = /^class\b/;
const TS_HELPER =
  /\b(?:tslib_\d+\.)?(__(?:awaiter|generator|rest|spreadArray|assign|values|read|decorate|esDecorate|runInitializers|addDisposableResource|disposeResources|classPrivateField(?:Get|Set|In)|asyncGenerator|asyncValues|await|extends|makeTemplateObject))\(/;

function makeSite(fn: Function, source: string, mark: Mark, entries: readonly CaptureEntry[]): Site {
  const first = new WeakRef(fn);
  const names = namesOf(entries);
  const roots: string[] = [];
  const rootOf = names.map(name => {
    if (name === undefined || name.root === "this" || name.root === "arguments") return -1;
    const at = roots.indexOf(name.root);
    return at >= 0 ? at : roots.push(name.root) - 1;
  });
  const kind = mark.flags & MarkFlag.METHOD ? "method" : CLASS.test(source) ? "class" : "function";
  const imports = source.includes(HELPERS.import);
  let code: Code | undefined;
  let factory: Factory | undefined;
  return {
    source,
    epoch: moduleEpoch(),
    names,
    roots,
    rootOf,
    nested: source.includes(HELPERS.mark) || source.includes(HELPERS.members),
    helper: TS_HELPER.exec(source)?.[1],
    kind,
    code(name) {
      if (code?.name !== name) {
        const place =
          runningPlace(mark.id, first.deref()) ?? placeOf(mark.id, source, (mark.flags & MarkFlag.AFTER) !== 0);
        code = { source, kind, name, roots, place, ...(imports && { base: baseOf(keyOf(mark.id)) }) };
        factory = undefined;
      }
      return code;
    },
    factory(name) {
      const described = this.code(name);
      return (factory ??= compile(described));
    },
  };
}

/** Where a function stands in a text that a build tool emitted, which nobody registered here: V8 knows. */
function runningPlace(id: string, fn: Function | undefined): Place | undefined {
  if (fn === undefined || moduleOf(keyOf(id)) !== undefined) return undefined;
  return capturesByInspector(fn)?.place;
}

const THUNK = /^\(?\)?\s*\(\)\s*=>\s*|^\(\)\s*=>\s*/;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/u;
const PART = /^(?:\.([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|\["((?:[^"\\]|\\.)*)"\])/u;

function namesOf(entries: readonly CaptureEntry[]): (CaptureName | undefined)[] {
  const names: (CaptureName | undefined)[] = [];
  let imported: string | undefined;
  for (const entry of entries) {
    if (typeof entry === "string") imported = entry;
    else {
      names.push(nameOf(sourceOf(entry), imported));
      imported = undefined;
    }
  }
  return names;
}

/** Reads `() => cell_1.x`. */
function nameOf(thunk: string, imported?: string): CaptureName | undefined {
  let rest = thunk.replace(THUNK, "").trim();
  while (rest.startsWith("(") && rest.endsWith(")")) rest = rest.slice(1, -1).trim();
  const root = NAME.exec(rest)?.[0];
  if (root === undefined) return undefined;
  const path: string[] = [];
  rest = rest.slice(root.length);
  for (let part = PART.exec(rest); part !== null; part = PART.exec(rest)) {
    path.push(part[1] ?? (JSON.parse(`"${part[2]}"`) as string));
    rest = rest.slice(part[0].length);
  }
  if (rest !== "") return undefined;
  const last = path.at(-1);
  return { root, path, label: last === undefined || last === "default" ? root : last, imported };
}
