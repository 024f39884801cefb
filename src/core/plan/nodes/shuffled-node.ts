import { Refusal } from "../../closure/refusal.js";
import type { AnySink } from "../../pipeline/codegen.js";
import { createCombiner } from "../../pipeline/create-combiner.js";
import { appendAll, combineSink, groupSink, mergeSink } from "../../pipeline/sinks.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import { HashPartitioner } from "../../shuffle/hash-partitioner.js";
import type { Partitioner } from "../../shuffle/partitioner.js";
import {
  objectsSize,
  openBlock,
  recordsOf,
  type ShuffleBlock,
  type StoredBlock,
  storedSize,
} from "../../shuffle/shuffle-block.js";
import type { ShuffleStore } from "../../shuffle/shuffle-store.js";
import { ExternalSort } from "../../sort/external-sort.js";
import { ExternalTable } from "../../table/external-table.js";
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
    countRead(blocks, context);
    if (merged || (options.aggregator === undefined && options.sort === undefined)) {
      for (const block of blocks) yield openBlock(block);
      return;
    }
    let input: Iterable<StoredBlock> = unchanging(blocks, shuffles, shuffleId, split, context);
    let table: ExternalTable | undefined;
    let sort: ExternalSort | undefined;
    if (options.aggregator !== undefined) {
      table = new ExternalTable(context, mergeSide(options.aggregator, context), options.aggregator !== "group");
      for (const _ of table.add(input, reduceSide(options.aggregator, context))) yield NOTHING;
      input = table.result();
    }
    if (options.sort !== undefined) {
      const { ordering, descending } = options.sort;
      sort = new ExternalSort(context, ordering && context.closure(ordering as Ordering<unknown>), descending);
      for (const _ of sort.add(input)) yield NOTHING;
      input = sort.result();
    }
    const spilled = table?.hasSpilled || sort?.hasSpilled;
    for (const block of input as Iterable<ShuffleBlock>) {
      // Merging may have changed the combiners of the map outputs, so these must not be merged again by the next job. Where
      // it went through files they were bytes, and nothing of them has changed.
      if (!spilled) shuffles.replace(shuffleId, split.index, block);
      yield block;
    }
  }

  *compute(split: Partition, context: TaskContext): Generator<readonly (readonly [K, C])[]> {
    for (const block of this.columns(split, context)) yield* pairs<K, C>(block);
  }
}

/** The blocks; those that may be too much for memory not as objects, so that a second job finds them as this one does. */
function unchanging(
  blocks: readonly StoredBlock[],
  shuffles: ShuffleStore,
  shuffleId: number,
  split: Partition,
  context: TaskContext,
): readonly StoredBlock[] {
  const size = blocks.reduce((sum, block) => sum + objectsSize(block), 0);
  // With the table beside them.
  if (context.memory.surelyFits(3 * size)) return blocks;
  try {
    return shuffles.readPacked(shuffleId, split.index).blocks;
  } catch (error) {
    // Then they cannot be spilled either.
    if (error instanceof Refusal) return blocks;
    throw error;
  }
}

/** Counts what a task reads of a shuffle. */
export function countRead(blocks: readonly StoredBlock[], { metrics }: TaskContext): void {
  for (const block of blocks) {
    metrics.shuffleReadRecords += recordsOf(block);
    metrics.shuffleReadBytes += storedSize(block);
  }
}

/** How the reduce side merges what the map side sent. */
function reduceSide(aggregator: Aggregator<never, never> | "group", context: TaskContext): AnySink {
  if (aggregator === "group") return groupSink;
  if (aggregator.mapSideCombine) return mergeSide(aggregator, context);
  return combineSink(createCombiner(aggregator, context), context.closure(aggregator.mergeValue));
}

/** How it merges what it has merged before. */
function mergeSide(aggregator: Aggregator<never, never> | "group", context: TaskContext): AnySink {
  return mergeSink(aggregator === "group" ? appendAll : context.closure(aggregator.mergeCombiners));
}

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
