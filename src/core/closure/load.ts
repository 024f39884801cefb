import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { deserialize } from "node:v8";
import { engineFunction } from "../util/engine-functions.js";
import { compile, type Instance, methodOf } from "./compile.js";
import type { Fields, Graph, Node, Slot } from "./format.js";
import { adopt, adopted, findSymbol } from "./identity.js";
import { importFrom } from "./import-from.js";
import { type Imported, noteModule, resolveImported } from "./imports.js";
import { mark, markOf } from "./mark.js";
import { loadShipped } from "./protocol.js";
import { wellKnown } from "./well-known.js";

/**
 * Makes a closure (or value) from its shipped bytes: a new copy with captured variables of its own, whose code stands at
 * the original place in stacks. Code that was loaded before is not compiled again.
 *
 * @param live what the bytes refer to because it cannot travel, in the thread it was shipped in
 */
export function load<F = Function>(bytes: Uint8Array, live?: readonly unknown[]): F {
  return new GraphReader(deserialize(bytes) as Graph, live).read() as F;
}

/**
 * As `load`, for a thread that has not loaded the packages the closure uses: those that can only be imported
 * asynchronously (ES modules with a top-level await) are awaited first.
 */
export async function loadAsync<F = Function>(bytes: Uint8Array): Promise<F> {
  const graph = deserialize(bytes) as Graph;
  for (const node of graph.nodes) if (node.t === "import") await preload(node.from);
  return new GraphReader(graph).read() as F;
}

async function preload(imported: Imported): Promise<void> {
  try {
    resolveImported(imported);
  } catch (error) {
    if (
      !/^ERR_REQUIRE_(?:ASYNC_MODULE|ESM)$|^ERR_PACKAGE_PATH_NOT_EXPORTED$/.test(
        (error as { code?: string }).code ?? "",
      )
    )
      throw error;
    const { specifier, base } = imported;
    noteModule(specifier, base, await importFrom(base.startsWith("file:") ? fileURLToPath(base) : base, specifier));
  }
}

type Callable = Extract<Node, { t: "function" | "class" }>;

/** The surroundings of the classes that were loaded into this thread. */
const surroundings = new WeakMap<object, Instance>();

/**
 * Makes the values of a graph. Objects and functions are made empty and filled afterwards, so that cycles close. Only a
 * class (what it extends) and a method (its computed name) need something at once: while they are being made they are busy,
 * and fills that meet them wait.
 */
class GraphReader {
  readonly #made: unknown[];
  #fills: (() => void)[] = [];
  readonly #busy = new Set<number>();
  #waiting: (() => void)[] = [];
  /** Counts the times that something busy was met. */
  #met = 0;

  constructor(
    readonly graph: Graph,
    readonly live: readonly unknown[] = [],
  ) {
    this.#made = new Array(graph.nodes.length);
  }

  read(): unknown {
    return this.#whole(this.graph.root);
  }

