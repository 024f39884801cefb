import { chunksOf } from "../../core/pipeline/evaluate.js";
import { type Chunks, isAsync, isNews } from "../../core/plan/chunks.js";
import { type Dependency, OneToOneDependency } from "../../core/plan/dependency.js";
import type { Partition } from "../../core/plan/partition.js";
import { PlanNode } from "../../core/plan/plan-node.js";
import type { TaskContext } from "../../core/scheduler/task-context.js";
import type { Partitioner } from "../../core/shuffle/partitioner.js";

/** What becomes of the chunks of one partition. */
export interface ChunkFunction<A, B> {
  next(chunk: readonly A[]): readonly B[];
  /** What follows the last chunk. */
  end?(): readonly B[];
}

/**
 * Each chunk of its parent made into another one, by a function that is made anew for each task from the user's closures as
 * the task calls them. What operators of streams need where no operation of an RDD fits. Elements stay in their partition;
 * `preservesPartitioning` says whether keys stay what they are.
 */
export class ChunkFunctionNode<A, B> extends PlanNode<B> {
  readonly kind = "MapPartitionsRDD";
  /** Asked once: to ask the parent each time is to go through all batches there were. */
  readonly #partitioner: Partitioner | undefined;
  #parent: PlanNode<A> | undefined;

  constructor(
    parent: PlanNode<A>,
    private readonly closures: readonly Function[],
    private readonly make: (...closures: never[]) => ChunkFunction<A, B>,
    preservesPartitioning: boolean,
  ) {
    super();
    this.#parent = parent;
    this.#partitioner = preservesPartitioning ? parent.partitioner : undefined;
  }

  override get partitioner(): Partitioner | undefined {
    return this.#partitioner;
  }

  protected listPartitions(): readonly Partition[] {
    return this.#parent!.partitions;
  }

  protected listDependencies(): readonly Dependency[] {
    return [new OneToOneDependency(this.#parent as PlanNode<unknown>)];
  }

  /** A state is made of the state before: one that held its parent would hold every batch there was. */
  override forgetLineage(): void {
    super.forgetLineage();
    this.#parent = undefined;
  }

  compute(split: Partition, context: TaskContext): Chunks<B> {
    const make = this.make as unknown as (...closures: Function[]) => ChunkFunction<A, B>;
    const f = make(...this.closures.map(closure => context.closure(closure)));
    const chunks = chunksOf(this.#parent!, split, context);
    return isAsync(chunks) ? applyAsync(chunks, f) : apply(chunks, f);
  }
}

function* apply<A, B>(chunks: Iterable<readonly A[]>, f: ChunkFunction<A, B>): Generator<readonly B[]> {
  for (const chunk of chunks) yield f.next(chunk);
  if (f.end !== undefined) yield f.end();
}

async function* applyAsync<A, B>(
  chunks: AsyncIterable<readonly A[]>,
  f: ChunkFunction<A, B>,
): AsyncGenerator<readonly B[]> {
  for await (const chunk of chunks) {
    const out = f.next(chunk);
    if (isNews(out)) yield out;
  }
  if (f.end !== undefined) yield f.end();
}
