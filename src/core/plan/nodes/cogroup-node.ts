import type { AnySink } from "../../pipeline/codegen.js";
import { chunksOf, combineBlocks } from "../../pipeline/evaluate.js";
import { kernelOf } from "../../pipeline/kernel.js";
import { cogroupSink } from "../../pipeline/sinks.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import { HashPartitioner } from "../../shuffle/hash-partitioner.js";
import { type Partitioner, samePartitioner } from "../../shuffle/partitioner.js";
import { KeyTable } from "../../table/key-table.js";
import { BUSY, type Chunks, isAsync } from "../chunks.js";
import { type Dependency, OneToOneDependency, ShuffleDependency } from "../dependency.js";
import { type Partition, plainPartitions } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";

const CHUNK = 1024;

/** For each key of any parent the values it has in each of them. A parent already partitioned alike is not shuffled. */
export class CoGroupNode<K> extends PlanNode<readonly [K, readonly (readonly unknown[])[]]> {
  readonly kind = "CoGroupedRDD";

  constructor(
    readonly parents: readonly PlanNode<unknown>[],
    private readonly keyPartitioner: Partitioner,
  ) {
    super();
  }

  override get partitioner(): Partitioner {
    return this.keyPartitioner;
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(this.partitioner.numPartitions);
  }

  protected listDependencies(): readonly Dependency[] {
    return this.parents.map(parent =>
      samePartitioner(parent.partitioner, this.partitioner)
        ? new OneToOneDependency(parent)
        : new ShuffleDependency(parent, this.partitioner),
    );
  }

  override travel() {
    return { kind: "CoGroup", data: this.numPartitions };
  }

  compute(split: Partition, context: TaskContext): Chunks<readonly [K, readonly (readonly unknown[])[]]> {
    const table = new KeyTable<K>();
    const groups: unknown[][][] = [];
    const inputs = this.dependencies.map(d => {
      if (!d.wide) return chunksOf(d.node, d.node.partitions[split.index]!, context);
      return context.environment.shuffles.read(d.shuffleId, split.index).blocks;
    });
    const n = inputs.length;
    const feeds = this.dependencies.map((d, side) => {
      const sink = cogroupSink(side, n);
      const state = { table, groups };
      if (d.wide) return combineBlocks(inputs[side] as never, sink, state);
      return feedPairs(inputs[side] as Chunks<unknown>, sink, state);
    });
    if (inputs.some(i => isAsync(i as Chunks<unknown>))) {
      return (async function* () {
        for (const feed of feeds) yield* feed;
        yield* output(table, groups);
      })();
    }
    return (function* () {
      for (const feed of feeds) yield* feed as Iterable<typeof BUSY>;
      yield* output(table, groups);
    })();
  }
}

function feedPairs(chunks: Chunks<unknown>, sink: AnySink, state: unknown): Chunks<never> {
  const kernel = kernelOf("array", [], sink);
  if (isAsync(chunks)) {
    return (async function* () {
      for await (const chunk of chunks) {
        kernel.run(state, chunk, 0, chunk.length);
        yield BUSY;
      }
    })();
  }
  return (function* () {
    for (const chunk of chunks) {
      kernel.run(state, chunk, 0, chunk.length);
      yield BUSY;
    }
  })();
}

function* output<K>(table: KeyTable<K>, groups: unknown[][][]) {
  for (let from = 0; from < groups.length; from += CHUNK) {
    const chunk: (readonly [K, unknown[][]])[] = [];
    for (let i = from; i < Math.min(groups.length, from + CHUNK); i++) chunk.push([table.keys[i]!, groups[i]!]);
    yield chunk;
  }
}

registerNode("CoGroup", (n: number, upstream) => {
  const parents = upstream.map(u => (u instanceof ShuffleDependency ? u.node : u));
  const node = new CoGroupNode(parents, new HashPartitioner(n));
  // Which parents were spread alike was decided where their partitioners are.
  node.adopt({ dependencies: upstream.map(u => (u instanceof ShuffleDependency ? u : new OneToOneDependency(u))) });
  return node as PlanNode<unknown>;
});
