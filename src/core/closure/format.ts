import type { Code } from "./compile.js";
import type { SymbolName } from "./identity.js";
import type { Imported } from "./imports.js";

// A shipped value is a table of nodes, in the form of V8's serializer. Plain data stands in the slots as it is; what V8
// cannot copy (functions, classes, their instances) is a node of its own, referred to by number.

/** A place that holds a value: the number of a node, or data as it is. */
export type Slot = number | { readonly v: unknown };
/** Properties of an object: names (or names of symbols) and values. */
export type Fields = readonly (readonly [name: string | SymbolName, value: Slot])[];

/** A function or class: its code, and what to fill in for each captured variable. */
interface Callable {
  readonly code: number;
  /** `[root, path, value]`: the index in the code's `roots` (-1: `this`, -2: `arguments`) and the members from there. */
  readonly captures: readonly (readonly [root: number, path: readonly string[], value: Slot])[];
  /** Its own enumerable properties: static members, what was assigned to a function. */
  readonly fields: Fields;
}

export type Node =
  | ({ readonly t: "function" } & Callable)
  | ({ readonly t: "class"; readonly serial: string; readonly flags: number } & Callable)
  | { readonly t: "instance"; readonly of: Slot; readonly base: number | undefined; readonly fields: Fields }
  | { readonly t: "object"; readonly bare: boolean; readonly fields: Fields }
  | { readonly t: "array"; readonly length: number; readonly fields: Fields }
  | { readonly t: "map"; readonly entries: readonly (readonly [Slot, Slot])[] }
  | { readonly t: "set"; readonly items: readonly Slot[] }
  | { readonly t: "error"; readonly of: string; readonly fields: Fields }
  | { readonly t: "remake"; readonly path: readonly string[]; readonly args: readonly unknown[] }
  | { readonly t: "special"; readonly kind: string; readonly data: Slot }
  | { readonly t: "known"; readonly path: readonly string[] }
  | { readonly t: "import"; readonly from: Imported }
  | { readonly t: "require"; readonly base: string }
  | { readonly t: "symbol"; readonly name: SymbolName }
  /** A function or class of the engine. */
  | { readonly t: "engine"; readonly name: string }
  /** What cannot travel, in a copy for the same thread: an index of a list beside the bytes. */
  | { readonly t: "live"; readonly index: number };

/** What travels. */
export interface Graph {
  readonly codes: readonly Code[];
  readonly nodes: readonly Node[];
  readonly root: Slot;
}
