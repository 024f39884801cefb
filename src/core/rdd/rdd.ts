import { E } from "../errors/engine-errors.js";
import { CartesianNode } from "../plan/nodes/cartesian-node.js";
import { CoalescedNode } from "../plan/nodes/coalesced-node.js";
import { MapAsyncNode } from "../plan/nodes/map-async-node.js";
import { PipeNode } from "../plan/nodes/pipe-node.js";
import { SpreadNode } from "../plan/nodes/spread-node.js";
import { ZipPartitionsNode } from "../plan/nodes/zip-partitions-node.js";
import { ZipWithIndexNode } from "../plan/nodes/zip-with-index-node.js";
import type { PlanNode } from "../plan/plan-node.js";
import { HashPartitioner } from "../shuffle/hash-partitioner.js";
import { PairPartitioner } from "../shuffle/pair-partitioner.js";
import { Partitioner, samePartitioner } from "../shuffle/partitioner.js";
import type { SparkContext } from "../spark-context.js";
import * as must from "../util/arguments.js";
import { captureCallSite } from "../util/call-site.js";
import type { Ordering } from "../util/ordering.js";
import { randomSeed } from "../util/random.js";
import { cogrouped, combined, ownPartitioner, sortedByKey, subtracted } from "./by-key.js";
import { partitionCount } from "./default-partitioner.js";
import { inSameContext, perPartition, step, upToThree } from "./derive.js";
import { first, identity, inBoth } from "./functions.js";
import { PairRDDFunctions } from "./pair-rdd-functions.js";
import { describeDependency, type RDDDependency } from "./rdd-dependency.js";
import * as rules from "./rules.js";
import type { TupleHint } from "./tuple-hint.js";

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
export class RDD<T> extends PairRDDFunctions<T> implements AsyncIterable<T> {
  /**
   * @param sparkContext the context it belongs to
   * @param node the step of the plan behind it: a `SourceNode` of your own
   */
  constructor(sparkContext: SparkContext, node: PlanNode<T>) {
    super(sparkContext, node);
    if (node.id < 0) {
      sparkContext.assertUsable(`new ${this.constructor.name}`);
      // A parent that no RDD was made around is numbered before its child.
      if (node.parent !== undefined && node.parent.id < 0) new RDD(sparkContext, node.parent);
      node.id = sparkContext.newRddId();
      node.callSite = captureCallSite(sparkContext.getLocalProperty("callSite.short"));
      node.owner = this;
    }
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
    return step(this, "map", [f]);
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
    return new RDD(this.sparkContext, new MapAsyncNode<T, U>(this.node, f, concurrency));
  }

  /** The elements for which `f` gives true. */
  filter<U extends T>(f: (x: T) => x is U): RDD<U>;
  filter(f: (x: T) => unknown): RDD<T>;
  filter(f: (x: T) => unknown): RDD<T> {
    return step(this, "filter", [f], true);
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
    return step(this, "flatMap", [f]);
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
    return perPartition(this, "mapPartitions", [f], preservesPartitioning);
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
    return perPartition(this, "mapPartitionsWithIndex", [f], preservesPartitioning);
  }

  /** One array for each partition, with its elements. */
  glom(): RDD<T[]> {
    return perPartition(this, "glom", []);
  }

