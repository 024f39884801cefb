import { types } from "node:util";
import { serialize } from "node:v8";
import { SparkError } from "../errors/spark-error.js";
import { engineFunctionName } from "../util/engine-functions.js";
import { captured, isPlainGuarded, keyLabel, member, pathOf, read, type Step } from "./capture-path.js";
import type { Code } from "./compile.js";
import { classNameOf, describeUnmarked, isOpen, isPackageClass } from "./describe.js";
import { E } from "./errors.js";
import type { Fields, Graph, Node, Slot } from "./format.js";
import { classOf, nameSymbol, serialOf } from "./identity.js";
import { findImported, importedAs, notedAs } from "./imports.js";
import { inspectFunction } from "./inspect-function.js";
import { type CaptureEntry, type Mark, MarkFlag, markOf } from "./mark.js";
import { baseOf, keyOf } from "./modules.js";
import { SHIP, type Shippable } from "./protocol.js";
import { Refusal, withArticle } from "./refusal.js";
import { SHARED_MEMORY, sharedMemory } from "./shared-memory.js";
import { type CaptureName, type Site, siteOf } from "./site.js";
import { BASES, remakeOf, wellKnownPath } from "./well-known.js";

/** A closure, or a value, as bytes that another thread can load. */
export interface ShippedClosure {
  readonly bytes: Uint8Array;
  /** The objects in it that say themselves how they travel: what must be where it is loaded. */
  readonly refs: readonly object[];
  /** Same code and same captured values: same key. */
  readonly key: string;
}

/**
 * Turns a closure into bytes: its code, the values of the variables it captures as they are now, the functions and classes
 * these use, and so on. `load` makes the closure from them in any thread.
 *
 * @throws TaskNotSerializableError `Task not serializable: the closure -> sock is a Socket …`, when something cannot travel
 *
 * @example
 * // needs: closures marked by the transformer
 * const late = 1;
 * const { bytes } = ship((x: number) => x + late);
 * load<(x: number) => number>(bytes)(1); // 2
 */
export function ship(fn: Function): ShippedClosure {
  try {
    return shipOrRefuse(fn, "the closure");
  } catch (error) {
    if (error instanceof Refusal) throw E.TASK_NOT_SERIALIZABLE.because(error.cause, error.path, error.what);
    throw error;
  }
}

/** How values are turned into bytes. */
export interface ShipOptions {
  /** Functions without capture data travel too: what they capture is read through the inspector. Default false. */
  readonly inspect?: boolean;
  /** Takes what cannot travel, for a copy in this thread: the bytes refer to it by its index. Absent: it is refused. */
  readonly live?: unknown[];
}

/** As `ship`, for any value that holds functions or instances of the user's classes; `name` is what errors call it. */
export function shipOrRefuse(value: unknown, name: string, options: ShipOptions = {}): ShippedClosure {
  const writer = new GraphWriter(options);
  const graph = writer.write(value, name);
  let bytes: Uint8Array;
  try {
    bytes = serialize(graph);
  } catch (cause) {
    throw new Refusal(name, `what cannot be copied (${(cause as Error).message})`, { cause });
  }
  return {
    bytes,
    refs: writer.refs,
    get key() {
      // loaded when the first key is asked for: the shell starts without it
      return process.getBuiltinModule("node:crypto").createHash("sha1").update(bytes).digest("base64");
    },
  };
}

/** The name under which transformed text keeps its `import.meta`. */
const META = "__tspark_import_meta";

class GraphWriter {
  readonly refs: object[] = [];
  readonly #nodes: Node[] = [];
  readonly #codes: Code[] = [];
  readonly #codeIds = new Map<Code, number>();
  readonly #ids = new Map<unknown, number>();
  /** Data that V8 copies as it is, found out before. */
  readonly #plain = new WeakSet<object>();
  readonly #queue: (() => void)[] = [];

  constructor(private readonly options: ShipOptions) {}

