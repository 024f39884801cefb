import { inspect } from "node:util";
import { SHIP } from "../closure/protocol.js";
import { E } from "../errors/engine-errors.js";
import { putFrames, type SparkError } from "../errors/spark-error.js";
import { codecNamed } from "../io/codec.js";
import { type OutputJob, withOutput } from "../io/output-job.js";
import type { PartitionFunctionName } from "../pipeline/partition-functions.js";
import type { StepName } from "../pipeline/steps.js";
import type { Aggregator } from "../plan/dependency.js";
import { CartesianNode } from "../plan/nodes/cartesian-node.js";
import { CoalescedNode } from "../plan/nodes/coalesced-node.js";
import { CoGroupNode } from "../plan/nodes/cogroup-node.js";
import { MapAsyncNode } from "../plan/nodes/map-async-node.js";
import { PartitionFunctionNode } from "../plan/nodes/partition-function-node.js";
import { PipeNode } from "../plan/nodes/pipe-node.js";
import { ShuffledNode } from "../plan/nodes/shuffled-node.js";
import { SpreadNode } from "../plan/nodes/spread-node.js";
import { StepNode } from "../plan/nodes/step-node.js";
import { ZipPartitionsNode } from "../plan/nodes/zip-partitions-node.js";
import { ZipWithIndexNode } from "../plan/nodes/zip-with-index-node.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { Action } from "../scheduler/action.js";
import { HashPartitioner } from "../shuffle/hash-partitioner.js";
import { PairPartitioner } from "../shuffle/pair-partitioner.js";
import { Partitioner, samePartitioner } from "../shuffle/partitioner.js";
import { RangePartitioner } from "../shuffle/range-partitioner.js";
import type { SparkContext } from "../spark-context.js";
import { StorageLevel } from "../storage/storage-level.js";
import { equalKeys } from "../table/equal-keys.js";
import { hashCode } from "../table/hash-code.js";
import { HyperLogLog } from "../table/hyper-log-log.js";
import { keyMap } from "../table/key-map.js";
import * as must from "../util/arguments.js";
import { type CallSite, captureCallSite, framesOf, withCallSite } from "../util/call-site.js";
import { cloneValue } from "../util/clone-value.js";
import type { Ordering } from "../util/ordering.js";
import { Random, randomSeed, shuffled } from "../util/random.js";
import { StatCounter } from "../util/stat-counter.js";
import { type BoundedDouble, estimateCount, PartialResult } from "./bounded-double.js";
import { debugString, describeNode } from "./debug-string.js";
import { partitionCount, partitionerFor } from "./default-partitioner.js";
import { add, addNumber, addOne, first, identity, inBoth, one } from "./functions.js";
import { bestOfParts, type CombinedPart, combineParts, sumOfParts } from "./join-parts.js";
import { describeDependency, type RDDDependency } from "./rdd-dependency.js";
import * as rules from "./rules.js";
import type { AnyValue, Combiner, TupleHint } from "./tuple-hint.js";

/** How many partitions a shuffle makes, or which partitioner says where a key goes. */
export type Partitions = number | Partitioner;

/** Fractions by key: a `Map` (keys compare by value) or an object with the keys' texts. */
export type Fractions<K> = ReadonlyMap<K, number> | Readonly<Record<string, number>>;

/**
 * A collection that is spread over partitions and computed when an action asks for it: it knows its partitions, how to
 * compute each of them, the RDDs it is made from, and, when its elements are pairs spread by key, its partitioner.
 *
 * Transformations (`map`, `filter`, `join` …) return a new RDD at once and run nothing. Actions (`collect`, `count`,
 * `reduce` …) run a job and return a promise. Closures get one argument, may use what is in scope where they are written,
 * and run in tasks: what they assign to captured variables stays there; use an accumulator.
 *
 * Operations by key take RDDs of `[key, value]` tuples; on anything else they do not compile. Keys compare by value.
 * Elements are not copied on their way from one operation to the next: a closure must not change what it is given.
 *
 * Spark's names: `org.apache.spark.rdd.RDD`, `PairRDDFunctions`, `OrderedRDDFunctions`, `DoubleRDDFunctions`.
 *
 * @example
 * const lines = sc.parallelize(["to be or", "not to be"]);
 * const counts = lines.flatMap(line => line.split(" ")).map(w => [w, 1]).reduceByKey((a, b) => a + b);
 * await counts.sortByKey().collect(); // [["be", 2], ["not", 1], ["or", 1], ["to", 2]]
 */
export class RDD<T> implements AsyncIterable<T> {
  /**
   * @param sparkContext the context it belongs to
   * @param node the step of the plan behind it: a `SourceNode` of your own
   */
  constructor(
    readonly sparkContext: SparkContext,
    /** @internal */
    readonly node: PlanNode<T>,
  ) {
    if (node.id < 0) {
      sparkContext.assertUsable(`new ${this.constructor.name}`);
      // A parent that no RDD was made around is numbered before its child.
      if (node.parent !== undefined && node.parent.id < 0) new RDD(sparkContext, node.parent);
      node.id = sparkContext.newRddId();
      node.callSite = captureCallSite(sparkContext.getLocalProperty("callSite.short"));
      node.owner = this;
    }
  }

  // ---- what it is ------------------------------------------------------------------------------------------------

  /** Unique within its context, in the order in which RDDs were made. */
  get id(): number {
    return this.node.id;
  }

  /** As given with `setName`; a file's RDD has its path. */
  get name(): string | undefined {
    return this.node.name;
  }

  /** The context it belongs to. The same as `sparkContext`. */
  get context(): SparkContext {
    return this.sparkContext;
  }

  /** Gives it a name that status pages and `toDebugString` show; returns this RDD. */
  setName(name: string): this {
    must.beText("setName", "name", name);
    this.node.name = name;
    return this;
  }

  /** Its partitions. An error names the path when it reads one that does not exist. */
  get partitions(): readonly Partition[] {
    return this.node.partitions;
  }

  getNumPartitions(): number {
    return this.node.numPartitions;
  }

  /** Says where a key is, when pairs were spread by key; `undefined` otherwise. */
  get partitioner(): Partitioner | undefined {
    return this.node.partitioner;
  }

  /** The RDDs it is made from, and how. */
  get dependencies(): readonly RDDDependency[] {
    return this.node.dependencies.map(d => {
      const { node } = d;
      const rdd = node.owner instanceof RDD ? (node.owner as RDD<unknown>) : new RDD(this.sparkContext, node);
      node.owner = rdd;
      return describeDependency(d, rdd);
    });
  }

  getStorageLevel(): StorageLevel {
    return this.node.storageLevel;
  }

  /** Whether its data has been written by `checkpoint()` or kept by `localCheckpoint()` and its lineage forgotten. */
  get isCheckpointed(): boolean {
    return this.node.checkpoint?.node !== undefined;
  }

  /** The directory its checkpoint was written to; `undefined` before. */
  getCheckpointFile(): string | undefined {
    return (this.node.checkpoint?.node as { directory?: string } | undefined)?.directory;
  }

