import { sliceIsOver, turn } from "../executor/time-slice.js";
import { BUSY, ChunkIterator, type Chunks, isAsync, isNews, whenSync } from "../plan/chunks.js";
import { ElementsNode } from "../plan/nodes/elements-node.js";
import { RangeNode, type RangePartition } from "../plan/nodes/range-node.js";
import { StepNode } from "../plan/nodes/step-node.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { ShuffleBlock } from "../shuffle/shuffle-block.js";
import { PartitionKeeper } from "../storage/keep-partition.js";
import { StorageLevel } from "../storage/storage-level.js";
import { Random } from "../util/random.js";
import type { AnySink, Sink, Step } from "./codegen.js";
import { drive } from "./drive.js";
import { type Kernel, kernelOf } from "./kernel.js";
import { collectSink } from "./sinks.js";
import { stepOf } from "./steps.js";

/** So many steps become one loop: a lineage of thousands would be a text that no compiler takes. */
const MAX_FUSED = 200;

/** A node taken apart: where its elements come from, and the steps they go through. */
interface Chain {
  readonly base: PlanNode<unknown>;
  readonly split: Partition;
  readonly steps: readonly Step[];
  /** The base is not to be looked for in the cache: it is being computed for it. */
  readonly fresh: boolean;
}

function chainOf(node: PlanNode<unknown>, split: Partition, context: TaskContext, fresh: boolean): Chain {
  const steps: Step[] = [];
  const top = node;
  for (;;) {
    const tap = context.samples?.step(node.id);
    if (tap !== undefined) steps.unshift(tap);
    if (node.isMaterialized && !(fresh && node === top)) return { base: node, split, steps, fresh: false };
    if (steps.length >= MAX_FUSED && node instanceof StepNode) return { base: node, split, steps, fresh: false };
    if (node instanceof StepNode) {
      steps.unshift(
        stepOf(
          node.step,
          node.closures.map(f => context.closure(f)),
        ),
      );
      node = node.parent as PlanNode<unknown>;
    } else {
      const to = node.redirect(split);
      if (to === undefined) return { base: node, split, steps, fresh: fresh && node === top };
      node = to.node;
      split = to.split;
    }
  }
}

/** A node that can give its pairs as columns, which saves making tuples that are taken apart at once. */
export interface Columnar {
  columns(split: Partition, context: TaskContext): Iterable<ShuffleBlock>;
}

function columnsOf(chain: Chain, context: TaskContext): Iterable<ShuffleBlock> | undefined {
  if (chain.base.isMaterialized && !chain.fresh) return undefined;
  return (chain.base as Partial<Columnar>).columns?.(chain.split, context);
}

/**
 * Feeds the elements of one partition to `sink` in one compiled loop with the steps that lead to it, and gives what the
 * sink makes of them; a promise only when something had to be waited for.
 */
export function runSink<S, R>(
  node: PlanNode<unknown>,
  split: Partition,
  context: TaskContext,
  sink: Sink<S, R>,
): R | Promise<R> {
  const chain = chainOf(node, split, context, false);
  const state = sink.open();
  const done = driveChain(chain, sink, state, context);
  return done === undefined ? sink.close(state) : done.then(() => sink.close(state));
}

/**
 * Feeds `wanted` of the elements that enter, evenly spread and picked by chance within their stretch, to `sink`, when they
 * are at hand by number and more than `enough`: those of a range, of an array, of a partition in the cache. `outOf` says for
 * how many each of them stands.
 */
export function runPicked(
  node: PlanNode<unknown>,
  split: Partition,
  context: TaskContext,
  sink: AnySink,
  wanted: number,
  enough: number,
): { readonly result: unknown; readonly outOf: number } | undefined {
  const chain = chainOf(node, split, context, false);
  const feed = pickable(chain, sink, context);
  if (feed === undefined || feed.length <= enough) return undefined;
  const state = sink.open();
  const random = new Random(split.index);
  const stretch = feed.length / wanted;
  for (let i = 0; i < wanted; i++)
    feed.run(state, Math.min(feed.length - 1, Math.floor((i + random.double()) * stretch)));
  return { result: sink.close(state as never), outOf: stretch };
}