  write(value: unknown, name: string): Graph {
    const root = this.#slot(value, { from: undefined, label: name, direct: true });
    // a queue and not recursion: a linked list of 100,000 instances is no reason to run out of stack
    for (let i = 0; i < this.#queue.length; i++) this.#queue[i]!();
    return { codes: this.#codes, nodes: this.#nodes, root };
  }

  #slot(value: unknown, step: Step): Slot {
    if (typeof value === "symbol") return this.#leaf(value, { t: "symbol", name: nameSymbol(value) });
    if ((typeof value !== "object" || value === null) && typeof value !== "function") return { v: value };
    const id = this.#ids.get(value);
    if (id !== undefined) return id;
    if (this.#plain.has(value)) return { v: value };
    try {
      if (typeof value === "function") return this.#function(value, step);
      if (isPlainGuarded(value, step)) {
        this.#plain.add(value);
        return { v: value };
      }
      return this.#object(value, step);
    } catch (error) {
      return this.#leaf(value, this.#live(value, error));
    }
  }

  /** The very value, where a copy for this thread may hold it. */
  #live(value: unknown, error: unknown): Node {
    const { live } = this.options;
    if (live === undefined || !(error instanceof Refusal)) throw error;
    return { t: "live", index: live.push(value) - 1 };
  }

  #leaf(value: unknown, node: Node): number {
    const before = this.#ids.get(value);
    if (before !== undefined) return before;
    const id = this.#nodes.push(node) - 1;
    this.#ids.set(value, id);
    return id;
  }

