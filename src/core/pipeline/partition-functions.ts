import { E } from "../errors/engine-errors.js";
import { TaskContext } from "../scheduler/task-context.js";
import { objectsSize, type ShuffleBlock } from "../shuffle/shuffle-block.js";
import { ExternalSort } from "../sort/external-sort.js";
import { ExternalTable } from "../table/external-table.js";
import { keyMap } from "../table/key-map.js";
import type { Ordering } from "../util/ordering.js";
import { Random } from "../util/random.js";
import type { AnySink } from "./codegen.js";
import { fromZero } from "./create-combiner.js";
import { kernelOf } from "./kernel.js";
import { isPromise, refusePromise } from "./runtime.js";
import { appendAll, combineSink, groupSink, mergeSink } from "./sinks.js";

type Elements = IterableIterator<unknown>;

/** What a function of a partition must give back. */
function iterable(operation: string, result: unknown): Iterable<unknown> {
  if (typeof (result as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function") {
    return result as Iterable<unknown>;
  }
  if (isPromise(result)) refusePromise(result, operation);
  throw E.NOT_ITERABLE(operation, result);
}

/** Elements that are taken from an iterator before the compiled loop gets them. */
const CHUNK = 1024;

function* chunks(it: Elements): Generator<unknown[]> {
  let chunk: unknown[] = [];
  for (const element of it) {
    if (chunk.push(element) < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/**
 * Pairs combined by key within a partition: what is already where it belongs is not shuffled again.
 *
 * @param merge puts together what was combined apart, because it was too much for memory
 */
function* combined(
  it: Elements,
  sink: AnySink,
  merge: AnySink,
  shrinks = true,
): Generator<readonly [unknown, unknown]> {
  const table = new ExternalTable(TaskContext.get()!, merge, shrinks);
  const kernel = kernelOf("array", [], sink);
  for (const chunk of chunks(it)) table.addPairs(kernel, chunk);
  yield* pairsOf(table.result());
}

function* sorted(it: Elements, ordering: Ordering<unknown> | undefined, descending: boolean) {
  const sort = new ExternalSort(TaskContext.get()!, ordering, descending);
  for (const chunk of chunks(it)) {
    for (const pair of chunk) if (!Array.isArray(pair)) throw E.NOT_A_PAIR(pair);
    const pairs = chunk as (readonly [unknown, unknown])[];
    const block = { keys: pairs.map(p => p[0]), values: pairs.map(p => p[1]) };
    sort.addBlock(block, objectsSize(block));
  }
  yield* pairsOf(sort.result());
}

function* pairsOf(blocks: Iterable<ShuffleBlock>): Generator<readonly [unknown, unknown]> {
  for (const { keys, values } of blocks) for (let i = 0; i < values.length; i++) yield [keys![i], values[i]];
}

/** The functions of a whole partition by name: a plan names them, so that it can be sent to another thread. */
export const PARTITION_FUNCTIONS = {
  mapPartitions: (f: (it: Elements) => unknown) => (_: number, it: Elements) => iterable("mapPartitions", f(it)),
  mapPartitionsWithIndex: (f: (index: number, it: Elements) => unknown) => (index: number, it: Elements) =>
    iterable("mapPartitionsWithIndex", f(index, it)),
  /** Combines what is already where it belongs. */
  combineLocally: (create: Function, merge: Function, mergeCombiners: Function) => (_: number, it: Elements) =>
    combined(it, combineSink(create, merge), mergeSink(mergeCombiners)),
  foldLocally: (zero: unknown, merge: Function, mergeCombiners: Function) => (_: number, it: Elements) =>
    combined(it, combineSink(fromZero(zero, merge), merge), mergeSink(mergeCombiners)),
  groupLocally: () => (_: number, it: Elements) => combined(it, groupSink, mergeSink(appendAll), false),
  sortLocally: (ordering: Ordering<unknown> | undefined, descending: boolean) => (_: number, it: Elements) =>
    sorted(it, ordering, descending),
  glom: () => (_: number, it: Elements) => [[...it]],
  zipWithUniqueId: (partitions: number) => (index: number, it: Elements) => uniqueIds(it, index, partitions),
  sample: (replace: boolean, fraction: number, seed: number) => (index: number, it: Elements) =>
    sampled(it, replace, () => fraction, new Random(seed, index)),
  sampleByKey: (
    replace: boolean,
    fractions: readonly (readonly [unknown, number])[],
    byText: boolean,
    seed: number,
  ) => {
    const byKey = keyMap<unknown, number>(fractions as [unknown, number][]);
    const of = ([key]: readonly unknown[]) => byKey.get(byText ? String(key) : key) ?? 0;
    return (index: number, it: Elements) => sampled(it, replace, of as (x: unknown) => number, new Random(seed, index));
  },
  /** One of the parts of a random split: the elements whose number is in `[from, to)`. */
  randomCell: (from: number, to: number, seed: number) => (index: number, it: Elements) =>
    cell(it, from, to, new Random(seed, index)),
} as const;

function* uniqueIds(it: Elements, index: number, partitions: number) {
  let id = index;
  for (const x of it) {
    yield [x, id];
    id += partitions;
  }
}

/** Each element with the probability of its fraction, or, with replacement, as often as a Poisson distribution says. */
function* sampled(it: Elements, replace: boolean, fraction: (x: unknown) => number, random: Random) {
  for (const x of it) {
    if (!replace) {
      if (random.double() < fraction(x)) yield x;
      continue;
    }
    for (let n = random.poisson(fraction(x)); n > 0; n--) yield x;
  }
}

function* cell(it: Elements, from: number, to: number, random: Random) {
  for (const x of it) {
    const r = random.double();
    if (r >= from && r < to) yield x;
  }
}

export type PartitionFunctionName = keyof typeof PARTITION_FUNCTIONS;
