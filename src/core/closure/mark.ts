/** What the transformer says about a function besides its captures; the bits of `Mark.flags`. */
export const MarkFlag = {
  /** It assigns to a variable that it captures: a loaded copy keeps state. */
  ASSIGNS: 1,
  /** The marking call stands behind the function's text (a class declaration, a method). */
  AFTER: 2,
  /** Its text is that of a method of an object literal: `m(x) { … }`. */
  METHOD: 4,
  /** It is a class with `#private` members. */
  PRIVATE: 8,
} as const;

/**
 * One entry of a list of captures: a thunk that reads the variable, whose own text says by which name the function's text
 * does; or, in front of a thunk, where that variable was imported from: `node:zlib|gzipSync` (`|*` the namespace).
 */
export type CaptureEntry = string | (() => unknown);

/** What the transformer knows of a function: which one it is, and the variables it captures. */
export interface Mark {
  /** `<module key>#<number>`, the same for all closures made at one place of the source. */
  readonly id: string;
  /** Reads the captures as they are now; a text says why the function cannot travel (`uses super`); absent: none. */
  readonly captures: (() => readonly CaptureEntry[]) | string | undefined;
  readonly flags: number;
  /** The identity of a class in every thread it gets to; given when it is first shipped. */
  serial?: string;
}

class Returning {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: so that a subclass puts its private field on that object
    return target;
  }
}

/**
 * Puts a mark on a function as a private field: nobody else sees it, a subclass does not inherit it, and it costs 10 ns
 * where defining a hidden property costs 300, which counts where closures are made inside of loops.
 */
class Stamp extends Returning {
  #mark: Mark;
  constructor(target: object, mark: Mark) {
    super(target);
    this.#mark = mark;
  }
  static has(target: object): target is Stamp {
    return #mark in target;
  }
  static get(target: object): Mark | undefined {
    return #mark in target ? (target as Stamp).#mark : undefined;
  }
  static replace(target: Stamp, mark: Mark): void {
    target.#mark = mark;
  }
}

/** What two copies of this module in one process share: the helpers are global, so the marks must be readable by both. */
interface Marks {
  put(target: object, mark: Mark): void;
  get(target: object): Mark | undefined;
}
const SHARED = Symbol.for("tspark.marks");
const shared = globalThis as unknown as Record<symbol, Marks | undefined>;
const marks: Marks = (shared[SHARED] ??= {
  put(target, mark) {
    if (Stamp.has(target)) Stamp.replace(target, mark);
    else new Stamp(target, mark);
  },
  get: target => Stamp.get(target),
});

/** The mark of that very function or class (never of the class it extends); `undefined` for plain JavaScript. */
export function markOf(fn: unknown): Mark | undefined {
  return typeof fn === "function" ? marks.get(fn) : undefined;
}

/**
 * Marks a function with its captures and returns it. Calls of it are what the transformer emits.
 *
 * @param captures `() => [() => late, () => cell_1.x]`, or why the function cannot travel
 * @param flags bits of `MarkFlag`
 */
export function mark<F extends object>(id: string, fn: F, captures?: Mark["captures"], flags = 0): F {
  marks.put(fn, { id, captures, flags });
  return fn;
}

/** Marks the methods of an object literal, by name, and returns it: `{ m: ["cell_1#3", () => [() => late]] }`. */
function markMembers<O extends object>(
  object: O,
  members: Readonly<Record<PropertyKey, readonly [id: string, captures?: Mark["captures"], flags?: number]>>,
): O {
  for (const key of Reflect.ownKeys(members)) {
    const method = Reflect.getOwnPropertyDescriptor(object, key)?.value;
    const [id, captures, flags = 0] = members[key as string]!;
    if (typeof method === "function") mark(id, method, captures, flags | MarkFlag.METHOD | MarkFlag.AFTER);
  }
  return object;
}

/** The global names under which emitted text calls `mark`, `markMembers` and `importFrom`. */
export const HELPERS = { mark: "__tspark_mark", members: "__tspark_members", import: "__tspark_import" } as const;

Object.assign(globalThis, { [HELPERS.mark]: mark, [HELPERS.members]: markMembers });
