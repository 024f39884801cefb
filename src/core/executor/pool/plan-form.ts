import { registerLoader, SHIP, type Shipped } from "../../closure/protocol.js";
import type { Aggregator, ShuffleDependency } from "../../plan/dependency.js";
import type { Partition } from "../../plan/partition.js";
import type { Action } from "../../scheduler/action.js";
import type { PartitionerData } from "../../shuffle/partitioner.js";

// A stage as data: rows for its nodes, parents first, and what its tasks are to do with the last of them.

/** What a node depends on: a row, or a shuffle whose map side is another stage. */
export type UpstreamForm = number | { readonly shuffleId: number };

/** One node. */
export interface NodeRow {
  /** Names the maker; `StandIn` for what the cache or a checkpoint has. */
  readonly kind: string;
  readonly module: string | undefined;
  readonly id: number;
  readonly data: unknown;
  readonly upstream: readonly UpstreamForm[];
  readonly partitions: readonly Partition[] | undefined;
  /** The name of its storage level. */
  readonly level: string | undefined;
  /** The row of what was written of it by a checkpoint. */
  readonly safe: number | undefined;
}

export interface PlanForm {
  readonly rows: readonly NodeRow[];
  readonly work:
    | { readonly kind: "result"; readonly action: Action }
    | {
        readonly kind: "shuffleMap";
        readonly shuffleId: number;
        readonly partitioner: PartitionerData;
        readonly aggregator: Aggregator<never, never> | "group" | undefined;
        readonly spread: ShuffleDependency["options"]["spread"];
      };
}

const PLAN_FUNCTION = "planFunction";
let table: readonly Function[] = [];
registerLoader(PLAN_FUNCTION, (index: number) => table[index]);

/** Runs `f`, in which the functions of a plan that is loaded are those of `functions`. */
export function withPlanFunctions<R>(functions: readonly Function[], f: () => R): R {
  const before = table;
  table = functions;
  try {
    return f();
  } finally {
    table = before;
  }
}

/** In place of a closure in a plan: its number among the plan's closures. */
class FunctionSlot {
  constructor(private readonly index: number) {}

  [SHIP](): Shipped {
    return { kind: PLAN_FUNCTION, data: this.index };
  }
}

const MAX_DEPTH = 4;

/** The value with numbers in place of the functions in it, which `take` is given. */
export function withoutFunctions(value: unknown, take: (f: Function) => number, depth = 0): unknown {
  if (typeof value === "function") return new FunctionSlot(take(value));
  if (typeof value !== "object" || value === null || depth === MAX_DEPTH) return value;
  if (Array.isArray(value)) {
    if (!value.some(x => typeof x === "function" || typeof x === "object")) return value;
    return value.map(x => withoutFunctions(x, take, depth + 1));
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([k, x]) => [k, withoutFunctions(x, take, depth + 1)]));
}