  /** Its lineage as text: a line an RDD, `+-` where a shuffle cuts it into stages. */
  toDebugString(): string {
    return debugString(this.node, id => this.sparkContext.storedRDD(id));
  }

  /** `MapPartitionsRDD[1] at map at words.ts:2:7` */
  toString(): string {
    return describeNode(this.node);
  }

  // ---- keeping it ------------------------------------------------------------------------------------------------

  /** Keeps its partitions in memory once they are computed. The same as `persist()`. */
  cache(): this {
    return this.persist();
  }

  /**
   * Keeps its partitions where `level` says, once they are computed.
   *
   * @param level default `StorageLevel.MEMORY_ONLY`
   * @throws SparkError when it has another level already
   */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY): this {
    const { node } = this;
    must.beStorageLevel("persist", level);
    if (node.storageLevel !== StorageLevel.NONE && node.storageLevel !== level) {
      throw E.STORAGE_LEVEL_SET(node.storageLevel.toString(), level.toString());
    }
    if (level === StorageLevel.NONE) return this;
    this.sparkContext.assertUsable("persist");
    node.storageLevel = level;
    this.sparkContext.persisted(this as RDD<unknown>);
    return this;
  }

  /** Lets go of what was kept; it is computed again when needed. */
  unpersist(_blocking = false): this {
    this.sparkContext.unpersisted(this as RDD<unknown>);
    this.node.storageLevel = StorageLevel.NONE;
    return this;
  }

  /**
   * Has its data written below `sc.setCheckpointDir` by the next job on it, and its lineage forgotten. Persist it too, or
   * it is computed twice.
   *
   * @throws SparkError before `sc.setCheckpointDir`
   */
  checkpoint(): void {
    if (this.sparkContext.getCheckpointDir() === undefined) throw E.NO_CHECKPOINT_DIR();
    if (this.node.checkpoint === undefined) this.sparkContext.checkpointer.want(this.node, true);
  }

  /** As `checkpoint`, but its data stays in the cache (on disk when memory is short): faster, gone with the process. */
  localCheckpoint(): this {
    if (this.node.checkpoint !== undefined) return this;
    const level = this.getStorageLevel();
    if (level === StorageLevel.NONE) {
      this.persist(StorageLevel.MEMORY_AND_DISK);
    } else if (!level.useDisk) {
      // A block that leaves memory cannot be computed again once the lineage is gone.
      this.node.storageLevel = level.deserialized ? StorageLevel.MEMORY_AND_DISK : StorageLevel.MEMORY_AND_DISK_SER;
    }
    this.sparkContext.checkpointer.want(this.node, false);
    return this;
  }

  // ---- transformations -------------------------------------------------------------------------------------------

  /**
   * `f` of each element.
   *
   * @example
   * await sc.parallelize([1, 2]).map(x => [x, x * x]).collect(); // [[1, 1], [2, 4]]
   */
  map<U extends TupleHint>(f: (x: T) => U): RDD<U>;
  /** @deprecated This makes an RDD of promises: use `mapAsync(f)`, which awaits them. */
  map<U extends Promise<unknown>>(f: (x: T) => U): RDD<U>;
  map<U>(f: (x: T) => U): RDD<U>;
  map<U>(f: (x: T) => U): RDD<U> {
    return this.#step("map", [f]);
  }

  /**
   * What the promises hold that `f` returns for each element, in the order of the elements.
   *
   * @param options.concurrency calls of one task that are under way at the same time, default 8
   * @example
   * import { setTimeout } from "node:timers/promises";
   * await sc.parallelize([1, 2, 3]).mapAsync(x => setTimeout(1, x * 2), { concurrency: 4 }).collect(); // [2, 4, 6]
   */
  mapAsync<U extends TupleHint>(f: (x: T) => Promise<U> | U, options?: { readonly concurrency?: number }): RDD<U>;
  mapAsync<U>(f: (x: T) => Promise<U> | U, options?: { readonly concurrency?: number }): RDD<U>;
  mapAsync<U>(f: (x: T) => Promise<U> | U, options: { readonly concurrency?: number } = {}): RDD<U> {
    must.beFunction("mapAsync", f);
    must.beObject("mapAsync", "options", options, "an object, e.g. { concurrency: 4 }");
    const { concurrency = 8 } = options;
    must.beAtLeast("mapAsync", "concurrency", concurrency, 1);
    return this.#rdd(new MapAsyncNode<T, U>(this.node, f, concurrency));
  }

  /** The elements for which `f` gives true. */
  filter<U extends T>(f: (x: T) => x is U): RDD<U>;
  filter(f: (x: T) => unknown): RDD<T>;
  filter(f: (x: T) => unknown): RDD<T> {
    return this.#step("filter", [f], true);
  }

  /**
   * The elements of what `f` gives for each element: an array or any other iterable.
   *
   * @example
   * await sc.parallelize(["a b", "c"]).flatMap(s => s.split(" ")).collect(); // ["a", "b", "c"]
   */
  flatMap<U extends TupleHint>(f: (x: T) => Iterable<U>): RDD<U>;
  flatMap<U>(f: (x: T) => Iterable<U>): RDD<U>;
  flatMap<U>(f: (x: T) => Iterable<U>): RDD<U> {
    return this.#step("flatMap", [f]);
  }

  /**
   * What `f` makes of the elements of each partition, which it gets as a lazy iterator; its result is read lazily too, so
   * it may be a generator.
   *
   * @param preservesPartitioning whether keys stay what and where they are, default false
   * @example
   * await sc.parallelize([1, 2, 3], 2).mapPartitions(it => [[...it].length]).collect(); // [1, 2]
   */
  mapPartitions<U extends TupleHint>(
    f: (it: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: boolean,
  ): RDD<U>;
  mapPartitions<U>(f: (it: IterableIterator<T>) => Iterable<U>, preservesPartitioning?: boolean): RDD<U>;
  mapPartitions<U>(f: (it: IterableIterator<T>) => Iterable<U>, preservesPartitioning = false): RDD<U> {
    return this.#partition("mapPartitions", [f], preservesPartitioning);
  }

  /** As `mapPartitions`; `f` gets the number of the partition first. */
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
    return this.#partition("mapPartitionsWithIndex", [f], preservesPartitioning);
  }

  /** One array for each partition, with its elements. */
  glom(): RDD<T[]> {
    return this.#partition("glom", []);
  }

  /** Each different element once; elements compare by value. */
  distinct(partitions: number = this.getNumPartitions()): RDD<T> {
    if (this.getNumPartitions() > 0) partitionCount("distinct", partitions);
    if (this.partitioner !== undefined && partitions === this.getNumPartitions()) {
      // Pairs that are equal are where their key is: nothing has to move.
      const here = this.#step<[T, undefined]>("asKey", [], true);
      return here.#partition<[T, undefined]>("combineLocally", [identity, first, first], true).#step("keys", [], true);
    }
    return this.#step<[T, undefined]>("asKey", []).reduceByKey(first, Math.max(1, partitions)).keys();
  }

  /**
   * A random part of the elements; the same seed gives the same part.
   *
   * @param withReplacement whether an element may come several times
   * @param fraction without replacement the probability of each element, 0 to 1; with it how often each is to be expected
   * @param seed default a random one
   */
  sample(withReplacement: boolean, fraction: number, seed: number = randomSeed()): RDD<T> {
    must.beFlag("sample", "withReplacement", withReplacement);
    rules.fraction("sample", withReplacement, fraction);
    must.beSeed("sample", seed);
    return this.#partition("sample", [withReplacement, fraction, seed], true);
  }

  /**
   * Random parts whose sizes are about as the weights, which need not sum up to 1. Each element is in exactly one.
   *
   * @example
   * const [training, test] = sc.range(0, 100).randomSplit([0.8, 0.2], 42);
   * (await training!.count()) + (await test!.count()); // 100
   */
  randomSplit(weights: readonly number[], seed: number = randomSeed()): RDD<T>[] {
    const sum = rules.weights("randomSplit", weights);
    must.beSeed("randomSplit", seed);
    let from = 0;
    return weights.map((w, i) => {
      const to = i === weights.length - 1 ? 1 : from + w / sum;
      const part = this.#partition<T>("randomCell", [from, to, seed], true);
      from = to;
      return part;
    });
  }

  /** The elements of both; duplicates stay. The partitions of the other follow. */
  union<U>(other: RDD<U>): RDD<T | U> {
    this.#sameContext("union", [other]);
    return this.sparkContext.union<T | U>(this, other);
  }

  /** The elements that are in both, each once. */
  intersection(other: RDD<T>, partitions?: Partitions): RDD<T> {
    this.#sameContext("intersection", [other]);
    return this.#step<[T, undefined]>("asKey", [])
      .#cogroup<T, [unknown[], unknown[]]>("intersection", [other.#step("asKey", [])], partitions)
      .filter(inBoth)
      .keys();
  }

  /** The elements that are not in the other; duplicates stay. Default: partitioned as this RDD is. */
  subtract(other: RDD<T>, partitions?: Partitions): RDD<T> {
    this.#sameContext("subtract", [other]);
    const own = this.partitioner;
    const given = partitions ?? this.#ownPartitions();
    // The whole elements are the keys here, where the partitioner of this RDD knows what to do with the keys of its pairs.
    const by = given instanceof Partitioner && samePartitioner(own, given) ? new PairPartitioner(given) : given;
    return this.#step<[T, undefined]>("asKey", [])
      .#subtracted("subtract", other.#step<[T, undefined]>("asKey", []), by)
      .keys();
  }

  /** All pairs of an element of this one and an element of the other. */
  cartesian<U>(other: RDD<U>): RDD<[T, U]> {
    this.#sameContext("cartesian", [other]);
    return this.#rdd(new CartesianNode(this.node, other.node));
  }

  /**
   * Pairs of the elements at the same place. Both must have as many partitions, and as many elements in each.
   *
   * @throws IllegalArgumentError when the numbers of partitions differ
   */
  zip<U>(other: RDD<U>): RDD<[T, U]> {
    this.#sameContext("zip", [other]);
    return this.#rdd(new ZipPartitionsNode<[T, U]>([this.node, other.node], undefined, "zip"));
  }

  /**
   * What `f` makes of the partitions of the same number of this one and up to three others, as lazy iterators.
   *
   * @example
   * const [a, b] = [sc.range(0, 4, 1, 2), sc.range(0, 6, 1, 2)];
   * await a.zipPartitions(b, (x, y) => [[...x].length + [...y].length]).collect(); // [5, 5]
   */
  zipPartitions<B, R>(b: RDD<B>, f: (a: IterableIterator<T>, b: IterableIterator<B>) => Iterable<R>): RDD<R>;
  zipPartitions<B, C, R>(
    b: RDD<B>,
    c: RDD<C>,
    f: (a: IterableIterator<T>, b: IterableIterator<B>, c: IterableIterator<C>) => Iterable<R>,
  ): RDD<R>;
  zipPartitions<B, C, D, R>(
    b: RDD<B>,
    c: RDD<C>,
    d: RDD<D>,
    f: (a: IterableIterator<T>, b: IterableIterator<B>, c: IterableIterator<C>, d: IterableIterator<D>) => Iterable<R>,
  ): RDD<R>;
  zipPartitions<R>(...args: unknown[]): RDD<R> {
    const f = args.at(-1) as (...its: IterableIterator<never>[]) => Iterable<R>;
    const others = args.slice(0, -1) as RDD<unknown>[];
    this.#others("zipPartitions", others);
    must.beFunction("zipPartitions", f, "its last argument");
    return this.#rdd(new ZipPartitionsNode<R>([this.node, ...others.map(o => o.node)], f, "zipPartitions"));
  }

  /** Each element with its place in the whole, from 0. The first job counts the partitions' lengths. */
  zipWithIndex(): RDD<[T, number]> {
    return this.#rdd(new ZipWithIndexNode(this.node));
  }

  /** Each element with a number of its own: k, n+k, 2n+k … in partition k of n. Nothing is counted. */
  zipWithUniqueId(): RDD<[T, number]> {
    return this.#partition("zipWithUniqueId", [this.getNumPartitions()]);
  }

  /** The elements by what `f` gives for them: for each key an array. */
  groupBy<K extends TupleHint>(f: (x: T) => K, partitions?: Partitions): RDD<[K, T[]]>;
  groupBy<K>(f: (x: T) => K, partitions?: Partitions): RDD<[K, T[]]>;
  groupBy<K>(f: (x: T) => K, partitions?: Partitions): RDD<[K, T[]]> {
    must.beFunction("groupBy", f);
    return this.keyBy(f).#combine("groupBy", "group", partitions);
  }

  /** Pairs of what `f` gives for each element, as key, and the element. */
  keyBy<K extends TupleHint>(f: (x: T) => K): RDD<[K, T]>;
  keyBy<K>(f: (x: T) => K): RDD<[K, T]>;
  keyBy<K>(f: (x: T) => K): RDD<[K, T]> {
    return this.#step("keyBy", [f]);
  }

  /**
   * The elements in the order of what `f` gives for them; equal ones in any order. Partition 0 holds the first.
   *
   * @param ascending default true
   * @param partitions default as many as this one has
   * @param ordering default the natural one
   * @example
   * await sc.parallelize(["b", "a"]).sortBy(s => s).collect(); // ["a", "b"]
   */
  sortBy<K>(f: (x: T) => K, ascending = true, partitions?: number, ordering?: Ordering<K>): RDD<T> {
    must.beFunction("sortBy", f);
    return this.keyBy(f).#sortedByKey("sortBy", ascending, partitions, ordering).values();
  }

  /** The elements spread evenly over `partitions` partitions, by a shuffle. */
  repartition(partitions: number): RDD<T> {
    return this.coalesce(partitions, true);
  }

  /**
   * As many partitions or, without a shuffle, at most as many: neighbouring ones are put together.
   *
   * @param shuffle spreads the elements evenly; only with it can there be more partitions than now. Default false
   */
  coalesce(partitions: number, shuffle = false): RDD<T> {
    partitionCount(shuffle ? "repartition" : "coalesce", partitions);
    must.beFlag("coalesce", "shuffle", shuffle);
    return this.#rdd(shuffle ? new SpreadNode(this.node, partitions) : new CoalescedNode(this.node, partitions));
  }

  /**
   * The lines that a process prints which gets the elements of a partition as lines; one process a partition.
   *
   * @param command words with spaces between them, or an array of words
   * @param env more environment variables
   * @example
   * await sc.parallelize(["b", "a"], 1).pipe("sort").collect(); // ["a", "b"]
   */
  pipe(command: string | readonly string[], env: Readonly<Record<string, string>> = {}): RDD<string> {
    const words = typeof command === "string" ? command.split(/\s+/).filter(w => w !== "") : command;
    if (!Array.isArray(words) || words.length === 0 || !words.every(w => typeof w === "string") || words[0] === "") {
      throw E.BAD_ARGUMENT("pipe", "command", command, 'a program and its arguments, e.g. "sort -n" or ["sort", "-n"]');
    }
    must.beObject("pipe", "env", env, 'an object of environment variables, e.g. { LANG: "C" }');
    return this.#rdd(new PipeNode(this.node, words, env));
  }

  // ---- transformations of pairs ----------------------------------------------------------------------------------

  /** `f` of each value; keys and partitioning stay. */
  mapValues<K, V, U extends TupleHint>(this: RDD<readonly [K, V]>, f: (v: V) => U): RDD<[K, Combiner<U>]>;
  mapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => U): RDD<[K, U]>;
  mapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => U): RDD<[K, U]> {
    return this.#step("mapValues", [f], true);
  }

  /** Each value becomes those that `f` gives, with the same key; partitioning stays. */
  flatMapValues<K, V, U extends TupleHint>(this: RDD<readonly [K, V]>, f: (v: V) => Iterable<U>): RDD<[K, U]>;
  flatMapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => Iterable<U>): RDD<[K, U]>;
  flatMapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => Iterable<U>): RDD<[K, U]> {
    return this.#step("flatMapValues", [f], true);
  }

  keys<K, V>(this: RDD<readonly [K, V]>): RDD<K> {
    return this.#step("keys", []);
  }

  values<K, V>(this: RDD<readonly [K, V]>): RDD<V> {
    return this.#step("values", []);
  }

  /** For each key an array of its values. `reduceByKey` and `aggregateByKey` move less when a sum is what is wanted. */
  groupByKey<K, V>(this: RDD<readonly [K, V]>, partitions?: Partitions): RDD<[K, V[]]> {
    return this.#combine("groupByKey", "group", partitions);
  }

  /**
   * For each key its values merged by `f`, which is associative and commutative.
   *
   * @param partitions default: the largest upstream partitioner's, else `spark.default.parallelism` where it was set, else
   *   the largest upstream number of partitions
   * @example
   * await sc.parallelize([["a", 1], ["b", 1], ["a", 2]]).reduceByKey((x, y) => x + y).collectAsMap(); // new Map([["a", 3], ["b", 1]])
   */
  reduceByKey<K, V extends AnyValue>(
    this: RDD<readonly [K, V]>,
    f: (a: V, b: V) => V,
    partitions?: Partitions,
  ): RDD<[K, V]> {
    const aggregator = { create: { by: identity<V> }, mergeValue: f, mergeCombiners: f, mapSideCombine: true };
    return this.#combine("reduceByKey", aggregator, partitions);
  }

  /** As `reduceByKey`, beginning with a copy of `zero` for each key of each partition: it must be neutral to `f`. */
  foldByKey<K, V extends AnyValue>(
    this: RDD<readonly [K, V]>,
    zero: V,
    f: (a: V, b: V) => V,
    partitions?: Partitions,
  ): RDD<[K, V]> {
    const aggregator = { create: { zero }, mergeValue: f, mergeCombiners: f, mapSideCombine: true };
    return this.#combine("foldByKey", aggregator, partitions);
  }

  /**
   * For each key its values added by `seqOp` to a copy of `zero`, and what partitions found merged by `combOp`; both may
   * change and return their first argument.
   *
   * @example
   * const sumAndCount = pairs.aggregateByKey([0, 0], ([s, n], v) => [s + v, n + 1], ([s, n], [t, m]) => [s + t, n + m]);
   */
  aggregateByKey<K, V, U extends TupleHint>(
    this: RDD<readonly [K, V]>,
    zero: U,
    seqOp: (acc: U, v: V) => U,
    combOp: (a: U, b: U) => U,
    partitions?: Partitions,
  ): RDD<[K, U]>;
  aggregateByKey<K, V, U>(
    this: RDD<readonly [K, V]>,
    zero: U,
    seqOp: (acc: U, v: V) => U,
    combOp: (a: U, b: U) => U,
    partitions?: Partitions,
  ): RDD<[K, U]>;
  aggregateByKey<K, V, U>(
    this: RDD<readonly [K, V]>,
    zero: U,
    seqOp: (acc: U, v: V) => U,
    combOp: (a: U, b: U) => U,
    partitions?: Partitions,
  ): RDD<[K, U]> {
    const aggregator = { create: { zero }, mergeValue: seqOp, mergeCombiners: combOp, mapSideCombine: true };
    return this.#combine("aggregateByKey", aggregator, partitions);
  }

  /**
   * For each key its values combined: `createCombiner` makes the first value a combiner, `mergeValue` adds one more,
   * `mergeCombiners` merges what partitions found.
   *
   * @param mapSideCombine whether map tasks combine before they hand over, default true
   */
  combineByKey<K, V, C extends AnyValue>(
    this: RDD<readonly [K, V]>,
    createCombiner: (v: V) => C,
    mergeValue: (c: Combiner<C>, v: V) => Combiner<C>,
    mergeCombiners: (a: Combiner<C>, b: Combiner<C>) => Combiner<C>,
    partitions?: Partitions,
    mapSideCombine = true,
  ): RDD<[K, Combiner<C>]> {
    const create = createCombiner as unknown as (v: V) => Combiner<C>;
    const aggregator = { create: { by: create }, mergeValue, mergeCombiners, mapSideCombine };
    return this.#combine("combineByKey", aggregator, partitions);
  }

  /** The pairs in the order of their keys: partition 0 holds the first. See {@link sortBy}. */
  sortByKey<K, V>(
    this: RDD<readonly [K, V]>,
    ascending = true,
    partitions?: number,
    ordering?: Ordering<K>,
  ): RDD<[K, V]> {
    return this.#sortedByKey("sortByKey", ascending, partitions, ordering);
  }

  /** The pairs, each where `partitioner` says. Nothing moves when they are there already. */
  partitionBy<K, V>(this: RDD<readonly [K, V]>, partitioner: Partitions): RDD<[K, V]> {
    if (partitioner === undefined) throw E.NUM_PARTITIONS("partitionBy", partitioner);
    const by = partitionerFor("partitionBy", this.sparkContext, [this.node], partitioner);
    if (samePartitioner(this.partitioner, by)) return this as unknown as RDD<[K, V]>;
    return this.#shuffled(new ShuffledNode<K, V, V>(this.node, by));
  }

  /** The pairs, each where `partitioner` says, and within each partition in the order of the keys. */
  repartitionAndSortWithinPartitions<K, V>(
    this: RDD<readonly [K, V]>,
    partitioner: Partitions,
    ordering?: Ordering<K>,
  ): RDD<[K, V]> {
    if (partitioner === undefined) throw E.NUM_PARTITIONS("repartitionAndSortWithinPartitions", partitioner);
    must.beOrdering("repartitionAndSortWithinPartitions", ordering);
    const by = partitionerFor("repartitionAndSortWithinPartitions", this.sparkContext, [this.node], partitioner);
    return this.#sorted(by, true, ordering);
  }

  /** For each key of this one or the others an array of its values in each. Up to three others. */
  cogroup<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: Partitions,
  ): RDD<[K, [V[], W[]]]>;
  cogroup<K, V, W1, W2>(
    this: RDD<readonly [K, V]>,
    other1: RDD<readonly [K, W1]>,
    other2: RDD<readonly [K, W2]>,
    partitions?: Partitions,
  ): RDD<[K, [V[], W1[], W2[]]]>;
  cogroup<K, V, W1, W2, W3>(
    this: RDD<readonly [K, V]>,
    other1: RDD<readonly [K, W1]>,
    other2: RDD<readonly [K, W2]>,
    other3: RDD<readonly [K, W3]>,
    partitions?: Partitions,
  ): RDD<[K, [V[], W1[], W2[], W3[]]]>;
  cogroup<K, G>(...args: (RDD<unknown> | Partitions | undefined)[]): RDD<[K, G]> {
    // The number of partitions stands behind the RDDs, where it is given.
    const given = args.length > 1 && !(args.at(-1) instanceof RDD);
    const others = (given ? args.slice(0, -1) : args) as RDD<unknown>[];
    return this.#cogroup("cogroup", others, given ? (args.at(-1) as Partitions | undefined) : undefined);
  }

  /** The same as {@link cogroup}. */
  groupWith<K, V, W>(this: RDD<readonly [K, V]>, other: RDD<readonly [K, W]>): RDD<[K, [V[], W[]]]>;
  groupWith<K, V, W1, W2>(
    this: RDD<readonly [K, V]>,
    other1: RDD<readonly [K, W1]>,
    other2: RDD<readonly [K, W2]>,
  ): RDD<[K, [V[], W1[], W2[]]]>;
  groupWith<K, V, W1, W2, W3>(
    this: RDD<readonly [K, V]>,
    other1: RDD<readonly [K, W1]>,
    other2: RDD<readonly [K, W2]>,
    other3: RDD<readonly [K, W3]>,
  ): RDD<[K, [V[], W1[], W2[], W3[]]]>;
  groupWith<K, G>(...others: RDD<unknown>[]): RDD<[K, G]> {
    return this.#cogroup("groupWith", others, undefined);
  }

  /**
   * For each key that is in both, all pairs of a value of this one and a value of the other.
   *
   * @example
   * const names = sc.parallelize([[1, "Ann"], [2, "Bob"]]);
   * await names.join(sc.parallelize([[1, 30]])).collect(); // [[1, ["Ann", 30]]]
   */
  join<K, V, W>(this: RDD<readonly [K, V]>, other: RDD<readonly [K, W]>, partitions?: Partitions): RDD<[K, [V, W]]> {
    return this.#joined("join", other, partitions, rules.innerPairs<V, W>);
  }

  /** As `join`; a key that the other lacks has `undefined` there. */
  leftOuterJoin<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: Partitions,
  ): RDD<[K, [V, W | undefined]]> {
    return this.#joined("leftOuterJoin", other, partitions, rules.leftPairs<V, W>);
  }

  /** As `join`; a key that this one lacks has `undefined` here. */
  rightOuterJoin<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: Partitions,
  ): RDD<[K, [V | undefined, W]]> {
    return this.#joined("rightOuterJoin", other, partitions, rules.rightPairs<V, W>);
  }

  /** As `join`, for the keys of either; what is lacking is `undefined`. */
  fullOuterJoin<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: Partitions,
  ): RDD<[K, [V | undefined, W | undefined]]> {
    return this.#joined("fullOuterJoin", other, partitions, rules.fullPairs<V, W>);
  }

  /** The pairs whose key is not in the other. Default: partitioned as this RDD is. */
  subtractByKey<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: Partitions,
  ): RDD<[K, V]> {
    return this.#subtracted("subtractByKey", other, partitions ?? this.#ownPartitions());
  }

  /**
   * A random part of the pairs, with a fraction for each key; a key without one has 0.
   *
   * @example
   * pairs.sampleByKey(false, { a: 0.1, b: 1 }, 42);
   */
  sampleByKey<K, V>(
    this: RDD<readonly [K, V]>,
    withReplacement: boolean,
    fractions: Fractions<K>,
    seed: number = randomSeed(),
  ): RDD<[K, V]> {
    const [entries, byText] = rules.fractions("sampleByKey", withReplacement, fractions);
    must.beSeed("sampleByKey", seed);
    return this.#partition("sampleByKey", [withReplacement, entries, byText, seed], true);
  }

  // ---- actions ---------------------------------------------------------------------------------------------------

  /** All elements, in the order of the partitions. */
  collect(): Promise<T[]> {
    return this.#run({ name: "collect", args: [] }, (parts: T[][]) => rules.concat(parts));
  }

  /** How many elements there are. */
  count(): Promise<number> {
    return this.#run({ name: "count", args: [] }, (counts: number[]) => counts.reduce((a, b) => a + b, 0));
  }

  /**
   * How many elements there are, as far as it is known after `timeout` ms.
   *
   * @param confidence the probability with which the count is to lie in the interval, default 0.95
   */
  countApprox(timeout: number, confidence = 0.95): Promise<PartialResult<BoundedDouble>> {
    rules.inDriver();
    return this.#countApprox(timeout, confidence);
  }

  async #countApprox(timeout: number, confidence: number): Promise<PartialResult<BoundedDouble>> {
    if (!(typeof timeout === "number" && timeout >= 0)) {
      throw E.BAD_ARGUMENT("countApprox", "timeout", timeout, "a number of ms, at least 0");
    }
    if (!(confidence >= 0 && confidence <= 1)) throw E.BAD_ARGUMENT("countApprox", "confidence", confidence, "0 to 1");
    let sum = 0;
    let merged = 0;
    const total = this.getNumPartitions();
    const estimate = () => estimateCount(sum, merged, total, confidence);
    const onResult = (_: number, count: unknown) => {
      sum += count as number;
      merged++;
    };
    const job = this.sparkContext.runAction(this.node, { name: "count", args: [] }, { onResult });
    const final = job.then(estimate);
    const { clock } = this.sparkContext;
    const isFinal = await new Promise<boolean>((resolve, reject) => {
      const timer = clock.at(clock.now() + timeout, () => resolve(false));
      final.then(() => resolve(true), reject).finally(() => timer.cancel());
    });
    return new PartialResult(estimate(), isFinal, final);
  }

  /**
   * About how many different elements there are (HyperLogLog).
   *
   * @param relativeSD the relative accuracy that is wanted, greater than 0.000017; default 0.05
   */
  countApproxDistinct(relativeSD = 0.05): Promise<number> {
    rules.inDriver();
    return this.#countApproxDistinct(relativeSD);
  }

  async #countApproxDistinct(relativeSD: number): Promise<number> {
    if (!(relativeSD > 0.000017)) {
      throw E.BAD_ARGUMENT("countApproxDistinct", "relativeSD", relativeSD, "greater than 0.000017");
    }
    const p = HyperLogLog.precisionFor(relativeSD);
    return this.#run({ name: "countApproxDistinct", args: [p] }, (parts: Uint8Array[]) =>
      parts.reduce((all, registers) => all.merge(registers), new HyperLogLog(p)).estimate(),
    );
  }

  /** How often each element comes: a `Map` whose keys compare by value. */
  countByValue(): Promise<Map<T, number>> {
    rules.inDriver();
    return must.checked(
      () => this.sparkContext.assertUsable("an action"),
      () => this.#step<[T, undefined]>("asKey", []).countByKey(),
    );
  }

  /**
   * The first element.
   *
   * @throws UnsupportedOperationError `empty collection`
   */
  first(): Promise<T> {
    const empty = this.#failureHere(() => E.EMPTY_COLLECTION("first"));
    return this.take(1).then(xs => {
      if (xs.length === 0) throw empty();
      return xs[0]!;
    });
  }

  /** The first `n` elements. Computes no more partitions than it needs: one, then as many as the elements so far let expect. */
  take(n: number): Promise<T[]> {
    rules.inDriver();
    return this.#take(n);
  }

  async #take(n: number): Promise<T[]> {
    must.beAtLeast("take", "n", n, 0);
    const out: T[] = [];
    const callSite = this.#callSite();
    this.sparkContext.assertUsable("an action");
    const listed = n === 0 ? undefined : this.node.whenListed();
    if (listed !== undefined) await listed;
    const total = n === 0 ? 0 : this.getNumPartitions();
    for (let done = 0; done < total && out.length < n; ) {
      const count = rules.partitionsToTry(done, out.length, n);
      const partitions = Array.from({ length: Math.min(count, total - done) }, (_, i) => done + i);
      const action = { name: "take", args: [n - out.length] } as const;
      const parts = (await this.sparkContext.runAction(this.node, action, { partitions, callSite })) as T[][];
      for (const part of parts) for (const x of part) if (out.length < n) out.push(x);
      done += partitions.length;
    }
    return out;
  }

  /** The `n` largest elements, the largest first. */
  top(n: number, ordering?: Ordering<T>): Promise<T[]> {
    return this.#best("top", n, ordering, true);
  }

  /** The `n` smallest elements, the smallest first. */
  takeOrdered(n: number, ordering?: Ordering<T>): Promise<T[]> {
    return this.#best("takeOrdered", n, ordering, false);
  }

  /** `n` elements at random, in random order; fewer when there are fewer and none may come twice. */
  async takeSample(withReplacement: boolean, n: number, seed: number = randomSeed()): Promise<T[]> {
    must.beFlag("takeSample", "withReplacement", withReplacement);
    must.beAtLeast("takeSample", "n", n, 0);
    must.beSeed("takeSample", seed);
    this.sparkContext.assertUsable("an action");
    if (n === 0) return [];
    const count = await this.count();
    if (count === 0) return [];
    const random = new Random(seed);
    if (!withReplacement && n >= count) return shuffled(await this.collect(), random);
    const fraction = rules.fractionForSample(n, count, withReplacement);
    for (;;) {
      const sample = await this.sample(withReplacement, fraction, random.below(2 ** 31)).collect();
      // A sample that came out too small, which is rare, is drawn again.
      if (sample.length >= n) return shuffled(sample, random).slice(0, n);
    }
  }

  /**
   * All elements merged by `f`, which is associative and commutative.
   *
   * @throws UnsupportedOperationError `empty collection`
   * @example
   * await sc.parallelize([1, 2, 3]).reduce((a, b) => a + b); // 6
   */
  reduce(f: (a: T, b: T) => T): Promise<T> {
    return this.#reduce("reduce", f);
  }

  /** As `reduce`. @param depth suggested depth of the tree in which partitions' results are merged, default 2 */
  treeReduce(f: (a: T, b: T) => T, depth = 2): Promise<T> {
    return must.checked(
      () => must.beAtLeast("treeReduce", "depth", depth, 1),
      () => this.#reduce("treeReduce", f),
    );
  }

  /** As `reduce`, beginning with a copy of `zero` in each partition and for the whole: it must be neutral to `f`. */
  fold(zero: T, f: (a: T, b: T) => T): Promise<T> {
    return this.#aggregate("fold", zero, f, f);
  }

  /**
   * All elements added by `seqOp` to a copy of `zero`, and what partitions found merged by `combOp` into another; both may
   * change and return their first argument.
   *
   * @example
   * await sc.parallelize([1, 2]).aggregate([0, 0], ([s, n], x) => [s + x, n + 1], ([s, n], [t, m]) => [s + t, n + m]); // [3, 2]
   */
  aggregate<U extends TupleHint>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U): Promise<U>;
  aggregate<U>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U): Promise<U>;
  aggregate<U>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U): Promise<U> {
    return this.#aggregate("aggregate", zero, seqOp, combOp);
  }

  /** As `aggregate`. @param depth suggested depth of the tree in which partitions' results are merged, default 2 */
  treeAggregate<U extends TupleHint>(
    zero: U,
    seqOp: (acc: U, x: T) => U,
    combOp: (a: U, b: U) => U,
    depth?: number,
  ): Promise<U>;
  treeAggregate<U>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U, depth?: number): Promise<U>;
  treeAggregate<U>(zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U, depth = 2): Promise<U> {
    return must.checked(
      () => must.beAtLeast("treeAggregate", "depth", depth, 1),
      () => this.#aggregate("treeAggregate", zero, seqOp, combOp),
    );
  }

  /** Calls `f` with each element, in the tasks. What it prints or adds to accumulators is its effect. */
  foreach(f: (x: T) => void): Promise<void> {
    return must.checked(
      () => must.beFunction("foreach", f),
      () => this.#run({ name: "foreach", args: [f] }, () => {}),
    );
  }

  /** Calls `f` with a lazy iterator over each partition; a promise that it returns is awaited. */
  foreachPartition(f: (it: IterableIterator<T>) => void | Promise<void>): Promise<void> {
    return must.checked(
      () => must.beFunction("foreachPartition", f),
      () => this.#run({ name: "iterator", args: [f as never] }, () => {}),
    );
  }

  /** All elements, a partition at a time: each is a job of its own, run when the loop gets there. */
  async *toLocalIterator(): AsyncGenerator<T, void, undefined> {
    for (const { index } of this.partitions) {
      const [part] = await this.sparkContext.runAction(
        this.node,
        { name: "collect", args: [] },
        { partitions: [index] },
      );
      yield* part as T[];
    }
  }

  /** `for await (const x of rdd)`: as {@link toLocalIterator}. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.toLocalIterator();
  }

  /** Whether there is no element. */
  isEmpty(): Promise<boolean> {
    return this.take(1).then(xs => xs.length === 0);
  }

  /** The largest element. @throws UnsupportedOperationError `empty collection` */
  max(ordering?: Ordering<T>): Promise<T> {
    return this.#extreme("max", ordering, true);
  }

  /** The smallest element. @throws UnsupportedOperationError `empty collection` */
  min(ordering?: Ordering<T>): Promise<T> {
    return this.#extreme("min", ordering, false);
  }

  /**
   * Writes the elements as lines into a new directory: `part-00000` …, one for each partition, and `_SUCCESS`. An array is
   * written as `(a,1)`, an object as JSON. Nothing is seen there before all is written.
   *
   * @param codec `"gzip"` or Hadoop's class name of a codec: compresses, `part-00000.gz`
   * @throws InputOutputError when the directory exists
   */
  saveAsTextFile(path: string, codec?: string): Promise<void> {
    rules.inDriver();
    return this.#save("saveAsTextFile", path, job => ({ name: "saveText", args: [job, codec] }), codec);
  }

  /** Writes the elements into a new directory in a form that `sc.objectFile` reads. Functions and sockets cannot be. */
  saveAsObjectFile(path: string): Promise<void> {
    rules.inDriver();
    return this.#save("saveAsObjectFile", path, job => ({ name: "saveObjects", args: [job, undefined] }));
  }

  // ---- actions on numbers ----------------------------------------------------------------------------------------

  /** 0 when there are none. */
  sum(this: RDD<number>): Promise<number> {
    return this.#run({ name: "fold", args: [0, addNumber] }, (parts: number[]) => parts.reduce(add, 0));
  }

  /** Count, mean, variance and extremes in one pass. */
  stats(this: RDD<number>): Promise<StatCounter> {
    return this.#run({ name: "stats", args: [] }, (parts: StatCounter[]) =>
      parts.reduce((all, part) => all.merge(part), new StatCounter()),
    );
  }

  mean(this: RDD<number>): Promise<number> {
    return this.stats().then(s => s.mean);
  }

  /** Of the population. */
  variance(this: RDD<number>): Promise<number> {
    return this.stats().then(s => s.variance);
  }

  /** Of a sample: divided by n - 1. */
  sampleVariance(this: RDD<number>): Promise<number> {
    return this.stats().then(s => s.sampleVariance);
  }

  /** Of the population. */
  stdev(this: RDD<number>): Promise<number> {
    return this.stats().then(s => s.stdev);
  }

  /** Of a sample: divided by n - 1. */
  sampleStdev(this: RDD<number>): Promise<number> {
    return this.stats().then(s => s.sampleStdev);
  }

  /**
   * How many numbers are in each bucket: `[ends, counts]` for `n` buckets of equal width, `counts` for buckets between the
   * ends given. A bucket holds its lower end, the last also its upper one.
   *
   * @example
   * await sc.parallelize([1, 2, 3, 4]).histogram(3); // [[1, 2, 3, 4], [1, 1, 2]]
   * await sc.parallelize([1, 2, 3, 4]).histogram([0, 2, 5]); // [1, 3]
   */
  histogram(this: RDD<number>, buckets: number): Promise<[number[], number[]]>;
  histogram(this: RDD<number>, buckets: readonly number[]): Promise<number[]>;
  async histogram(this: RDD<number>, buckets: number | readonly number[]): Promise<[number[], number[]] | number[]> {
    if (typeof buckets !== "number") return this.#counts(rules.bucketEnds(buckets));
    must.beAtLeast("histogram", "the number of buckets", buckets, 1);
    const callSite = this.#callSite();
    const noRange = this.#failureHere(() => E.HISTOGRAM_RANGE());
    const { min, max } = await this.stats();
    if (!Number.isFinite(min) || !Number.isFinite(max)) throw noRange();
    const ends = rules.evenEnds(min, max, buckets);
    return [ends, await withCallSite(callSite, () => this.#counts(ends))];
  }

  // ---- actions on pairs ------------------------------------------------------------------------------------------

  /** The pairs as a `Map` whose keys compare by value; of several values of a key one stays, the last. */
  collectAsMap<K, V>(this: RDD<readonly [K, V]>): Promise<Map<K, V>> {
    return this.collect().then(xs => keyMap(rules.pairs(xs)));
  }

  /** How many pairs each key has: a `Map` whose keys compare by value. */
  countByKey<K, V>(this: RDD<readonly [K, V]>): Promise<Map<K, number>> {
    return this.#combineLocally<K, number>(one, addOne, add);
  }

  /** For each key its values merged by `f`, as a `Map` in the driver. */
  reduceByKeyLocally<K, V extends AnyValue>(this: RDD<readonly [K, V]>, f: (a: V, b: V) => V): Promise<Map<K, V>> {
    return must.checked(
      () => must.beFunction("reduceByKeyLocally", f),
      () => this.#combineLocally<K, V>(identity, f, f),
    );
  }

  /** The values of a key. With a partitioner only its partition is computed. */
  lookup<K, V>(this: RDD<readonly [K, V]>, key: K): Promise<V[]> {
    let partitions: readonly number[] | undefined;
    try {
      hashCode(key);
      if (this.partitioner !== undefined) partitions = [this.partitioner.getPartition(key)];
    } catch (error) {
      // Nobody knows yet where its ranges end: the key is looked for everywhere.
      if ((error as { code?: string }).code !== "RANGE_NOT_SAMPLED") return Promise.reject(error);
    }
    const found = this.sparkContext.runAction(this.node, { name: "collect", args: [] }, { partitions });
    return found.then(parts =>
      (parts as (readonly [K, V])[][]).flatMap(p =>
        rules
          .pairs(p)
          .filter(([k]) => equalKeys(k, key))
          .map(([, v]) => v),
      ),
    );
  }

  // ---- how ------------------------------------------------------------------------------------------------------

  [inspect.custom](): string {
    return this.toString();
  }

  [SHIP](): never {
    throw E.NESTED_USE("An RDD");
  }

  #rdd<B>(node: PlanNode<B>): RDD<B> {
    return new RDD<B>(this.sparkContext, node);
  }

  /** Where the user calls: for jobs that are run, and failures that are found, when that call is no longer on the stack. */
  #callSite(): CallSite {
    return captureCallSite(this.sparkContext.getLocalProperty("callSite.short"));
  }

  /** An error that will stand at the call which is being made now. */
  #failureHere(failure: () => SparkError): () => SparkError {
    const site = captureCallSite();
    return () => {
      const error = failure();
      putFrames(error, () => framesOf(site));
      return error;
    };
  }

  #run<P, R>(action: Action, combine: (parts: P[]) => R): Promise<R> {
    return this.sparkContext.runAction(this.node, action).then(parts => combine(parts as P[]));
  }

  #step<B>(name: StepName, closures: readonly Function[], preserves = false): RDD<B> {
    for (const f of closures) must.beFunction(name, f);
    return this.#rdd(new StepNode<T, B>(this.node, name, closures, preserves));
  }

  #partition<B>(name: PartitionFunctionName, args: readonly unknown[], preserves = false): RDD<B> {
    if (name.startsWith("mapPartitions")) must.beFunction(name, args[0]);
    return this.#rdd(new PartitionFunctionNode<T, B>(this.node, name, args, preserves));
  }

  #combine<K, V, C>(
    operation: string,
    aggregator: Aggregator<V, C> | "group",
    partitions: Partitions | undefined,
  ): RDD<[K, C]> {
    if (aggregator !== "group") {
      if ("by" in aggregator.create) must.beFunction(operation, aggregator.create.by);
      must.beFunction(operation, aggregator.mergeValue);
      must.beFunction(operation, aggregator.mergeCombiners);
    }
    const partitioner = partitionerFor(operation, this.sparkContext, [this.node], partitions);
    if (!samePartitioner(this.partitioner, partitioner)) {
      return this.#shuffled(new ShuffledNode<K, V, C>(this.node, partitioner, { aggregator }));
    }
    if (aggregator === "group") return this.#partition("groupLocally", [], true);
    const { create, mergeValue, mergeCombiners } = aggregator;
    return "by" in create
      ? this.#partition("combineLocally", [create.by, mergeValue, mergeCombiners], true)
      : this.#partition("foldLocally", [create.zero, mergeValue, mergeCombiners], true);
  }

  #shuffled<K, V, C>(node: ShuffledNode<K, V, C>): RDD<[K, C]> {
    return this.#rdd(node as unknown as PlanNode<[K, C]>);
  }

  #sortedByKey<K, V>(
    this: RDD<readonly [K, V]>,
    operation: string,
    ascending: boolean,
    partitions: number | undefined,
    ordering: Ordering<K> | undefined,
  ): RDD<[K, V]> {
    must.beFlag(operation, "ascending", ascending);
    must.beOrdering(operation, ordering);
    const n = partitionCount(operation, partitions ?? Math.max(1, this.getNumPartitions()));
    return this.#sorted(new RangePartitioner<K>(n, this, ascending, ordering), ascending, ordering);
  }

  #sorted<K, V>(partitioner: Partitioner, ascending: boolean, ordering: Ordering<K> | undefined): RDD<[K, V]> {
    const sort = { ...(ordering && { ordering }), descending: !ascending };
    if (samePartitioner(this.partitioner, partitioner)) {
      return this.#partition("sortLocally", [ordering, !ascending], true);
    }
    return this.#shuffled(new ShuffledNode<K, V, V>(this.node, partitioner, { sort }));
  }

  #cogroup<K, G>(operation: string, others: readonly RDD<unknown>[], partitions: Partitions | undefined): RDD<[K, G]> {
    this.#others(operation, others);
    const nodes = [this.node as PlanNode<unknown>, ...others.map(o => o.node)];
    const node = new CoGroupNode<K>(nodes, partitionerFor(operation, this.sparkContext, nodes, partitions));
    return this.#rdd(node as unknown as PlanNode<[K, G]>);
  }

  #joined<K, V, W, R>(
    operation: string,
    other: RDD<readonly [K, W]>,
    partitions: Partitions | undefined,
    pairs: (groups: [V[], W[]]) => R[],
  ): RDD<[K, R]> {
    return this.#cogroup<K, [V[], W[]]>(operation, [other], partitions).#step("flatMapValues", [pairs], true);
  }

  #subtracted<K, V, W>(
    this: RDD<readonly [K, V]>,
    operation: string,
    other: RDD<readonly [K, W]>,
    partitions: Partitions,
  ): RDD<[K, V]> {
    return this.#cogroup<K, [V[], W[]]>(operation, [other], partitions).#step(
      "flatMapValues",
      [rules.onlyLeft<V, W>],
      true,
    );
  }

  #others(operation: string, others: readonly RDD<unknown>[]): void {
    if (others.length < 1 || others.length > 3) {
      throw E.BAD_ARGUMENT(operation, "the number of others", others.length, "1 to 3");
    }
    this.#sameContext(operation, others);
  }

  #sameContext(operation: string, others: readonly RDD<unknown>[]): void {
    for (const o of others) {
      if (!(o instanceof RDD)) throw E.BAD_ARGUMENT(operation, "the other", o, "an RDD");
      if (o.sparkContext !== this.sparkContext) throw E.OTHER_CONTEXT(operation);
    }
  }

  #ownPartitions(): Partitioner {
    return this.partitioner ?? new HashPartitioner(Math.max(1, this.getNumPartitions()));
  }

  #reduce(operation: string, f: (a: T, b: T) => T): Promise<T> {
    const empty = this.#failureHere(() => E.EMPTY_COLLECTION(operation));
    const combine = (parts: ({ value: T } | undefined)[]) => {
      const values = parts.filter(p => p !== undefined).map(p => p.value);
      if (values.length === 0) throw empty();
      return values.reduce((a, b) => f(a, b));
    };
    return must.checked(
      () => must.beFunction(operation, f),
      () => this.#run({ name: "reduce", args: [f] }, combine),
    );
  }

  #aggregate<U>(operation: string, zero: U, seqOp: (acc: U, x: T) => U, combOp: (a: U, b: U) => U): Promise<U> {
    const combine = (parts: U[]) => parts.reduce((a, b) => combOp(a, b), cloneValue(zero));
    return must.checked(
      () => {
        for (const f of [seqOp, combOp]) must.beFunction(operation, f);
      },
      () => this.#run({ name: "fold", args: [zero, seqOp] }, combine),
    );
  }

  #extreme(operation: string, ordering: Ordering<T> | undefined, largest: boolean): Promise<T> {
    const empty = this.#failureHere(() => E.EMPTY_COLLECTION(operation));
    return this.#best(operation, 1, ordering, largest).then(xs => {
      if (xs.length === 0) throw empty();
      return xs[0]!;
    });
  }

  #best(operation: string, n: number, ordering: Ordering<T> | undefined, largest: boolean): Promise<T[]> {
    const run = () => this.#runBest(n, ordering, largest);
    const check = () => {
      must.beAtLeast(operation, "n", n, 0);
      must.beOrdering(operation, ordering);
    };
    return must.checked(check, run);
  }

  #runBest(n: number, ordering: Ordering<T> | undefined, largest: boolean): Promise<T[]> {
    return this.#run({ name: "takeOrdered", args: [n, ordering, largest] }, (parts: T[][]) => {
      return bestOfParts(parts, n, ordering, largest);
    });
  }

  #combineLocally<K, C>(create: Function, mergeValue: Function, merge: (a: C, b: C) => C): Promise<Map<K, C>> {
    return this.#run({ name: "combine", args: [create, mergeValue] }, (parts: CombinedPart<K, C>[]) =>
      combineParts(parts, merge),
    );
  }

  #counts(ends: readonly number[]): Promise<number[]> {
    return this.#run({ name: "histogram", args: [ends] }, (parts: number[][]) => sumOfParts(parts, ends.length - 1));
  }

  async #save(operation: string, path: string, action: (job: OutputJob) => Action, codec?: string): Promise<void> {
    must.bePath(operation, path);
    if (codec !== undefined) codecNamed(codec);
    this.sparkContext.assertUsable("an action");
    const mode = this.sparkContext.conf.getBoolean("spark.hadoop.validateOutputSpecs") ? "refuse" : "merge";
    await withOutput(path, mode, job => this.#run(action(job), () => {}));
  }
}
