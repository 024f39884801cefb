import { createCombiner } from "../../pipeline/create-combiner.js";
import { combineBlocks } from "../../pipeline/evaluate.js";
import { combineSink, groupSink } from "../../pipeline/sinks.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import { HashPartitioner } from "../../shuffle/hash-partitioner.js";
import type { Partitioner } from "../../shuffle/partitioner.js";
import type { ShuffleBlock } from "../../shuffle/shuffle-store.js";
import { concatColumns, sortColumns } from "../../sort/sort-columns.js";
import type { Ordering } from "../../util/ordering.js";
import { type Aggregator, type Dependency, ShuffleDependency } from "../dependency.js";
import { type Partition, plainPartitions } from "../partition.js";
import { PlanNode } from "../plan-node.js";
import { registerNode } from "../travel.js";

const NOTHING: ShuffleBlock = { keys: [], values: [] };

/** Pairs brought together by key: combined, grouped, sorted within a partition, or as they come. */
export class ShuffledNode<K, V, C> extends PlanNode<readonly [K, C]> {
  readonly kind = "ShuffledRDD";
  readonly dependency: ShuffleDependency;

  constructor(
    parent: PlanNode<unknown>,
    private readonly keyPartitioner: Partitioner,
    options: {
      readonly aggregator?: Aggregator<V, C> | "group";
      readonly sort?: { readonly ordering?: Ordering<K>; readonly descending: boolean };
    } = {},
    /** Given where it stands for one of another thread. */
    shuffleId?: number,
  ) {
    super();
    this.dependency = new ShuffleDependency(parent, keyPartitioner, options as ShuffleDependency["options"], shuffleId);
  }

  override get partitioner(): Partitioner {
    return this.keyPartitioner;
  }

  protected listPartitions(): readonly Partition[] {
    return plainPartitions(this.partitioner.numPartitions);
  }

  protected listDependencies(): readonly Dependency[] {
    return [this.dependency];
  }

  override travel() {
    return { kind: "Shuffled", data: { n: this.numPartitions, options: this.dependency.options } };
  }

  *columns(split: Partition, context: TaskContext): Generator<ShuffleBlock> {
    const { shuffleId, options } = this.dependency;
    const { shuffles } = context.environment;
    const { blocks, merged } = shuffles.read(shuffleId, split.index);
    for (const block of blocks) context.metrics.shuffleReadRecords += block.values.length;
    if (merged || (options.aggregator === undefined && options.sort === undefined)) {
      yield* blocks;
      return;
    }
    let block: ShuffleBlock;
    if (options.aggregator === undefined) {
      block = concatColumns(blocks);
    } else {
      const sink = reduceSide(options.aggregator, context);
      const state = sink.open();
      for (const _ of combineBlocks(blocks, sink, state)) yield NOTHING;
      block = { keys: state.table.keys, values: state.values };
    }
    if (options.sort !== undefined) {
      const { ordering, descending } = options.sort;
      block = sortColumns(block, ordering && context.closure(ordering as Ordering<unknown>), descending);
    }
    // Merging may have changed the combiners of the map outputs, so these must not be merged again by the next job.
    shuffles.replace(shuffleId, split.index, block);
    yield block;
  }

  *compute(split: Partition, context: TaskContext): Generator<readonly (readonly [K, C])[]> {
    for (const block of this.columns(split, context)) yield* pairs<K, C>(block);
  }
}

/** How the reduce side merges what the map side sent. */
function reduceSide(aggregator: Aggregator<never, never> | "group", context: TaskContext) {
  if (aggregator === "group") return groupSink;
  if (aggregator.mapSideCombine) return combineSink(identity, context.closure(aggregator.mergeCombiners));
  return combineSink(createCombiner(aggregator, context), context.closure(aggregator.mergeValue));
}

const identity = <T>(x: T): T => x;

const CHUNK = 4096;

/** Columns as tuples, a chunk at a time. */
export function* pairs<K, V>({ keys, values }: ShuffleBlock): Generator<readonly (readonly [K, V])[]> {
  for (let from = 0; from < values.length || from === 0; from += CHUNK) {
    const to = Math.min(values.length, from + CHUNK);
    const chunk = new Array<readonly [K, V]>(to - from);
    for (let i = from; i < to; i++) chunk[i - from] = [keys![i] as K, values[i] as V];
    yield chunk;
  }
}

type Data = { n: number; options: ConstructorParameters<typeof ShuffledNode>[2] };
registerNode("Shuffled", ({ n, options }: Data, [upstream]) => {
  // Where a key goes was decided on the map side: how many places there are is what counts here.
  const { node, shuffleId } = upstream as ShuffleDependency;
  return new ShuffledNode(node, new HashPartitioner(n), options, shuffleId);
});