  /** Reserves a node for the value and fills it later. */
  #later(value: unknown, make: () => Node): number {
    const id = this.#nodes.push(undefined as never) - 1;
    this.#ids.set(value, id);
    this.#queue.push(() => {
      try {
        this.#nodes[id] = make();
      } catch (error) {
        this.#nodes[id] = this.#live(value, error);
      }
    });
    return id;
  }

  #function(fn: Function, step: Step): Slot {
    const mark = markOf(fn);
    if (mark !== undefined) return this.#later(fn, () => this.#callable(fn, mark, step));
    const known = wellKnownPath(fn);
    if (known !== undefined) return this.#leaf(fn, { t: "known", path: known });
    const ours = engineFunctionName(fn);
    if (ours !== undefined) return this.#leaf(fn, { t: "engine", name: ours });
    const imported = findImported(fn);
    if (imported !== undefined) return this.#leaf(fn, { t: "import", from: imported });
    if (this.options.inspect) return this.#later(fn, () => this.#inspected(fn, step));
    throw new Refusal(pathOf(step), describeUnmarked(fn));
  }

  /** A function without capture data, by what V8's inspector says of it. */
  #inspected(fn: Function, step: Step): Node {
    const found = inspectFunction(fn);
    if (typeof found === "string") throw new Refusal(pathOf(step), found || describeUnmarked(fn));
    const captures = found.variables.map(([name, value], index) => {
      // What the text only seems to use must not make an error of it.
      const here = { ...captured(step, name), direct: false };
      return [index, [], this.#slot(value, here)] as const;
    });
    return { t: "function", code: this.#codes.push(found.code) - 1, captures, fields: this.#fields(fn, step) };
  }

  #callable(fn: Function, mark: Mark, step: Step): Node {
    if (typeof mark.captures === "string") throw new Refusal(pathOf(step), `a function which ${mark.captures}`);
    const entries = mark.captures?.() ?? [];
    const site = siteOf(fn, mark, entries);
    if (site.helper !== undefined)
      throw new Refusal(pathOf(step), `a function compiled for an older target (it calls ${site.helper})`);
    const isClass = site.kind === "class";
    const callable = {
      code: this.#code(site, site.kind === "method" || typeof fn.name !== "string" ? "" : fn.name),
      captures: this.#captures(mark, site, entries, step),
      fields: this.#fields(fn, step),
    };
    return isClass
      ? { t: "class", serial: serialOf(mark, fn), flags: mark.flags, ...callable }
      : { t: "function", ...callable };
  }

  #code(site: Site, name: string): number {
    const code = site.code(name);
    let id = this.#codeIds.get(code);
    if (id === undefined) {
      id = this.#codes.push(code) - 1;
      this.#codeIds.set(code, id);
    }
    return id;
  }

  #captures(mark: Mark, site: Site, entries: readonly CaptureEntry[], step: Step) {
    const captures: (readonly [number, readonly string[], Slot])[] = [];
    eachCapture(site, entries, step, (name, index, value) => {
      const here = captured(step, name.label);
      const root = name.root === "this" ? -1 : name.root === "arguments" ? -2 : site.rootOf[index]!;
      captures.push([root, name.path, this.#captured(name, value, keyOf(mark.id), here)]);
    });
    return captures;
  }

  #captured(name: CaptureName, value: unknown, key: string, step: Step): Slot {
    // Of the engine that runs there, whatever a package by its name would be.
    const ours = typeof value === "function" ? engineFunctionName(value) : undefined;
    if (ours !== undefined) return this.#leaf(value, { t: "engine", name: ours });
    // What says itself how it travels, ours as well, need not have its module loaded there.
    if (name.imported !== undefined && !isShippable(value)) {
      const from = importedAs(value, name.imported, baseOf(key));
      if (from !== undefined) return this.#leaf(value, { t: "import", from });
    }
    if (name.root === "require" && typeof value === "function")
      return this.#leaf(value, { t: "require", base: baseOf(key) });
    if (name.root === META) {
      // `import.meta` of its module: what is data in it
      const { url, dirname, filename } = value as ImportMeta;
      return { v: { url, dirname, filename } };
    }
    if (name.root === "arguments") return this.#slot([...(value as Iterable<unknown>)], step);
    return this.#slot(value, step);
  }

  #object(value: object, step: Step): Slot {
    if (types.isProxy(value)) throw new Refusal(pathOf(step), "a Proxy");
    const noted = notedAs(value);
    if (noted !== undefined) return this.#leaf(value, { t: "import", from: noted });
    if (typeof (value as Partial<Shippable>)[SHIP] === "function") return this.#special(value as Shippable, step);
    const shared = sharedMemory(value);
    if (shared !== undefined) {
      this.refs.push(shared.memory);
      return this.#leaf(value, { t: "special", kind: SHARED_MEMORY, data: { v: shared.data } });
    }
    const prototype: object | null = Object.getPrototypeOf(value);
    if (prototype === Array.prototype)
      return this.#later(value, () => ({
        t: "array",
        length: (value as readonly unknown[]).length,
        fields: this.#fields(value, step, key => (/^\d+$/.test(key) ? `[${key}]` : keyLabel(key))),
      }));
    if (prototype === Map.prototype) return this.#later(value, () => this.#map(value as Map<unknown, unknown>, step));
    if (prototype === Set.prototype)
      return this.#later(value, () => ({
        t: "set",
        items: [...(value as Set<unknown>)].map(item => this.#slot(item, member(step, " (an item)"))),
      }));
    const found = wellKnownPath(value);
    if (found !== undefined) return this.#leaf(value, { t: "known", path: found });
    if (prototype === null || prototype === Object.prototype) {
      const imported = findImported(value);
      if (imported !== undefined) return this.#leaf(value, { t: "import", from: imported });
      return this.#later(value, () => ({ t: "object", bare: prototype === null, fields: this.#fields(value, step) }));
    }
    if (BASES.get(prototype) === "Error")
      return this.#later(value, () => ({
        t: "error",
        of: (prototype.constructor as Function).name,
        fields: this.#errorFields(value, step),
      }));
    const remake = remakeOf(value);
    if (remake !== undefined) return this.#leaf(value, { t: "remake", ...remake });
    return this.#instance(value, prototype, step);
  }

  #special(value: Shippable, step: Step): Slot {
    try {
      const { kind, data } = value[SHIP]();
      this.refs.push(value);
      return this.#later(value, () => ({ t: "special", kind, data: this.#slot(data, step) }));
    } catch (error) {
      // The object says that it must not be used in a closure: an error where the user wrote its name there. Where it only
      // hangs on something captured (`this.rdd` beside the `this.factor` that is used), the closure stays with it.
      if (step.direct || !(error instanceof SparkError)) throw error;
      throw new Refusal(pathOf(step), withArticle(classNameOf(value)), { cause: error });
    }
  }

  #map(map: Map<unknown, unknown>, step: Step): Node {
    const entries = [...map].map(
      ([key, value]) =>
        [
          this.#slot(key, member(step, " (a key)")),
          this.#slot(value, member(step, typeof key === "string" ? `.get("${key}")` : " (a value)")),
        ] as const,
    );
    return { t: "map", entries };
  }

  #instance(value: object, prototype: object, step: Step): Slot {
    const ctor = classOf(prototype);
    const what = withArticle(classNameOf(value));
    if (ctor === undefined) throw new Refusal(pathOf(step), what);
    let base: object | undefined;
    for (let at: object | null = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      if (BASES.has(at)) {
        base = at;
        break;
      }
      const level = classOf(at);
      const mark = markOf(level);
      if (mark !== undefined) {
        if (mark.flags & MarkFlag.PRIVATE)
          throw new Refusal(pathOf(step), `an instance of ${level!.name}, which has private fields`);
      } else if (
        level === undefined ||
        !(engineFunctionName(level) === undefined ? isPackageClass(level) : isOpen(level))
      )
        throw new Refusal(pathOf(step), what);
    }
    // What a constructor hid is not copied, and methods of packages (those of a zod schema) rest on it.
    const hidden = base === undefined && Object.getOwnPropertyNames(value).length > Object.keys(value).length;
    if (hidden) throw new Refusal(pathOf(step), `${what} with properties that are not enumerable`);
    return this.#later(value, () => ({
      t: "instance",
      of: this.#slot(ctor, step),
      base: base && this.#base(value, base, step),
      fields:
        base !== undefined && BASES.get(base) === "Error" ? this.#errorFields(value, step) : this.#fields(value, step),
    }));
  }

  /** What an instance of a class that extends a collection holds as such: a node without a value of its own. */
  #base(value: object, base: object, step: Step): number {
    const kind = BASES.get(base)!;
    const node: Node =
      kind === "Map"
        ? this.#map(new Map(value as Map<unknown, unknown>), step)
        : kind === "Set"
          ? { t: "set", items: [...(value as Set<unknown>)].map(x => this.#slot(x, member(step, " (an item)"))) }
          : kind === "Array"
            ? { t: "array", length: (value as readonly unknown[]).length, fields: [] }
            : { t: "error", of: (base.constructor as Function).name, fields: [] };
    return this.#nodes.push(node) - 1;
  }

  #fields(value: object, step: Step, label: (key: string) => string = keyLabel): Fields {
    const fields: (readonly [string, Slot])[] = [];
    for (const key of Object.keys(value))
      fields.push([key, this.#slot(read(value, key, step, label), member(step, label(key)))]);
    const symbols = Object.getOwnPropertySymbols(value).filter(s =>
      Object.prototype.propertyIsEnumerable.call(value, s),
    );
    if (symbols.length === 0) return fields;
    const named = symbols.map(
      s => [nameSymbol(s), this.#slot(read(value, s, step, label), member(step, `[${String(s)}]`))] as const,
    );
    return [...fields, ...named];
  }

  /** The hidden properties of an error, and its own. */
  #errorFields(value: object, step: Step): Fields {
    const hidden = ["message", "stack", "cause", "errors"].filter(
      key => Object.hasOwn(value, key) && !Object.prototype.propertyIsEnumerable.call(value, key),
    );
    return [
      ...hidden.map(
        key => [key, this.#slot((value as Record<string, unknown>)[key], member(step, `.${key}`))] as const,
      ),
      ...this.#fields(value, step),
    ];
  }
}

/** Calls `take` for each captured variable with its name, its index among the thunks, and its value now. */
export function eachCapture(
  site: Site,
  entries: readonly CaptureEntry[],
  step: Step,
  take: (name: CaptureName, index: number, value: unknown) => void,
): void {
  let index = -1;
  for (const thunk of entries) {
    if (typeof thunk === "string") continue;
    const name = site.names[++index];
    if (name === undefined) continue;
    let value: unknown;
    try {
      value = thunk();
    } catch (error) {
      // `typeof x` of a global that does not exist here: nothing to fill in
      if (error instanceof ReferenceError && /is not defined/.test(error.message)) continue;
      if (error instanceof ReferenceError) throw new Refusal(pathOf(captured(step, name.label)), "not initialised yet");
      throw new Refusal(pathOf(captured(step, name.label)), `unreadable: ${(error as Error)?.message}`, {
        cause: error,
      });
    }
    take(name, index, value);
  }
}

const isShippable = (value: unknown): boolean => typeof (value as Partial<Shippable> | null)?.[SHIP] === "function";
