import { inspect } from "node:util";
import { SHIP } from "../closure/protocol.js";
import { E } from "../errors/engine-errors.js";
import type { PartitionFunctionName } from "../pipeline/partition-functions.js";
import type { StepName } from "../pipeline/steps.js";
import type { Aggregator } from "../plan/dependency.js";
import { CoGroupNode } from "../plan/nodes/cogroup-node.js";
import { PartitionFunctionNode } from "../plan/nodes/partition-function-node.js";
import { ShuffledNode } from "../plan/nodes/shuffled-node.js";
import { StepNode } from "../plan/nodes/step-node.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { Action } from "../scheduler/action.js";
import { type Partitioner, samePartitioner } from "../shuffle/partitioner.js";
import type { SparkContext, TupleHint } from "../spark-context.js";
import { captureCallSite } from "../util/call-site.js";
import { partitionerFor } from "./default-partitioner.js";

export class RDD<T> {
  constructor(
    readonly sparkContext: SparkContext,
    /** @internal the step of the plan behind it */
    readonly node: PlanNode<T>,
  ) {
    if (node.id < 0) {
      sparkContext.assertUsable(`new ${this.constructor.name}`);
      node.id = sparkContext.newRddId();
      node.callSite = captureCallSite();
    }
  }

  get id(): number {
    return this.node.id;
  }
  get partitions(): readonly Partition[] {
    return this.node.partitions;
  }
  get partitioner(): Partitioner | undefined {
    return this.node.partitioner;
  }
  getNumPartitions(): number {
    return this.node.numPartitions;
  }

  map<U extends TupleHint>(f: (x: T) => U): RDD<U>;
  /** @deprecated This makes an RDD of promises: use `mapAsync(f)`, which awaits them. */
  map<U extends Promise<unknown>>(f: (x: T) => U): RDD<U>;
  map<U>(f: (x: T) => U): RDD<U>;
  map<U>(f: (x: T) => U): RDD<U> {
    return this.#step("map", [f]);
  }

  filter<U extends T>(f: (x: T) => x is U): RDD<U>;
  filter(f: (x: T) => unknown): RDD<T>;
  filter(f: (x: T) => unknown): RDD<T> {
    return this.#step("filter", [f], true);
  }

  flatMap<U extends TupleHint>(f: (x: T) => Iterable<U>): RDD<U>;
  flatMap<U>(f: (x: T) => Iterable<U>): RDD<U>;
  flatMap<U>(f: (x: T) => Iterable<U>): RDD<U> {
    return this.#step("flatMap", [f]);
  }

  mapPartitions<U extends TupleHint>(
    f: (it: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: boolean,
  ): RDD<U>;
  mapPartitions<U>(f: (it: IterableIterator<T>) => Iterable<U>, preservesPartitioning?: boolean): RDD<U>;
  mapPartitions<U>(f: (it: IterableIterator<T>) => Iterable<U>, preservesPartitioning = false): RDD<U> {
    return this.#partitions("mapPartitions", [f], preservesPartitioning);
  }

  mapPartitionsWithIndex<U extends TupleHint>(
    f: (index: number, it: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: boolean,
  ): RDD<U>;
  mapPartitionsWithIndex<U>(
    f: (index: number, it: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: boolean,
  ): RDD<U>;
  mapPartitionsWithIndex<U>(
    f: (index: number, it: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning = false,
  ): RDD<U> {
    return this.#partitions("mapPartitionsWithIndex", [f], preservesPartitioning);
  }

  glom(): RDD<T[]> {
    return this.#partitions("glom", []);
  }

  union(other: RDD<T>): RDD<T> {
    return this.sparkContext.union(this, other);
  }

  keyBy<K>(f: (x: T) => K): RDD<[K, T]> {
    return this.#step("keyBy", [f]);
  }

  mapValues<K, V, U extends TupleHint>(this: RDD<readonly [K, V]>, f: (v: V) => U): RDD<[K, U]>;
  mapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => U): RDD<[K, U]>;
  mapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => U): RDD<[K, U]> {
    return this.#step("mapValues", [f], true);
  }

  flatMapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => Iterable<U>): RDD<[K, U]> {
    return this.#step("flatMapValues", [f], true);
  }

  keys<K, V>(this: RDD<readonly [K, V]>): RDD<K> {
    return this.#step("keys", []);
  }

  values<K, V>(this: RDD<readonly [K, V]>): RDD<V> {
    return this.#step("values", []);
  }

  reduceByKey<K, V>(this: RDD<readonly [K, V]>, f: (a: V, b: V) => V, partitions?: number | Partitioner): RDD<[K, V]> {
    const aggregator = { createCombiner: identity<V>, mergeValue: f, mergeCombiners: f, mapSideCombine: true };
    return this.#combine("reduceByKey", aggregator, partitions);
  }

  groupByKey<K, V>(this: RDD<readonly [K, V]>, partitions?: number | Partitioner): RDD<[K, V[]]> {
    return this.#combine("groupByKey", "group", partitions);
  }

  cogroup<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: number | Partitioner,
  ): RDD<[K, [V[], W[]]]> {
    return this.#cogroup("cogroup", [other], partitions);
  }

