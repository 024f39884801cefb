import { Script } from "node:vm";
import type { Code } from "./compile.js";
import { capturesByInspector } from "./inspect-captures.js";
import { LruMap } from "./lru-map.js";

/** A function without capture data: its code, and the variables it captures with their values now. */
export interface InspectedFunction {
  readonly code: Code;
  readonly variables: readonly (readonly [name: string, value: unknown])[];
}

/** What the text of a function says, whatever it captures. */
interface TextFacts {
  readonly kind: Code["kind"];
  /** Why it cannot travel. */
  readonly refused?: string;
}

const facts = new LruMap<string, TextFacts>(1000);

/** The code and the captures of a function compiled without the transformer; or why it cannot travel. */
export function inspectFunction(fn: Function): InspectedFunction | string {
  const source = Function.prototype.toString.call(fn);
  let known = facts.get(source);
  if (known === undefined) facts.set(source, (known = factsOf(source)));
  if (known.refused !== undefined) return known.refused;
  const captures = capturesByInspector(fn);
  if (captures === undefined || captures.bound !== undefined) return "";
  const { variables, place } = captures;
  for (const [name, value] of variables) {
    if (changes(source, name, value)) return `a function that changes the captured variable ${name}`;
  }
  const kind = known.kind;
  const name = kind === "method" || typeof fn.name !== "string" ? "" : fn.name;
  const code: Code = {
    source,
    kind,
    name,
    roots: [...variables.keys()],
    place: place ?? { file: "<closure>", line: 0, column: 0 },
  };
  return { code, variables: [...variables] };
}

function factsOf(source: string): TextFacts {
  if (/\{\s*\[native code\]\s*\}$/.test(source) || /^class\b/.test(source)) return { kind: "function", refused: "" };
  const kind = parses(`(${source}\n)`) ? "function" : parses(`({${source}\n})`) ? "method" : undefined;
  if (kind === undefined) return { kind: "function", refused: "code that does not stand alone" };
  const arrow = kind === "function" && !/^(?:async\s+)?function\b/.test(source);
  if (arrow && /\b(?:this|arguments|new\.target)\b/.test(source))
    return { kind, refused: "an arrow function that uses this" };
  if (/\bsuper\b/.test(source)) return { kind, refused: "a method that uses super" };
  if (/#[\p{ID_Start}$_]/u.test(source)) return { kind, refused: "a function that may use private members" };
  if (/\bimport\.meta\b|\beval\s*\(/.test(source)) return { kind, refused: "a function that uses import.meta or eval" };
  return { kind };
}

function parses(text: string): boolean {
  try {
    new Script(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether the text assigns to a captured variable or changes what it holds. Plain JavaScript that does so has always seen
 * its change, since it ran where it was written: it still does.
 */
function changes(source: string, name: string, value: unknown): boolean {
  const n = `(?<![\\p{ID_Continue}$.])${name.replace(/\$/g, "\\$")}(?![\\p{ID_Continue}$])`;
  const assign = "\\s*(?:(?:[-+*/%&|^]|\\*\\*|<<|>>>?|&&|\\|\\||\\?\\?)?=(?![=>])|\\+\\+|--)";
  if (new RegExp(`${n}${assign}|(?:\\+\\+|--)\\s*${n}`, "u").test(source)) return true;
  if (typeof value !== "object" || value === null) return false;
  if (ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer) return false;
  const member = "(?:\\s*(?:\\?\\.|\\.)\\s*[\\p{ID_Continue}$]+|\\s*\\[[^\\]]*\\])+";
  const change = "\\.\\s*(?:push|unshift|pop|shift|splice|sort|reverse|fill|set|delete|clear|copyWithin)\\s*\\(";
  const setAdd = value instanceof Set ? "|\\.\\s*add\\s*\\(" : "";
  return new RegExp(`${n}(?:${member}${assign}|(?:${member})?\\s*(?:${change}${setAdd}))`, "u").test(source);
}
