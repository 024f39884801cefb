import type { AnySink } from "../../pipeline/codegen.js";
import { chunksOf } from "../../pipeline/evaluate.js";
import { kernelOf } from "../../pipeline/kernel.js";
import { appendAll, cogroupSink, mergeSink } from "../../pipeline/sinks.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import { HashPartitioner } from "../../shuffle/hash-partitioner.js";
import { type Partitioner, samePartitioner } from "../../shuffle/partitioner.js";
import type { ShuffleBlock } from "../../shuffle/shuffle-block.js";
import { ExternalTable } from "../../table/external-table.js";
import { BUSY, type Chunks, isAsync, isNews } from "../chunks.js";
import { type Dependency, OneToOneDependency, ShuffleDependency } from "../dependency.js";
import { type Partition, plainPartitions } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";
import { countRead } from "./shuffled-node.js";

const CHUNK = 1024;
const NOTHING: ShuffleBlock = { keys: [], values: [] };

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

  /** Keys and groups as columns, where no parent may make its task wait. */
  columns(split: Partition, context: TaskContext): Iterable<ShuffleBlock> | undefined {
    if (this.dependencies.some(d => !d.wide)) return undefined;
    const table = new ExternalTable(context, merge, false);
    const feeds = this.#feeds(split, context, table) as Iterable<typeof BUSY>[];
    return (function* () {
      for (const feed of feeds) for (const _ of feed) yield NOTHING;
      yield* table.result();
    })();
  }

  compute(split: Partition, context: TaskContext): Chunks<readonly [K, readonly (readonly unknown[])[]]> {
    const table = new ExternalTable(context, merge, false);
    const feeds = this.#feeds(split, context, table);
    if (feeds.some(isAsync)) {
      return (async function* () {
        for (const feed of feeds) for await (const busy of feed) if (isNews(busy)) yield busy;
        yield* output<K>(table);
      })();
    }
    return (function* () {
      for (const feed of feeds) yield* feed as Iterable<typeof BUSY>;
      yield* output<K>(table);
    })();
  }

  /** What puts the pairs of each parent into the table. */
  #feeds(split: Partition, context: TaskContext, table: ExternalTable): Chunks<never>[] {
    const n = this.dependencies.length;
    return this.dependencies.map((d, side) => {
      const sink = cogroupSink(side, n);
      if (!d.wide) return feedPairs(chunksOf(d.node, d.node.partitions[split.index]!, context), sink, table);
      const { blocks } = context.environment.shuffles.read(d.shuffleId, split.index);
      countRead(blocks, context);
      return table.add(blocks, sink);
    });
  }
}

function feedPairs(chunks: Chunks<unknown>, sink: AnySink, table: ExternalTable): Chunks<never> {
  const kernel = kernelOf("array", [], sink);
  if (isAsync(chunks)) {
    return (async function* () {
      for await (const chunk of chunks) {
        table.addPairs(kernel, chunk);
        if (isNews(BUSY)) yield BUSY;
      }
    })();
  }
  return (function* () {
    for (const chunk of chunks) {
      table.addPairs(kernel, chunk);
      yield BUSY;
    }
  })();
}

function* output<K>(table: ExternalTable) {
  for (const { keys, values } of table.result()) {
    for (let from = 0; from < values.length || from === 0; from += CHUNK) {
      const chunk: (readonly [K, unknown[][]])[] = [];
      const to = Math.min(values.length, from + CHUNK);
      for (let i = from; i < to; i++) chunk.push([keys![i] as K, values[i] as unknown[][]]);
      yield chunk;
    }
  }
}

/** Puts groups of a key together that were put away one by one. */
const merge = mergeSink((groups: unknown[][], others: readonly (readonly unknown[])[]) => {
  for (let side = 0; side < groups.length; side++) appendAll(groups[side]!, others[side]!);
  return groups;
});

registerNode("CoGroup", (n: number, upstream) => {
  const parents = upstream.map(u => (u instanceof ShuffleDependency ? u.node : u));
  const node = new CoGroupNode(parents, new HashPartitioner(n));
  // Which parents were spread alike was decided where their partitioners are.
  node.adopt({ dependencies: upstream.map(u => (u instanceof ShuffleDependency ? u : new OneToOneDependency(u))) });
  return node as PlanNode<unknown>;
});
