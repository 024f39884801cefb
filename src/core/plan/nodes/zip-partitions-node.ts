import { E } from "../../errors/engine-errors.js";
import { chunksOf } from "../../pipeline/evaluate.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import { ChunkIterator, type Chunks, chunked, whenSync } from "../chunks.js";
import { type Dependency, OneToOneDependency } from "../dependency.js";
import type { Partition } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";

/** A function of the partitions of the same number of several parents. */
export class ZipPartitionsNode<R> extends PlanNode<R> {
  readonly kind = "ZippedPartitionsRDD";

  constructor(
    readonly parents: readonly PlanNode<unknown>[],
    /** The user's function; without one the elements of two parents are put together one by one. */
    private readonly f: ((...its: IterableIterator<never>[]) => Iterable<R>) | undefined,
    private readonly operation: string,
  ) {
    super();
    const counts = parents.map(p => p.numPartitions);
    if (counts.some(n => n !== counts[0])) throw E.UNEQUAL_PARTITIONS(operation, counts);
  }

  protected listPartitions(): readonly Partition[] {
    return this.parents[0]!.partitions.map(({ index }) => ({ index }));
  }

  protected listDependencies(): readonly Dependency[] {
    return this.parents.map(p => new OneToOneDependency(p));
  }

  override travel() {
    return { kind: "ZipPartitions", data: { f: this.f, operation: this.operation } };
  }

  compute({ index }: Partition, context: TaskContext): Chunks<R> {
    const inputs = this.parents.map(p => whenSync(chunksOf(p, p.partitions[index]!, context)));
    const zip = (sources: readonly Iterable<readonly unknown[]>[]): Iterable<readonly R[]> => {
      const its = sources.map(s => new ChunkIterator(s));
      if (this.f === undefined) return chunked(oneByOne(its, index)) as Iterable<readonly R[]>;
      return chunked(context.closure(this.f)(...(its as IterableIterator<never>[])));
    };
    if (!inputs.some(i => i instanceof Promise)) return zip(inputs as Iterable<readonly unknown[]>[]);
    return (async function* () {
      yield* zip(await Promise.all(inputs));
    })();
  }
}

function* oneByOne([left, right]: readonly ChunkIterator<unknown>[], partition: number) {
  for (;;) {
    const [a, b] = [left!.next(), right!.next()];
    if (a.done !== b.done) throw E.UNEQUAL_ELEMENTS(partition);
    if (a.done) return;
    yield [a.value, b.value];
  }
}

type Data = { f: ((...its: IterableIterator<never>[]) => Iterable<unknown>) | undefined; operation: string };
registerNode("ZipPartitions", ({ f, operation }: Data, parents) => {
  return new ZipPartitionsNode(parents as PlanNode<unknown>[], f, operation);
});