function pickable({ base, split, steps }: Chain, sink: AnySink, context: TaskContext) {
  if (base instanceof RangeNode && !base.isMaterialized) {
    const { from, to } = split as RangePartition;
    const kernel = kernelOf("range", steps, sink);
    const { start, step } = base;
    return {
      length: to - from,
      run: (state: unknown, i: number) => kernel.run(state, start, from + i, from + i + 1, step),
    };
  }
  const array = elementsAtHand(base, split, context);
  if (array === undefined) return undefined;
  const kernel = kernelOf("array", steps, sink);
  return { length: array.length, run: (state: unknown, i: number) => kernel.run(state, array, i, i + 1) };
}

/** The elements of a partition, where they are there as one array. */
function elementsAtHand(
  base: PlanNode<unknown>,
  split: Partition,
  context: TaskContext,
): readonly unknown[] | undefined {
  if (!base.isMaterialized) {
    if (base instanceof ElementsNode) return base.compute(split, context)[0];
    return base.elementsOf?.(split.index);
  }
  if (base.checkpoint?.node !== undefined) return undefined;
  const cached = context.environment.blocks.get(base.id, split.index, context);
  return Array.isArray(cached) ? (cached as readonly (readonly unknown[])[])[0] : undefined;
}

function driveChain(chain: Chain, sink: AnySink, state: unknown, context: TaskContext) {
  const { base, split, steps } = chain;
  const check = sink.check as ((state: unknown) => void) | undefined;
  const checked = check && (() => check.call(sink, state));
  if (base instanceof RangeNode && !base.isMaterialized) {
    const { from, to } = split as RangePartition;
    const kernel = kernelOf("range", steps, sink);
    return drive(
      [base],
      {
        length: () => to - from,
        run: (range, i, j) => kernel.run(state, range.start, from + i, from + j, range.step),
      },
      context,
      checked,
    );
  }
  const columns = columnsOf(chain, context);
  if (columns !== undefined) {
    return drive(
      columns,
      columnFeed(() => kernelOf("columns", steps, sink), state),
      context,
      checked,
    );
  }
  const kernel = kernelOf("array", steps, sink);
  return drive(baseChunks(chain, context), arrayFeed(kernel, state), context, checked);
}

function arrayFeed(kernel: Kernel, state: unknown) {
  return {
    length: (chunk: readonly unknown[]) => chunk.length,
    run: (chunk: readonly unknown[], from: number, to: number) => kernel.run(state, chunk, from, to),
  };
}

function columnFeed(make: () => Kernel, state: unknown) {
  let kernel: Kernel | undefined;
  return {
    length: (block: ShuffleBlock) => block.values.length,
    run: (block: ShuffleBlock, from: number, to: number) =>
      (kernel ??= make()).run(state, block.keys, from, to, block.values),
  };
}

/** The elements of one partition of `node`, from the cache or a checkpoint where it has one. */
export function chunksOf<T>(node: PlanNode<T>, split: Partition, context: TaskContext): Chunks<T> {
  return chunksOfChain(chainOf(node, split, context, false), context) as Chunks<T>;
}

/** The elements of one partition of `node`, computed even if it is to be cached. */
function computedChunks(node: PlanNode<unknown>, split: Partition, context: TaskContext): Chunks<unknown> {
  return chunksOfChain(chainOf(node, split, context, true), context);
}

/** So many sources may be nested in one another before the stack gets short: each is pulled by the one above it. */
const MAX_NESTED = 200;

function chunksOfChain(chain: Chain, context: TaskContext): Chunks<unknown> {
  if (context.nested >= MAX_NESTED) return onNewStack(() => chunksOfChain(chain, context), context);
  context.nested++;
  try {
    return openChain(chain, context);
  } finally {
    context.nested--;
  }
}

