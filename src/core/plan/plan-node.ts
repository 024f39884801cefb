import type { Action } from "../scheduler/action.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { Partitioner } from "../shuffle/partitioner.js";
import { StorageLevel } from "../storage/storage-level.js";
import type { CallSite } from "../util/call-site.js";
import type { Chunks } from "./chunks.js";
import { type Dependency, OneToOneDependency } from "./dependency.js";
import type { Partition } from "./partition.js";
import type { Extent, Travel } from "./travel.js";

/** The fields in which nodes hold those they are made from: an iteration's nodes would hold all there were before. */
const PARENTS = ["parent", "parents", "left", "right", "dependency"];

/** So many nodes ask each other for their partitions before a stack of its own takes over, which is slower. */
const DEEP = 100;
let depth = 0;

let someLookAhead = false;

/** There are nodes that look ahead from now on: before, no job asks. */
export function expectLookingAhead(): void {
  someLookAhead = true;
}

/**
 * One step of a lineage, without the methods users see: what an RDD is made of. A node has
 *
 * - a list of partitions,
 * - a function that computes one of them,
 * - a list of dependencies on other nodes,
 * - optionally a partitioner, when its elements are pairs spread by key,
 * - optionally the places where a partition is best computed.
 *
 * Spark's name: the abstract part of `org.apache.spark.rdd.RDD`.
 */
export abstract class PlanNode<T> {
  /** Given by the first RDD made around it; -1 before. */
  id = -1;
  name: string | undefined;
  callSite: CallSite | undefined;
  storageLevel: StorageLevel = StorageLevel.NONE;
  /** Whether it has no elements, whatever is run: what is made of it by an operator may need no shuffle to have none, too. */
  isKnownEmpty = false;
  /** The RDD made around it first. */
  owner: object | undefined;
  /** Set by `checkpoint` and `localCheckpoint`; what stands for the lineage once the data is safe. */
  checkpoint: { readonly reliable: boolean; node: PlanNode<T> | undefined; readonly callSite?: CallSite } | undefined;
  /** The one node it is made from, where there is one and no more. */
  declare readonly parent?: PlanNode<unknown>;
  #partitions: readonly Partition[] | undefined;
  #dependencies: readonly Dependency[] | undefined;
  /** The same, once it stands on a checkpoint. */
  #onSafe: readonly Dependency[] | undefined;

  /** The name of Spark's class for such an RDD, e.g. `MapPartitionsRDD`. */
  abstract readonly kind: string;
  /** The partitions, asked for once. */
  protected abstract listPartitions(): readonly Partition[];
  /** The dependencies, asked for once. */
  protected abstract listDependencies(): readonly Dependency[];
  /** The elements of one partition. Read it through `chunksOf`, which knows the cache. */
  abstract compute(split: Partition, context: TaskContext): Chunks<T>;

  get partitioner(): Partitioner | undefined {
    return undefined;
  }

  /**
   * What must be known before a task can compute it and takes a job of its own (the lengths of its parent's partitions):
   * asked for inside each job, and not again before the first asking has ended; `undefined` when there is nothing to wait for.
   */
  prepare?(
    run: (node: PlanNode<unknown>, action: Action, partitions: readonly number[]) => Promise<unknown[]>,
  ): Promise<void> | undefined;

  preferredLocations(_split: Partition): readonly string[] {
    return [];
  }

  /** Where the elements of `split` come from unchanged, when they are those of one partition of another node. */
  redirect(_split: Partition): { readonly node: PlanNode<T>; readonly split: Partition } | undefined {
    return undefined;
  }

  /** The node whose partitions are also its own. */
  protected get partitionedAs(): PlanNode<unknown> | undefined {
    return undefined;
  }

