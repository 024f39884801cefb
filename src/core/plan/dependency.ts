import type { Partitioner } from "../shuffle/partitioner.js";
import type { Ordering } from "../util/ordering.js";
import type { PlanNode } from "./plan-node.js";

/** How a node of the plan needs another one. Spark's name: `org.apache.spark.Dependency`. */
export type Dependency = NarrowDependency | ShuffleDependency;

/** A partition of the child needs few partitions of the parent, which its task computes on the way. */
export class NarrowDependency {
  readonly wide = false;
  constructor(
    readonly node: PlanNode<unknown>,
    /** The parent's partitions that partition `i` of the child needs. */
    readonly getParents: (i: number) => readonly number[],
  ) {}

  /** The name of Spark's class. Not a field: to define one twice takes V8 longer than all else that a tiny job is. */
  get kind(): string {
    return "NarrowDependency";
  }
}

const theSame = (i: number): readonly number[] => [i];

/** Partition `i` of the child needs partition `i` of the parent. */
export class OneToOneDependency extends NarrowDependency {
  constructor(node: PlanNode<unknown>) {
    super(node, theSame);
  }

  override get kind(): string {
    return "OneToOneDependency";
  }
}

/** Partitions `outStart … outStart + length` of the child are those of the parent from `inStart`, as in a union. */
export class RangeDependency extends NarrowDependency {
  constructor(
    node: PlanNode<unknown>,
    readonly inStart: number,
    readonly outStart: number,
    readonly length: number,
  ) {
    super(node, i => (i >= outStart && i < outStart + length ? [i - outStart + inStart] : []));
  }

  override get kind(): string {
    return "RangeDependency";
  }
}

/** How values of one key become one. Spark's name: `org.apache.spark.Aggregator`. */
export interface Aggregator<V = unknown, C = unknown> {
  /** What the first value of a key becomes: by a function, or by `mergeValue` from a copy of a zero of its own. */
  readonly create: { readonly by: (value: V) => C } | { readonly zero: C };
  readonly mergeValue: (combiner: C, value: V) => C;
  readonly mergeCombiners: (a: C, b: C) => C;
  /** Whether a map task combines before it hands over. */
  readonly mapSideCombine: boolean;
}

let lastShuffleId = -1;

/** Every partition of the child needs every partition of the parent: the plan is cut into stages here. */
export class ShuffleDependency {
  readonly wide = true;
  constructor(
    readonly node: PlanNode<unknown>,
    readonly partitioner: Partitioner,
    readonly options: {
      readonly aggregator?: Aggregator<never, never> | "group";
      /** Sorts each partition of the child by key; without an ordering by the natural one. */
      readonly sort?: { readonly ordering?: Ordering<never>; readonly descending: boolean };
      /** The records are spread evenly, whatever they are, instead of by key. */
      readonly spread?: boolean;
    } = {},
    /** Unique in the process; given where it stands for one of another thread. */
    readonly shuffleId: number = ++lastShuffleId,
  ) {}
}
