import { engineFunctionName } from "../util/engine-functions.js";
import { notedAs } from "./imports.js";
import { type CaptureEntry, type Mark, MarkFlag, markOf } from "./mark.js";
import { loadShipped, SHIP, type Shippable } from "./protocol.js";
import { eachCapture } from "./ship.js";
import { type Site, siteOf } from "./site.js";
import { wellKnownPath } from "./well-known.js";

/**
 * All that decides how a copy of a closure behaves, in a fixed order, when none of it can change under the copy: primitive
 * values, functions that capture only such, classes of this thread, modules, broadcasts. Two equal lists of one closure:
 * the copy made for the first serves the second, and what V8 learnt of it with it. `undefined` when the closure captures
 * data, or changes a variable: each copy is then one of its own.
 */
export function constantCaptures(fn: Function, mark: Mark): readonly unknown[] | undefined {
  const values: unknown[] = [];
  return collect(fn, mark, values, new Set()) ? values : undefined;
}

/** Whether two lists of captures are the same. */
export function sameCaptures(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

const NONE: readonly CaptureEntry[] = [];
const START = { from: undefined, label: "the closure", direct: true } as const;

/** The captures of a marked function as they are now, with its site. */
export function readCaptures(fn: Function, mark: Mark): { site: Site; entries: readonly CaptureEntry[] } {
  const entries = typeof mark.captures === "function" ? mark.captures() : NONE;
  return { site: siteOf(fn, mark, entries), entries };
}

function collect(fn: Function, mark: Mark, values: unknown[], seen: Set<Function>): boolean {
  if (typeof mark.captures === "string" || mark.flags & MarkFlag.ASSIGNS) return false;
  if (seen.has(fn)) return true;
  seen.add(fn);
  const { site, entries } = readCaptures(fn, mark);
  if (site.helper !== undefined || hasOwnKeys(fn)) return false;
  let constant = true;
  eachCapture(site, entries, START, (name, _, value) => {
    if (!constant) return;
    values.push(value);
    constant = name.root !== "this" && name.root !== "arguments" && isConstant(value, values, seen);
  });
  return constant;
}

function isConstant(value: unknown, values: unknown[], seen: Set<Function>): boolean {
  if (typeof value === "function") {
    const mark = markOf(value);
    if (mark === undefined) {
      return (
        wellKnownPath(value) !== undefined || notedAs(value) !== undefined || engineFunctionName(value) !== undefined
      );
    }
    // a class is the same class in its own thread, whatever it holds
    return isClass(value, mark) || collect(value, mark, values, seen);
  }
  if (typeof value !== "object" || value === null) return true;
  if (notedAs(value) !== undefined) return true;
  if (typeof (value as Partial<Shippable>)[SHIP] !== "function") return false;
  const { kind, data } = (value as Shippable)[SHIP]();
  return typeof data !== "object" && typeof data !== "function" && loadShipped(kind, data) === value;
}

function isClass(fn: Function, mark: Mark): boolean {
  return typeof mark.captures !== "string" && readCaptures(fn, mark).site.kind === "class";
}

function hasOwnKeys(fn: Function): boolean {
  for (const key in fn) if (Object.hasOwn(fn, key)) return true;
  return false;
}
