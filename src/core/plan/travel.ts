import type { ShuffleDependency } from "./dependency.js";
import type { PlanNode } from "./plan-node.js";

/** A node as data: what another thread makes it from. */
export interface Travel {
  /** Names the maker, see {@link registerNode}. */
  readonly kind: string;
  /** The module that registers the maker, where that is not the engine's own: `import.meta.url`. */
  readonly module?: string;
  /** What the maker gets: arrays and plain objects; functions in them are closures of the user. */
  readonly data?: unknown;
  /** Whether the same is done again and again, batch after batch: the first partition tells what it takes. */
  readonly isRepeated?: boolean;
  /** Whether its partitions are told rather than found again: they name files, offsets. */
  readonly tellPartitions?: boolean;
}

/** How much there is in a partition, as far as it is known. */
export interface Extent {
  readonly elements?: number;
  readonly bytes?: number;
}

/** A node that was made in another thread, in place of what a node depends on. */
export type Upstream = PlanNode<unknown> | ShuffleDependency;

/** Makes a node from the `data` of its {@link Travel} and what it depends on, in the order of its dependencies. */
export type NodeMaker = (data: never, upstream: readonly Upstream[]) => PlanNode<unknown>;

const makers = new Map<string, NodeMaker>();

/**
 * Says how nodes of a kind are made again in the thread of a worker. Called by the module of the node's class when it is
 * loaded.
 */
export function registerNode(kind: string, make: NodeMaker): void {
  makers.set(kind, make);
}

/** The maker of a kind; `undefined` where its module was not loaded. */
export function nodeMaker(kind: string): NodeMaker | undefined {
  return makers.get(kind);
}