  get partitions(): readonly Partition[] {
    const known = this.#knownPartitions;
    if (known !== undefined) return known;
    if (depth < DEEP) {
      depth++;
      try {
        return (this.#partitions = this.partitionedAs?.partitions ?? this.listPartitions());
      } finally {
        depth--;
      }
    }
    // A stack and not recursion, since lineages get long: what a node is made from comes before it.
    const path: PlanNode<unknown>[] = [this];
    const asked = new Set<PlanNode<unknown>>();
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      if (node.#knownPartitions === undefined && !asked.has(node)) {
        asked.add(node);
        for (const parent of node.#madeFrom()) if (parent.#knownPartitions === undefined) path.push(parent);
        if (path.at(-1) !== node) continue;
      }
      if (node.#knownPartitions === undefined) {
        node.#partitions = node.partitionedAs?.partitions ?? node.listPartitions();
      }
      path.pop();
    }
    return this.#knownPartitions!;
  }

  get #knownPartitions(): readonly Partition[] | undefined {
    return this.checkpoint?.node?.partitions ?? this.#partitions;
  }

  /** The nodes whose partitions its own are made from, as far as its fields tell. */
  #madeFrom(): readonly PlanNode<unknown>[] {
    if (this.partitionedAs !== undefined) return [this.partitionedAs];
    const fields = this as unknown as Readonly<Record<string, unknown>>;
    return PARENTS.flatMap(field => fields[field]).filter(parent => parent instanceof PlanNode);
  }

  /** @internal finds out what `listPartitions` needs where that takes a while, without holding up this thread for it */
  protected lookAhead?(): Promise<void> | undefined;

  /**
   * @internal lets what it is made from look ahead, at the begin of a job: whoever asks for partitions before that has to wait
   * where it stands; `undefined` when there is nothing to wait for
   */
  whenListed(): Promise<unknown> | undefined {
    if (!someLookAhead) return undefined;
    const waits: Promise<void>[] = [];
    const seen = new Set<PlanNode<unknown>>([this]);
    for (const node of seen) {
      if (node.#knownPartitions !== undefined) continue;
      const wait = node.lookAhead?.();
      if (wait !== undefined) waits.push(wait);
      for (const parent of node.#madeFrom()) seen.add(parent);
      const { dependency } = node as { readonly dependency?: Dependency };
      if (dependency?.node instanceof PlanNode) seen.add(dependency.node);
    }
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  get numPartitions(): number {
    return this.partitions.length;
  }

  get dependencies(): readonly Dependency[] {
    const safe = this.checkpoint?.node as PlanNode<unknown> | undefined;
    if (safe !== undefined) {
      if (this.#onSafe?.[0]?.node !== safe) this.#onSafe = [new OneToOneDependency(safe)];
      return this.#onSafe;
    }
    return (this.#dependencies ??= this.listDependencies());
  }

  /** Whether its elements must be looked for in the cache or a checkpoint before they are computed. */
  get isMaterialized(): boolean {
    return this.storageLevel !== StorageLevel.NONE || this.checkpoint?.node !== undefined;
  }

  /** How it is made again in another thread; without it a stage with this node stays in the driver's. */
  travel?(): Travel;

  /** The elements of a partition that exist as an array already: they travel with the task that needs them. */
  elementsOf?(index: number): readonly unknown[];

  /** About how much work a partition is before any function of the user is called. */
  extentOf?(index: number): Extent;

  /** @internal what another thread found out: in place of asking for it again */
  adopt(known: { readonly partitions?: readonly Partition[]; readonly dependencies?: readonly Dependency[] }): void {
    if (known.partitions !== undefined) this.#partitions = known.partitions;
    if (known.dependencies !== undefined) this.#dependencies = known.dependencies;
  }

  /**
   * Lets go of the lineage; what was computed from it stands in `checkpoint.node`. No job may run that began before: its tasks
   * may still ask for the parents.
   */
  forgetLineage(): void {
    this.#dependencies = undefined;
    this.#partitions = undefined;
    // A stack that nobody has read yet holds what the calls in it were made on: the parents, once more.
    this.callSite?.settle?.();
    for (const field of PARENTS) if (field in this) Object.assign(this, { [field]: undefined });
  }
}
