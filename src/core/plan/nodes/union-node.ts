import { chunksOf } from "../../pipeline/evaluate.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import type { Partitioner } from "../../shuffle/partitioner.js";
import { BUSY, type Chunks, isAsync } from "../chunks.js";
import { type Dependency, OneToOneDependency, RangeDependency } from "../dependency.js";
import type { Partition } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";

interface UnionPartition extends Partition {
  readonly parent: number;
  readonly split: Partition;
}

/** The partitions of its parents, one parent after the other. */
export class UnionNode<T> extends PlanNode<T> {
  readonly kind = "UnionRDD";

  constructor(readonly parents: readonly PlanNode<T>[]) {
    super();
  }

  protected listPartitions(): readonly UnionPartition[] {
    let index = 0;
    return this.parents.flatMap((node, parent) => node.partitions.map(split => ({ index: index++, parent, split })));
  }

  protected listDependencies(): readonly Dependency[] {
    let outStart = 0;
    return this.parents.map(parent => {
      const dependency = new RangeDependency(parent, 0, outStart, parent.numPartitions);
      outStart += parent.numPartitions;
      return dependency;
    });
  }

  override redirect(split: UnionPartition) {
    const node = this.parents[split.parent]!;
    return { node, split: node.partitions[split.split.index]! };
  }

  override travel() {
    return { kind: "Union" };
  }

  compute(): Chunks<T> {
    // Its partitions are those of its parents: redirect says which.
    return [];
  }
}

/** The union of parents that are partitioned alike: partition `i` holds partition `i` of each, so that the partitioner stays. */
export class PartitionerAwareUnionNode<T> extends PlanNode<T> {
  readonly kind = "PartitionerAwareUnionRDD";

  constructor(readonly parents: readonly PlanNode<T>[]) {
    super();
  }

  override get partitioner(): Partitioner | undefined {
    return (this.checkpoint?.node ?? this.parents[0]!).partitioner;
  }

  protected listPartitions(): readonly Partition[] {
    return this.parents[0]!.partitions.map(({ index }) => ({ index }));
  }

  protected listDependencies(): readonly Dependency[] {
    return this.parents.map(parent => new OneToOneDependency(parent));
  }

  override travel() {
    return { kind: "PartitionerAwareUnion" };
  }

  compute(split: Partition, context: TaskContext): Chunks<T> {
    return concatChunks(this.parents.map(p => () => chunksOf(p, p.partitions[split.index]!, context)));
  }
}

/** The chunks of several sources, one after the other; the next is opened when the one before has ended. */
export function concatChunks<T>(sources: readonly (() => Chunks<T>)[]): Chunks<T> {
  if (sources.length === 0) return [];
  const first = sources[0]!();
  if (isAsync(first)) return concatAsync(first, sources);
  return concatSync(first, sources) ?? concatAsync(first, sources);
}

/** Undefined when a source is asynchronous. Sources are lazy: opening them all costs little. */
function concatSync<T>(first: Iterable<readonly T[]>, sources: readonly (() => Chunks<T>)[]) {
  const rest = sources.slice(1).map(open => open());
  if (rest.some(isAsync)) return undefined;
  return (function* () {
    yield* first;
    for (const chunks of rest) {
      yield BUSY;
      yield* chunks as Iterable<readonly T[]>;
    }
  })();
}

async function* concatAsync<T>(first: Chunks<T>, sources: readonly (() => Chunks<T>)[]) {
  yield* first;
  for (const open of sources.slice(1)) yield* open();
}

registerNode("Union", (_: undefined, parents) => new UnionNode(parents as PlanNode<unknown>[]));
registerNode("PartitionerAwareUnion", (_: undefined, parents) => {
  return new PartitionerAwareUnionNode(parents as PlanNode<unknown>[]);
});