  join<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: number | Partitioner,
  ): RDD<[K, [V, W]]> {
    return this.#cogroup<K, [V[], W[]]>("join", [other], partitions).flatMapValues(pairUp) as RDD<[K, [V, W]]>;
  }

  collect(): Promise<T[]> {
    return this.#run({ name: "collect", args: [] }, (parts: T[][]) => (parts.length === 1 ? parts[0]! : parts.flat()));
  }

  count(): Promise<number> {
    return this.#run({ name: "count", args: [] }, (counts: number[]) => counts.reduce((a, b) => a + b, 0));
  }

  async take(n: number): Promise<T[]> {
    if (!Number.isInteger(n)) throw E.BAD_ARGUMENT("take", "n", n, "a whole number");
    const out: T[] = [];
    const total = this.getNumPartitions();
    let done = 0;
    while (out.length < n && done < total) {
      // As Spark: one partition first, then four times as many as so far.
      const next = done === 0 ? 1 : done * 4;
      const partitions = Array.from({ length: Math.min(next, total - done) }, (_, i) => done + i);
      const action = { name: "take", args: [n - out.length] } as const;
      const parts = (await this.sparkContext.runAction(this.node, action, partitions)) as T[][];
      for (const part of parts) for (const x of part) if (out.length < n) out.push(x);
      done += partitions.length;
    }
    return out;
  }

  reduce(f: (a: T, b: T) => T): Promise<T> {
    return this.#run({ name: "reduce", args: [f] }, (parts: ({ value: T } | undefined)[]) => {
      const values = parts.filter(p => p !== undefined).map(p => p.value);
      if (values.length === 0) throw E.EMPTY_COLLECTION("reduce");
      return values.reduce((a, b) => f(a, b));
    });
  }

  foreach(f: (x: T) => void): Promise<void> {
    return this.#run({ name: "foreach", args: [f] }, () => {});
  }

  toString(): string {
    return `${this.node.name === undefined ? "" : `${this.node.name} `}${this.node.kind}[${this.id}] at ${this.node.callSite?.short ?? ""}`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  [SHIP](): never {
    throw E.NESTED_USE("An RDD");
  }

  #run<P, R>(action: Action, combine: (parts: P[]) => R): Promise<R> {
    return this.sparkContext.runAction(this.node, action).then(parts => combine(parts as P[]));
  }

  #step<B>(name: StepName, closures: readonly Function[], preserves = false): RDD<B> {
    return new RDD<B>(this.sparkContext, new StepNode<T, B>(this.node, name, closures, preserves));
  }

  #partitions<B>(name: PartitionFunctionName, args: readonly unknown[], preserves = false): RDD<B> {
    return new RDD<B>(this.sparkContext, new PartitionFunctionNode<T, B>(this.node, name, args, preserves));
  }

  #combine<K, V, C>(
    operation: string,
    aggregator: Aggregator<V, C> | "group",
    partitions: number | Partitioner | undefined,
  ): RDD<[K, C]> {
    const partitioner = partitionerFor(operation, this.sparkContext, [this.node], partitions);
    if (samePartitioner(this.partitioner, partitioner)) {
      const args = aggregator === "group" ? [] : [aggregator.createCombiner, aggregator.mergeValue];
      return this.#partitions(aggregator === "group" ? "groupLocally" : "combineLocally", args, true);
    }
    const node = new ShuffledNode<K, V, C>(this.node, partitioner, { aggregator });
    return new RDD(this.sparkContext, node as unknown as PlanNode<[K, C]>);
  }

  #cogroup<K, G>(
    operation: string,
    others: readonly RDD<unknown>[],
    partitions: number | Partitioner | undefined,
  ): RDD<[K, G]> {
    for (const o of others) if (o.sparkContext !== this.sparkContext) throw E.OTHER_CONTEXT(operation);
    const nodes = [this.node, ...others.map(o => o.node)];
    const node = new CoGroupNode<K>(nodes, partitionerFor(operation, this.sparkContext, nodes, partitions));
    return new RDD(this.sparkContext, node as unknown as PlanNode<[K, G]>);
  }
}

function identity<X>(x: X): X {
  return x;
}

function pairUp<V, W>([vs, ws]: [V[], W[]]): [V, W][] {
  const out: [V, W][] = [];
  for (const v of vs) for (const w of ws) out.push([v, w]);
  return out;
}
