import type { Aggregator } from "../plan/dependency.js";
import type { TaskContext } from "../scheduler/task-context.js";
import { cloneValue } from "../util/clone-value.js";
import { noteOrigin } from "./origin.js";

/** The function that makes the first value of a key a combiner. */
export function createCombiner({ create, mergeValue }: Aggregator<never, never>, context: TaskContext): Function {
  if ("by" in create) return context.closure(create.by);
  return fromZero(create.zero, context.closure(mergeValue), mergeValue);
}

/** Merges the first value into a copy of `zero` that no other key has: `merge` may change it. */
export function fromZero(zero: unknown, merge: Function, origin: Function = merge): Function {
  const create =
    typeof zero === "object" && zero !== null
      ? (value: unknown) => merge(cloneValue(zero), value) as unknown
      : (value: unknown) => merge(zero, value) as unknown;
  noteOrigin(create, origin);
  return create;
}