/** The same chunks, opened and pulled from a stack of their own: what has waited begins with an empty one. */
async function* onNewStack(open: () => Chunks<unknown>, context: TaskContext): AsyncGenerator<readonly unknown[]> {
  await undefined;
  const chunks = context.run(open);
  const pieces = isAsync(chunks) ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  try {
    for (;;) {
      const next = await context.run(() => pieces.next());
      if (next.done) return;
      if (next.value.length > 0) yield next.value;
      await (sliceIsOver() ? turn() : undefined);
      context.check();
    }
  } finally {
    await undefined;
    await context.run(() => pieces.return?.());
  }
}

function openChain(chain: Chain, context: TaskContext): Chunks<unknown> {
  const chunks = baseChunks(chain, context);
  if (chain.steps.length === 0) return chunks;
  const kernel = kernelOf("array", chain.steps, collectSink);
  return isAsync(chunks) ? throughAsync(chunks, kernel) : through(chunks, kernel);
}

const MAX_CHUNK = 4096;

/** Small windows first: whoever takes only a few elements has not computed many. */
function* through(chunks: Iterable<readonly unknown[]>, kernel: Kernel): Generator<readonly unknown[]> {
  let window = 1;
  for (const chunk of chunks) {
    if (chunk.length === 0) yield BUSY;
    for (let i = 0; i < chunk.length; ) {
      const to = Math.min(chunk.length, i + window);
      const out: unknown[] = [];
      kernel.run(out, chunk, i, to);
      yield out;
      i = to;
      if (window < MAX_CHUNK) window *= 2;
    }
  }
}

async function* throughAsync(chunks: AsyncIterable<readonly unknown[]>, kernel: Kernel) {
  for await (const chunk of chunks) {
    const out: unknown[] = [];
    kernel.run(out, chunk, 0, chunk.length);
    if (isNews(out)) yield out;
  }
}

function baseChunks(chain: Chain, context: TaskContext): Chunks<unknown> {
  const { base, split } = chain;
  if (!base.isMaterialized) {
    return base instanceof StepNode ? chunksOf(base, split, context) : base.compute(split, context);
  }
  const safe = base.checkpoint?.node;
  if (base.storageLevel === StorageLevel.NONE || chain.fresh) {
    return safe === undefined ? base.compute(split, context) : chunksOf(safe, safe.partitions[split.index]!, context);
  }
  const cached = context.environment.blocks.get(base.id, split.index, context);
  if (cached !== undefined) return cached;
  const chunks =
    safe === undefined ? computedChunks(base, split, context) : chunksOf(safe, safe.partitions[split.index]!, context);
  return isAsync(chunks) ? keepAsync(base, split, chunks, context) : keep(base, split, chunks, context);
}

/** Computes a whole partition, puts it into the cache, gives it. */
function* keep(base: PlanNode<unknown>, split: Partition, chunks: Iterable<readonly unknown[]>, context: TaskContext) {
  const keeper = new PartitionKeeper(base, split, context);
  for (const chunk of chunks) yield keeper.add(chunk);
  yield* keeper.finish();
}

async function* keepAsync(
  base: PlanNode<unknown>,
  split: Partition,
  chunks: AsyncIterable<readonly unknown[]>,
  context: TaskContext,
) {
  const keeper = new PartitionKeeper(base, split, context);
  for await (const chunk of chunks) {
    const now = keeper.add(chunk);
    if (now.length > 0) yield now;
  }
  yield* keeper.finish();
}

/** Calls `f` with a lazy iterator over the elements of one partition. */
export function runIterator<T, R>(
  node: PlanNode<T>,
  split: Partition,
  context: TaskContext,
  f: (elements: IterableIterator<T>, context: TaskContext) => R | Promise<R>,
): R | Promise<R> {
  const call = (chunks: Iterable<readonly T[]>) =>
    context.runAsync(() => context.run(() => f(new ChunkIterator(chunks), context)));
  const chunks = context.runAsync(() => context.run(() => whenSync(chunksOf(node, split, context))));
  return chunks instanceof Promise ? chunks.then(call) : call(chunks);
}
