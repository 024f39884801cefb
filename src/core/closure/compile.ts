import { Script } from "node:vm";
import { mainLoader } from "./import-from.js";
import { LruMap } from "./lru-map.js";
import { HELPERS } from "./mark.js";
import type { Place } from "./modules.js";

/** The code of a function, without the values it captures: what is compiled once. */
export interface Code {
  readonly source: string;
  readonly kind: "function" | "class" | "method";
  /** The name it is to have where its text has none: `f` of `const f = () => …`. */
  readonly name: string;
  /** The free names that are to be filled, e.g. `late`, `cell_1`, `exports`. */
  readonly roots: readonly string[];
  readonly place: Place;
  /** From where its `import()` resolves, when it has one that the transformer wrote as a call of the helper. */
  readonly base?: string;
}

/** One instance of a function's surroundings: its captured variables, and the function. */
export interface Instance {
  /** Sets the free names, in the order of `Code.roots`. */
  readonly fill: (values: readonly unknown[]) => void;
  /** Makes the function, or the class, which reads what it extends at once. */
  readonly make: () => unknown;
}

/** Makes new surroundings; called with the `this` and the `arguments` of an arrow function. */
export type Factory = (this: unknown, ...args: unknown[]) => Instance;

const factories = new LruMap<string, Factory>(4096);
/** Beyond this column (a bundle in one line) the column of a stack frame is not worth the spaces. */
const MAX_COLUMN = 20_000;

/**
 * Compiles a function at its original file, line and column, so that stacks map as those of the original. The same code is
 * compiled once: all its instances share what V8 has learnt about it, and stay fast from batch to batch. Inside of the
 * copy nothing is marked again: inner closures cost nothing extra.
 */
export function compile(code: Code): Factory {
  const { source, kind, roots, place } = code;
  const key = `${place.file}\n${place.line}:${place.column}:${kind}:${code.name}:${roots.join()}:${code.base ?? ""}\n${source}`;
  let factory = factories.get(key);
  if (factory === undefined) {
    const declare = roots.length > 0 ? `let ${roots.join(",")};` : "";
    const fill = roots.map((root, i) => `${root}=__tspark_v[${i}]`).join(";");
    const [open, close] = wrap(kind, code.name);
    const importHelper =
      code.base === undefined
        ? ""
        : `,${HELPERS.import}=(k,s,o)=>globalThis.${HELPERS.import}(${JSON.stringify(code.base)},s,o)`;
    const text =
      `(function(){"use strict";const ${HELPERS.mark}=(i,f)=>f,${HELPERS.members}=o=>o${importHelper};` +
      `return function(){${declare}return{fill:__tspark_v=>{${fill}},make:()=>${open}\n` +
      `${" ".repeat(place.column > MAX_COLUMN ? 0 : place.column)}${source}\n${close}}}})()`;
    factory = new Script(text, {
      filename: place.file,
      lineOffset: place.line - 1,
      ...(/\bimport\s*\(/.test(source) && { importModuleDynamically: mainLoader() }),
    }).runInThisContext() as Factory;
    factories.set(key, factory);
  }
  return factory;
}

/** What stands around the text so that it is an expression, and has its name. */
function wrap(kind: Code["kind"], name: string): readonly [open: string, close: string] {
  if (kind === "method") return ["({", "})"];
  if (name === "") return ["(", ")"];
  const key = JSON.stringify(name);
  return [`({[${key}]:`, `}[${key}])`];
}

/** The method of the object that a factory of kind `method` makes. */
export function methodOf(object: object): unknown {
  const key = Reflect.ownKeys(object)[0]!;
  const property = Reflect.getOwnPropertyDescriptor(object, key)!;
  return property.value ?? property.get ?? property.set;
}