  /** Each different element once; elements compare by value. */
  distinct(partitions: number = this.getNumPartitions()): RDD<T> {
    if (partitions !== this.getNumPartitions()) partitionCount("distinct", partitions);
    if (this.partitioner !== undefined && partitions === this.getNumPartitions()) {
      // Pairs that are equal are where their key is: nothing has to move.
      const here = step<[T, undefined]>(this, "asKey", [], true);
      const once = perPartition<[T, undefined]>(here, "combineLocally", [identity, first, first], true);
      return step(once, "keys", [], true);
    }
    return step<[T, undefined]>(this, "asKey", []).reduceByKey(first, new HashPartitioner(partitions, 0)).keys();
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
    return perPartition(this, "sample", [withReplacement, fraction, seed], true);
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
      const part = perPartition<T>(this, "randomCell", [from, to, seed], true);
      from = to;
      return part;
    });
  }

  /** The elements of both; duplicates stay. The partitions of the other follow. */
  union<U>(other: RDD<U>): RDD<T | U> {
    inSameContext(this, "union", [other]);
    return this.sparkContext.union<T | U>(this, other);
  }

  /** The elements that are in both, each once. */
  intersection(other: RDD<T>, partitions?: Partitions): RDD<T> {
    inSameContext(this, "intersection", [other]);
    const [left, right] = [step(this, "asKey", []), step(other, "asKey", [])];
    return cogrouped<T, [unknown[], unknown[]]>(left, "intersection", [right], partitions).filter(inBoth).keys();
  }

  /** The elements that are not in the other; duplicates stay. Default: partitioned as this RDD is. */
  subtract(other: RDD<T>, partitions?: Partitions): RDD<T> {
    inSameContext(this, "subtract", [other]);
    const own = this.partitioner;
    const given = partitions ?? ownPartitioner(this);
    // The whole elements are the keys here, where the partitioner of this RDD knows what to do with the keys of its pairs.
    const by = given instanceof Partitioner && samePartitioner(own, given) ? new PairPartitioner(given) : given;
    const [left, right] = [this, other].map(rdd => step<[T, undefined]>(rdd, "asKey", []));
    return subtracted(left!, "subtract", right!, by).keys();
  }

  /** All pairs of an element of this one and an element of the other. */
  cartesian<U>(other: RDD<U>): RDD<[T, U]> {
    inSameContext(this, "cartesian", [other]);
    return new RDD(this.sparkContext, new CartesianNode(this.node, other.node));
  }

  /**
   * Pairs of the elements at the same place. Both must have as many partitions, and as many elements in each.
   *
   * @throws IllegalArgumentError when the numbers of partitions differ
   */
  zip<U>(other: RDD<U>): RDD<[T, U]> {
    inSameContext(this, "zip", [other]);
    return new RDD(this.sparkContext, new ZipPartitionsNode<[T, U]>([this.node, other.node], undefined, "zip"));
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
    upToThree(this, "zipPartitions", others);
    must.beFunction("zipPartitions", f, "its last argument");
    return new RDD(
      this.sparkContext,
      new ZipPartitionsNode<R>([this.node, ...others.map(o => o.node)], f, "zipPartitions"),
    );
  }

  /** Each element with its place in the whole, from 0. The first job counts the partitions' lengths. */
  zipWithIndex(): RDD<[T, number]> {
    return new RDD(this.sparkContext, new ZipWithIndexNode(this.node));
  }

  /** Each element with a number of its own: k, n+k, 2n+k … in partition k of n. Nothing is counted. */
  zipWithUniqueId(): RDD<[T, number]> {
    return perPartition(this, "zipWithUniqueId", [this.getNumPartitions()]);
  }

  /** The elements by what `f` gives for them: for each key an array. */
  groupBy<K extends TupleHint>(f: (x: T) => K, partitions?: Partitions): RDD<[K, T[]]>;
  groupBy<K>(f: (x: T) => K, partitions?: Partitions): RDD<[K, T[]]>;
  groupBy<K>(f: (x: T) => K, partitions?: Partitions): RDD<[K, T[]]> {
    must.beFunction("groupBy", f);
    return combined(this.keyBy(f), "groupBy", "group", partitions);
  }

  /** Pairs of what `f` gives for each element, as key, and the element. */
  keyBy<K extends TupleHint>(f: (x: T) => K): RDD<[K, T]>;
  keyBy<K>(f: (x: T) => K): RDD<[K, T]>;
  keyBy<K>(f: (x: T) => K): RDD<[K, T]> {
    return step(this, "keyBy", [f]);
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
    return sortedByKey(this.keyBy(f), "sortBy", ascending, partitions, ordering).values();
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
    return new RDD(
      this.sparkContext,
      shuffle ? new SpreadNode(this.node, partitions) : new CoalescedNode(this.node, partitions),
    );
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
    return new RDD(this.sparkContext, new PipeNode(this.node, words, env));
  }
}
