import { constantCaptures, sameCaptures } from "../../closure/constant-captures.js";
import { LruMap } from "../../closure/lru-map.js";
import { type Mark, markOf } from "../../closure/mark.js";
import { Refusal } from "../../closure/refusal.js";
import { shipOrRefuse } from "../../closure/ship.js";
import { engineFunctionName } from "../../util/engine-functions.js";
import type { SentClosure } from "./protocol.js";

/** A closure that travels, with the objects that must be where it is loaded. */
export interface TravellingClosure extends SentClosure {
  readonly refs: readonly object[];
}

let lastId = 0;
/** The last form of a closure whose captures cannot change, with what they were. */
const constants = new WeakMap<Mark, { readonly captures: readonly unknown[]; readonly closure: TravellingClosure }>();
/** Functions of the engine. */
const engine = new Map<string, TravellingClosure>();
/** Closures by what they became: the same bytes are the same closure, and what V8 learnt of it is not lost. */
const byContent = new LruMap<string, TravellingClosure>(1000);

/**
 * The closure as workers get it, with the captures it has now.
 *
 * @throws Refusal when it captures something that cannot travel
 */
export function travellingClosure(fn: Function): TravellingClosure {
  const name = engineFunctionName(fn);
  if (name !== undefined) {
    let known = engine.get(name);
    if (known === undefined) engine.set(name, (known = { id: ++lastId, name, constant: true, refs: [] }));
    return known;
  }
  const mark = markOf(fn);
  if (mark === undefined) return shipped(fn, false);
  const captures = constantCaptures(fn, mark);
  if (captures === undefined) return shipped(fn, false);
  const before = constants.get(mark);
  if (before !== undefined && sameCaptures(before.captures, captures)) return before.closure;
  const closure = shipped(fn, true);
  constants.set(mark, { captures, closure });
  return closure;
}

function shipped(fn: Function, constant: boolean): TravellingClosure {
  try {
    const made = shipOrRefuse(fn, "the closure", { inspect: true });
    const { key } = made;
    let closure = byContent.get(key);
    if (closure === undefined) {
      closure = { id: ++lastId, bytes: made.bytes, refs: made.refs, constant };
      byContent.set(key, closure);
    }
    return closure;
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new Refusal("the closure", `code that does not stand alone (${error.message})`, { cause: error });
    }
    throw error;
  }
}