  /** A value with everything in it. */
  #whole(slot: Slot): unknown {
    const value = this.#value(slot);
    this.#drain();
    return value;
  }

  #drain(): void {
    while (this.#fills.length > 0) {
      const fills = this.#fills;
      this.#fills = [];
      for (const fill of fills) {
        const met = this.#met;
        fill();
        if (this.#met !== met) this.#waiting.push(fill);
      }
    }
  }

  /** The value of a slot; `undefined`, and counted in `#met`, when it waits for a class that is being made. */
  #value(slot: Slot): unknown {
    if (typeof slot !== "number") return slot.v;
    if (!(slot in this.#made)) {
      if (this.#busy.has(slot)) this.#met++;
      else this.#make(slot);
    }
    return this.#made[slot];
  }

  #make(id: number): void {
    const node = this.graph.nodes[id]!;
    const made = this.#made;
    switch (node.t) {
      case "function":
        this.#function(id, node);
        return;
      case "class":
        this.#class(id, node);
        return;
      case "instance":
        this.#instance(id, node);
        return;
      case "object":
        this.#fillLater((made[id] = node.bare ? Object.create(null) : {}), node.fields);
        return;
      case "array":
        this.#fillLater((made[id] = new Array(node.length)), node.fields);
        return;
      case "map":
        this.#mapLater((made[id] = new Map()), node.entries);
        return;
      case "set":
        this.#setLater((made[id] = new Set()), node.items);
        return;
      case "error":
        this.#fillLater((made[id] = newError(node.of)), node.fields);
        return;
      case "remake":
        made[id] = Reflect.construct(wellKnown(node.path) as new () => unknown, node.args);
        return;
      case "special":
        made[id] = loadShipped(node.kind, this.#whole(node.data));
        return;
      case "known":
        made[id] = wellKnown(node.path);
        return;
      case "import":
        made[id] = resolveImported(node.from);
        return;
      case "require":
        made[id] = createRequire(node.base);
        return;
      case "symbol":
        made[id] = findSymbol(node.name);
        return;
      case "engine":
        made[id] = engineFunction(node.name);
        return;
      case "live":
        made[id] = this.live[node.index];
    }
  }

  #function(id: number, node: Callable): void {
    const surrounding = this.#surrounding(node);
    if (surrounding === undefined) return;
    const made =
      this.graph.codes[node.code]!.kind === "method" ? this.#early(id, node, surrounding) : surrounding.make();
    const fn = (this.#made[id] = this.graph.codes[node.code]!.kind === "method" ? methodOf(made as object) : made);
    this.#fills.push(() => surrounding.fill(this.#captured(node)));
    this.#fillLater(fn as object, node.fields);
  }

  /** New surroundings, with the `this` and `arguments` an arrow function keeps; none while these wait for a class. */
  #surrounding(node: Callable): Instance | undefined {
    const own: unknown[] = [undefined, []];
    for (const [root, , slot] of node.captures) {
      if (root >= 0) continue;
      own[-root - 1] = this.#value(slot);
      if (typeof slot === "number" && !(slot in this.#made)) return undefined;
    }
    return compile(this.graph.codes[node.code]!).apply(own[0], own[1] as unknown[]);
  }

  /** The values of the free names, in the order of the code's roots. */
  #captured(node: Callable): unknown[] {
    const values: unknown[] = [];
    const whole = new Set(node.captures.filter(([root, path]) => root >= 0 && path.length === 0).map(([root]) => root));
    for (const [root, path, slot] of node.captures) {
      if (root < 0 || (path.length > 0 && whole.has(root))) continue;
      const value = this.#value(slot);
      if (path.length === 0) values[root] = value;
      else put((values[root] ??= {}) as Record<string, unknown>, path, value);
    }
    return values;
  }

  #class(id: number, node: Extract<Node, { t: "class" }>): void {
    const before = adopted(node.serial);
    if (before !== undefined) {
      this.#made[id] = before;
      const surrounding = surroundings.get(before);
      // a class that came here before: what it captures, and its static members, are as they are now where it comes from;
      // in the thread it comes from there is nothing to fill
      if (surrounding !== undefined) {
        this.#fills.push(() => surrounding.fill(this.#captured(node)));
        this.#fillLater(before, node.fields);
      }
      return;
    }
    const surrounding = this.#surrounding(node);
    if (surrounding === undefined) return;
    const made = (this.#made[id] = this.#early(id, node, surrounding)) as object;
    mark(node.serial, made, undefined, node.flags);
    markOf(made)!.serial = node.serial;
    adopt(node.serial, made);
    surroundings.set(made, surrounding);
    this.#fills.push(() => surrounding.fill(this.#captured(node)));
    this.#fillLater(made, node.fields);
  }

  /** Makes what reads its captured variables at once: the base of a class, the computed name of a method. */
  #early(id: number, node: Callable, surrounding: Instance): unknown {
    this.#busy.add(id);
    surrounding.fill(this.#captured(node));
    this.#drain();
    const made = surrounding.make();
    this.#busy.delete(id);
    this.#fills.push(...this.#waiting);
    this.#waiting = [];
    return made;
  }

  #instance(id: number, node: Extract<Node, { t: "instance" }>): void {
    const ctor = this.#value(node.of) as { prototype: object } | undefined;
    if (ctor === undefined || id in this.#made) return;
    if (node.base === undefined) this.#made[id] = Object.create(ctor.prototype);
    else {
      this.#make(node.base);
      this.#made[id] = Object.setPrototypeOf(this.#made[node.base], ctor.prototype);
    }
    this.#fillLater(this.#made[id] as object, node.fields);
  }

  #fillLater(object: object, fields: Fields): void {
    if (fields.length === 0) return;
    const isError = object instanceof Error;
    this.#fills.push(() => {
      for (const [name, slot] of fields) {
        const key = typeof name === "string" ? name : findSymbol(name);
        const enumerable = !(isError && typeof key === "string" && HIDDEN.has(key));
        Object.defineProperty(object, key, {
          value: this.#value(slot),
          enumerable,
          writable: true,
          configurable: true,
        });
      }
    });
  }

  #mapLater(map: Map<unknown, unknown>, entries: readonly (readonly [Slot, Slot])[]): void {
    this.#fills.push(() => {
      for (const [key, value] of entries) map.set(this.#value(key), this.#value(value));
    });
  }

  #setLater(set: Set<unknown>, items: readonly Slot[]): void {
    this.#fills.push(() => {
      for (const item of items) set.add(this.#value(item));
    });
  }
}

/** The properties of an error that are not enumerable. */
const HIDDEN = new Set(["message", "stack", "cause", "errors"]);

function newError(name: string): Error {
  const error = Reflect.construct(
    wellKnown([name]) as new (
      arg?: unknown,
    ) => Error,
    name === "AggregateError" ? [[]] : [],
  );
  delete error.stack;
  return error;
}

function put(object: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = object;
  for (const name of path.slice(0, -1)) at = (at[name] ??= {}) as Record<string, unknown>;
  at[path.at(-1)!] = value;
}
