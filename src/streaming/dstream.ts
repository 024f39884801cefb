import { inspect } from "node:util";
import { partitionCount } from "../core/rdd/default-partitioner.js";
import type { RDD } from "../core/rdd/rdd.js";
import type { AnyValue, Combiner, TupleHint } from "../core/rdd/tuple-hint.js";
import { HashPartitioner } from "../core/shuffle/hash-partitioner.js";
import { Partitioner } from "../core/shuffle/partitioner.js";
import { StorageLevel } from "../core/storage/storage-level.js";
import * as must from "../core/util/arguments.js";
import { captureCallSite } from "../core/util/call-site.js";
import type { DStreamNode } from "./dstream/dstream-node.js";
import { add, isCounted, secondOf, subtract, underNull, withOne } from "./dstream/numeric.js";
import { OutputNode } from "./dstream/output-node.js";
import { PerBatchNode } from "./dstream/per-batch-node.js";
import { ReducedWindowNode } from "./dstream/reduced-window-node.js";
import { TransformNode } from "./dstream/transform-node.js";
import { UnionNode } from "./dstream/union-node.js";
import { WindowNode } from "./dstream/window-node.js";
import { type Duration, positiveDuration } from "./duration.js";
import { E } from "./errors.js";
import type { MaybePromise } from "./maybe-promise.js";
import { printBatch } from "./output/print-batch.js";
import { saveBatchAsObjectFile, saveBatchAsTextFile } from "./output/save-batch.js";
import { plotBatch, tableBatch } from "./output/show-batch.js";
import { type StreamView, streamDisplay } from "./output/stream-display.js";
import { countPartitions } from "./plan/count-partitions.js";
import { emptyLike } from "./plan/known-empty.js";
import { MapWithStateNode } from "./state/map-with-state-node.js";
import { StateSpec } from "./state/state-spec.js";
import { type UpdateFunction, UpdateStateNode } from "./state/update-state-node.js";
import type { StreamingContext } from "./streaming-context.js";
import { pointOf, type Time } from "./time.js";

const doors = new WeakMap<DStreamNode<unknown>, DStream<unknown>>();

/** The key's type of a pair. */
export type KeyOf<T> = T extends readonly [infer K, unknown] ? K : never;
/** The value's type of a pair. */
export type ValueOf<T> = T extends readonly [unknown, infer V] ? V : never;

/** How the pairs of a result are spread: a number of partitions, a partitioner, or `sc.defaultParallelism` partitions. */
export type Partitioning = number | Partitioner;

/**
 * A discretized stream: a sequence of RDDs of one type, one for each batch. It is made from live data (a socket, Kafka,
 * files) or from other streams by the operations below. While the context runs, each stream makes an RDD at every slide.
 *
 * A stream is three properties:
 *
 * - {@link dependencies}: the streams it is made of,
 * - {@link slideDuration}: the time between two of its RDDs,
 * - {@link compute}: the function that makes the RDD of a time.
 *
 * Operations on pairs (`reduceByKey`, `join`, windows by key, state) are there for streams of `[K, V]`; calling one on
 * another stream is a compile error. Nothing is computed until an output operation ({@link print}, {@link foreachRDD},
 * `saveAs…`) asks for it, batch by batch.
 *
 * Spark's names: `org.apache.spark.streaming.dstream.DStream` and `PairDStreamFunctions`.
 *
 * @example
 * // needs: a server on port 9999
 * ssc
 *   .socketTextStream("localhost", 9999)
 *   .flatMap(line => line.split(" "))
 *   .map((word): [string, number] => [word, 1])
 *   .reduceByKey((a, b) => a + b)
 *   .print();
 * await ssc.start();
 */
export class DStream<T> {
  /** The context it belongs to. */
  readonly context: StreamingContext;
  /** @internal the operator behind it */
  readonly node: DStreamNode<T>;

  /** @internal streams come from a `StreamingContext` or from other streams; to make a source, extend `InputDStream` */
  constructor(context: StreamingContext, node: DStreamNode<T>) {
    this.context = context;
    this.node = node;
    doors.set(node as DStreamNode<unknown>, this as unknown as DStream<unknown>);
  }

  // ---- the three properties

  /** The streams it is made of; none for an input. */
  get dependencies(): readonly DStream<unknown>[] {
    return this.node.parents.map(parent => doors.get(parent) ?? new DStream(this.context, parent));
  }

  /** The time between two of its RDDs: the batch duration, unless a window slides by more. */
  get slideDuration(): Duration {
    return this.node.slideDuration;
  }

  /** The RDD of a time, made when it is first asked for; `undefined` when the stream has none then. */
  compute(time: Time): MaybePromise<RDD<T> | undefined> {
    pointOf(time);
    return this.node.getOrCompute(time);
  }

  // ---- available on all streams

  /**
   * Names the operator, so that its state is found again after the program was changed. Without a name it is known by its
   * kind and its place among the operators of its kind. Returns the stream.
   *
   * @throws IllegalStateError when it has another name already
   * @example orders.updateStateByKey(sum).uid("totals")
   */
  uid(name: string): this {
    must.beText("uid", "name", name);
    const old = this.node.givenUid;
    if (old !== undefined && old !== name) throw E.UID_TAKEN_TWICE(old, name);
    this.node.graph.assertOpen("uid");
    this.node.givenUid = name;
    return this;
  }

  /** Persists each RDD with `level` (default `MEMORY_ONLY`) until no later batch needs it. Returns the stream. */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY): this {
    must.beStorageLevel("persist", level);
    this.node.graph.assertOpen("persist");
    this.node.persist(level);
    return this;
  }

  /** {@link persist} at the default level. */
  cache(): this {
    return this.persist();
  }

  /**
   * Cuts the lineage of its RDDs every `interval`, a multiple of its slide, by keeping what was computed. Streams with state
   * do so at every slide by themselves. The context needs a checkpoint directory. Returns the stream.
   */
  checkpoint(interval: Duration): this {
    this.node.graph.assertOpen("checkpoint");
    this.node.checkpointDuration = positiveDuration(interval, "The checkpoint interval");
    this.persist();
    return this;
  }

  /** Each element as `f` makes it. @example lines.map(line => line.length) */
  map<U extends TupleHint>(f: (element: T) => U): DStream<U>;
  /** @deprecated This makes a stream of promises: use `transform(rdd => rdd.mapAsync(f))`, which awaits them. */
  map<U extends Promise<unknown>>(f: (element: T) => U): DStream<U>;
  map<U>(f: (element: T) => U): DStream<U>;
  map<U>(f: (element: T) => U): DStream<U> {
    beFunction("map", f);
    return this.#derive("map", [f], rdd => rdd.map(f), nothing<U>);
  }

  /** The elements of every list that `f` makes of an element. @example lines.flatMap(line => line.split(" ")) */
  flatMap<U extends TupleHint>(f: (element: T) => Iterable<U>): DStream<U>;
  flatMap<U>(f: (element: T) => Iterable<U>): DStream<U>;
  flatMap<U>(f: (element: T) => Iterable<U>): DStream<U> {
    beFunction("flatMap", f);
    return this.#derive("flatMap", [f], rdd => rdd.flatMap(f), nothing<U>);
  }

  /** The elements for which `f` is true. @example words.filter(word => word !== "") */
  filter<S extends T>(f: (element: T) => element is S): DStream<S>;
  filter(f: (element: T) => unknown): DStream<T>;
  filter(f: (element: T) => unknown): DStream<T> {
    beFunction("filter", f);
    return this.#derive("filter", [f], rdd => rdd.filter(f), spreadNothing<T>);
  }

  /** One element a partition: the list of the partition's elements. */
  glom(): DStream<T[]> {
    return this.#derive("glom", [], rdd => rdd.glom());
  }

  /** Each batch in `numPartitions` partitions, to process it with more or fewer tasks. */
  repartition(numPartitions: number): DStream<T> {
    partitionCount("repartition", numPartitions);
    return this.#derive(
      "repartition",
      [],
      rdd => rdd.repartition(numPartitions),
      rdd => emptyLike(rdd.sparkContext, numPartitions),
    );
  }

  /** What `f` makes of the elements of each partition. */
  mapPartitions<U extends TupleHint>(
    f: (elements: IterableIterator<T>) => Iterable<U>,
    preservesPartitioning?: boolean,
  ): DStream<U>;
  mapPartitions<U>(f: (elements: IterableIterator<T>) => Iterable<U>, preservesPartitioning?: boolean): DStream<U>;
  mapPartitions<U>(f: (elements: IterableIterator<T>) => Iterable<U>, preservesPartitioning = false): DStream<U> {
    beFunction("mapPartitions", f);
    return this.#derive("mapPartitions", [f], rdd => rdd.mapPartitions(f, preservesPartitioning));
  }

  /** The elements of both streams; they must slide alike. */
  union(that: DStream<T>): DStream<T> {
    return new DStream(this.context, new UnionNode<T>([this.node, nodeOf("union", that)]));
  }

  /** One element a batch: what `f`, which must be associative and commutative, makes of all; none of an empty batch. */
  reduce(f: (a: T, b: T) => T): DStream<T> {
    beFunction("reduce", f);
    return this.#derive(
      "reduce",
      [f],
      rdd => rdd.map(underNull).reduceByKey(f, 1).map(secondOf),
      rdd => emptyLike(rdd.sparkContext, 1),
    );
  }

  /** One element a batch: how many elements it has, 0 too. */
  count(): DStream<number> {
    return this.#derive("count", [], rdd =>
      countPartitions(rdd)
        .union(rdd.sparkContext.parallelize([0], 1))
        .map(underNull)
        .reduceByKey(add, 1)
        .map(secondOf),
    );
  }

  /** How often each element occurs in a batch, as pairs. */
  countByValue(numPartitions?: number): DStream<[T, number]> {
    const partitioner = this.#partitioner(numPartitions);
    return this.#derive(
      "countByValue",
      [],
      rdd => rdd.map(withOne<T>).reduceByKey(add, partitioner),
      shuffled(partitioner),
    );
  }

  /**
   * Any function of each batch's RDD, and of its time if wanted. It runs in the driver, once a batch, and may use any RDD
   * operation; it must return an RDD (or a promise of one).
   *
   * @example words.transform(rdd => rdd.subtract(blacklist))
   */
  transform<U>(f: (rdd: RDD<T>, time: Time) => MaybePromise<RDD<U>>): DStream<U> {
    beFunction("transform", f);
    return this.#transform("transform", [f], [], (rdds, time) => f(rdds[0] as RDD<T>, time));
  }

  /** {@link transform} with the RDD of another stream of the same slide beside this one's. */
  transformWith<U, V>(
    other: DStream<U>,
    f: (rdd: RDD<T>, other: RDD<U>, time: Time) => MaybePromise<RDD<V>>,
  ): DStream<V> {
    beFunction("transformWith", f);
    return this.#transform("transformWith", [f], [other], (rdds, time) =>
      f(rdds[0] as RDD<T>, rdds[1] as RDD<U>, time),
    );
  }

  /** The RDDs of every slide from `from` to `to`, both with; times off the slide are rounded down. After the start only. */
  async slice(from: Time, to: Time): Promise<RDD<T>[]> {
    for (const time of [from, to]) pointOf(time);
    return this.node.slice(from, to);
  }

  // ---- windows

  /**
   * Every `slide` (default: this stream's), the elements of the last `window`. Both are multiples of this stream's slide.
   *
   * @example lines.window(Seconds(30), Seconds(10)).count().print()
   */
  window(window: Duration, slide: Duration = this.slideDuration): DStream<T> {
    return new DStream(this.context, new WindowNode(this.node, window, slide));
  }

  /** {@link window} of what was reduced. */
  #windowOfFew(window: Duration, slide: Duration): DStream<T> {
    return new DStream(this.context, new WindowNode(this.node, window, slide, true));
  }

  /** {@link reduce} of every window. With `invF`, which takes away what left the window, only what changed is reduced. */
  reduceByWindow(f: (a: T, b: T) => T, window: Duration, slide: Duration): DStream<T>;
  reduceByWindow(f: (a: T, b: T) => T, invF: (a: T, b: T) => T, window: Duration, slide: Duration): DStream<T>;
  reduceByWindow(f: (a: T, b: T) => T, ...rest: WindowArguments<T>): DStream<T> {
    beFunction("reduceByWindow", f);
    if (typeof rest[0] !== "function") {
      const [window, slide] = rest as [Duration, Duration];
      return this.reduce(f).#windowOfFew(window, slide).reduce(f);
    }
    const [invF, window, slide] = rest as [(a: T, b: T) => T, Duration, Duration];
    return this.map(underNull).reduceByKeyAndWindow(f, invF, window, slide, 1).map(secondOf);
  }

  /** One element a window: how many elements it has, 0 too. */
  countByWindow(window: Duration, slide: Duration): DStream<number> {
    // The counts of the batches are all that a window needs: no inverse function, no state, no checkpoint directory.
    return this.count().#windowOfFew(window, slide).reduce(add);
  }

  /** How often each element occurs in a window, as pairs. */
  countByValueAndWindow(window: Duration, slide: Duration, numPartitions?: number): DStream<[T, number]> {
    const partitioner = this.#partitioner(numPartitions);
    const node = new ReducedWindowNode(this.map(withOne<T>).node, add, subtract, isCounted, window, slide, partitioner);
    // What went in comes out again, so there is nothing a checkpoint would have to save from drifting.
    node.demandsDirectory = false;
    return new DStream(this.context, node);
  }

  // ---- pairs

  /** The values of each key of a batch, in one list. */
  groupByKey<K, V>(this: DStream<readonly [K, V]>, partitions?: Partitioning): DStream<[K, V[]]> {
    const partitioner = this.#partitioner(partitions);
    return this.#derive("groupByKey", [], rdd => rdd.groupByKey(partitioner), shuffled(partitioner));
  }

  /**
   * The values of each key of a batch, made one by `f`, which must be associative and commutative.
   *
   * @example words.map((w): [string, number] => [w, 1]).reduceByKey((a, b) => a + b)
   */
  reduceByKey<K, V extends AnyValue>(
    this: DStream<readonly [K, V]>,
    f: (a: V, b: V) => V,
    partitions?: Partitioning,
  ): DStream<[K, V]> {
    beFunction("reduceByKey", f);
    const partitioner = this.#partitioner(partitions);
    return this.#derive("reduceByKey", [f], rdd => rdd.reduceByKey(f, partitioner), shuffled(partitioner));
  }

  /** The general form of {@link reduceByKey}: values go into a combiner of another type. */
  combineByKey<K, V, C extends AnyValue>(
    this: DStream<readonly [K, V]>,
    createCombiner: (value: V) => C,
    mergeValue: (combiner: Combiner<C>, value: V) => Combiner<C>,
    mergeCombiners: (a: Combiner<C>, b: Combiner<C>) => Combiner<C>,
    partitions?: Partitioning,
    mapSideCombine = true,
  ): DStream<[K, Combiner<C>]> {
    for (const f of [createCombiner, mergeValue, mergeCombiners]) beFunction("combineByKey", f);
    const partitioner = this.#partitioner(partitions);
    return this.#derive(
      "combineByKey",
      [createCombiner, mergeValue, mergeCombiners],
      rdd => rdd.combineByKey(createCombiner, mergeValue, mergeCombiners, partitioner, mapSideCombine),
      shuffled(partitioner),
    );
  }

  /** Each pair with its value as `f` makes it. */
  mapValues<K, V, U extends TupleHint>(this: DStream<readonly [K, V]>, f: (value: V) => U): DStream<[K, Combiner<U>]>;
  mapValues<K, V, U>(this: DStream<readonly [K, V]>, f: (value: V) => U): DStream<[K, U]>;
  mapValues<K, V, U>(this: DStream<readonly [K, V]>, f: (value: V) => U): DStream<[K, U]> {
    beFunction("mapValues", f);
    return this.#derive("mapValues", [f], rdd => rdd.mapValues(f), spreadNothing<[K, U]>);
  }

  /** A pair for each element of the list that `f` makes of the value. */
  flatMapValues<K, V, U extends TupleHint>(
    this: DStream<readonly [K, V]>,
    f: (value: V) => Iterable<U>,
  ): DStream<[K, U]>;
  flatMapValues<K, V, U>(this: DStream<readonly [K, V]>, f: (value: V) => Iterable<U>): DStream<[K, U]>;
  flatMapValues<K, V, U>(this: DStream<readonly [K, V]>, f: (value: V) => Iterable<U>): DStream<[K, U]> {
    beFunction("flatMapValues", f);
    return this.#derive("flatMapValues", [f], rdd => rdd.flatMapValues(f), spreadNothing<[K, U]>);
  }

  /** {@link groupByKey} of every window. */
  groupByKeyAndWindow<K, V>(
    this: DStream<readonly [K, V]>,
    window: Duration,
    slide: Duration = this.slideDuration,
    partitions?: Partitioning,
  ): DStream<[K, V[]]> {
    const partitioner = this.#partitioner(partitions);
    return this.groupByKey(partitioner)
      .window(window, slide)
      .combineByKey(copyOf<V>, appendAll<V>, appendAll<V>, partitioner);
  }

  /**
   * {@link reduceByKey} of every window, from the batches' own results.
   *
   * With `invF` each window comes from the one before: what entered is added by `f`, what left is taken away by `invF`.
   * Keys for whose pair `filterFunc` is false are dropped (without it a key stays for ever, with the value of nothing). This
   * form keeps state, so the context needs a checkpoint directory.
   *
   * @example pairs.reduceByKeyAndWindow((a, b) => a + b, Seconds(30), Seconds(10))
   * @example pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(30), Seconds(10), 4, ([, n]) => n > 0)
   */
  reduceByKeyAndWindow<K, V extends AnyValue>(
    this: DStream<readonly [K, V]>,
    f: (a: V, b: V) => V,
    window: Duration,
    slide?: Duration,
    partitions?: Partitioning,
  ): DStream<[K, V]>;
  reduceByKeyAndWindow<K, V extends AnyValue>(
    this: DStream<readonly [K, V]>,
    f: (a: V, b: V) => V,
    invF: (a: V, b: V) => V,
    window: Duration,
    slide?: Duration,
    partitions?: Partitioning,
    filterFunc?: (pair: [K, V]) => boolean,
  ): DStream<[K, V]>;
  reduceByKeyAndWindow<K, V extends AnyValue>(
    this: DStream<readonly [K, V]>,
    f: (a: V, b: V) => V,
    ...rest: KeyedWindowArguments<K, V>
  ): DStream<[K, V]> {
    beFunction("reduceByKeyAndWindow", f);
    if (typeof rest[0] !== "function") {
      const [window, slide = this.slideDuration, partitions] = rest as PlainKeyedWindow;
      const partitioner = this.#partitioner(partitions);
      return this.reduceByKey(f, partitioner).#windowOfFew(window, slide).reduceByKey(f, partitioner);
    }
    const [invF, window, slide = this.slideDuration, partitions, filterFunc] = rest as InverseKeyedWindow<K, V>;
    const partitioner = this.#partitioner(partitions);
    return new DStream(this.context, new ReducedWindowNode(this.node, f, invF, filterFunc, window, slide, partitioner));
  }

  /** For each key of a batch the list of values of each stream. */
  cogroup<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V[], W[]]]> {
    return this.#with(other, "cogroup", partitions, (a, b, p) => a.cogroup(b, p));
  }

  /** A pair for each combination of values that a key has in both streams. */
  join<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V, W]]> {
    return this.#with(other, "join", partitions, (a, b, p) => a.join(b, p));
  }

  /** {@link join} that keeps keys of this stream which the other does not have, with `undefined`. */
  leftOuterJoin<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V, W | undefined]]> {
    return this.#with(other, "leftOuterJoin", partitions, (a, b, p) => a.leftOuterJoin(b, p));
  }

  /** {@link join} that keeps keys of the other stream which this does not have, with `undefined`. */
  rightOuterJoin<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V | undefined, W]]> {
    return this.#with(other, "rightOuterJoin", partitions, (a, b, p) => a.rightOuterJoin(b, p));
  }

  /** {@link join} that keeps the keys of both streams. */
  fullOuterJoin<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V | undefined, W | undefined]]> {
    return this.#with(other, "fullOuterJoin", partitions, (a, b, p) => a.fullOuterJoin(b, p));
  }

  // ---- state

  /**
   * A state for each key, kept across batches: in every batch `f` is called for each key that has a state or new values
   * (`values` may be empty) and returns the new state; `undefined` removes the key. The stream holds all states, as pairs.
   * The context needs a checkpoint directory.
   *
   * The type of the state is that of the function's second parameter; it may be given as the first type argument, too.
   *
   * @param partitions how the states are spread
   * @param initialRDD states to begin with
   * @example pairs.updateStateByKey((values: number[], sum: number | undefined) => values.reduce((a, b) => a + b, sum ?? 0))
   */
  updateStateByKey<S, K = KeyOf<T>, V = ValueOf<T>>(
    this: DStream<readonly [K, V]>,
    f: UpdateFunction<V, S>,
    partitions?: Partitioning,
    initialRDD?: RDD<[K, S]>,
  ): DStream<[K, S]> {
    beFunction("updateStateByKey", f);
    if (initialRDD !== undefined) must.beRDD("updateStateByKey", "initialRDD", initialRDD);
    return new DStream(
      this.context,
      new UpdateStateNode<K, V, S>(this.node, f, this.#partitioner(partitions), initialRDD),
    );
  }

  /**
   * A state for each key, touched only where there is new data: `spec`'s function is called for each pair of a batch (and
   * once for a key that times out) and may read, update or remove the key's state. The stream holds what it returned.
   * The context needs a checkpoint directory.
   *
   * @example
   * const spec = StateSpec.function((word: string, n: number | undefined, state: State<number>) => {
   *   const sum = (state.getOption() ?? 0) + (n ?? 0);
   *   state.update(sum);
   *   return [word, sum] as [string, number];
   * });
   * pairs.mapWithState(spec).print();
   */
  mapWithState<K, V, S, M>(this: DStream<readonly [K, V]>, spec: StateSpec<K, V, S, M>): MapWithStateDStream<K, S, M> {
    if (!(spec instanceof StateSpec)) throw E.NOT_A_STATE_SPEC(spec);
    const node = new MapWithStateNode<K, V, S, M>(this.node, spec, this.#partitioner(spec.partitions));
    return new MapWithStateDStream(this.context, node);
  }

  // ---- outputs

  /**
   * Prints the first `num` elements of each batch to standard output, under the batch's time:
   *
   * ```
   * -------------------------------------------
   * Time: 1560022246000 ms
   * -------------------------------------------
   * (a,1)
   * ```
   */
  print(num = 10): void {
    must.beAtLeast("print", "num", num, 0);
    this.#output("print", (rdd, time) => printBatch(rdd, time, num));
  }

  /**
   * Shows the first `num` elements of the newest batch as a table: in the shell on a terminal one table that is drawn again in
   * its place, elsewhere a table a batch, one below the other. Pairs have the columns `_1` and `_2`, objects a column a key,
   * anything else the column `value`; elements that are left out are counted.
   *
   * tspark's own; the tables in a pipe look as Spark's `Dataset.show()` prints them.
   *
   * @example counts.live()
   */
  live(num = 20): void {
    must.beAtLeast("live", "num", num, 0);
    this.#show(
      "live",
      (rdd, time) => tableBatch(rdd, time, num),
      title => streamDisplay().table(title),
    );
  }

  /**
   * Draws a stream of numbers as a chart with a point a batch, the mean of its numbers: in the shell on a terminal one chart that
   * is drawn again in its place, elsewhere a line with a bar a batch. A batch without numbers is a gap.
   *
   * tspark's own.
   *
   * @example lines.count().plot()
   */
  plot(this: DStream<number>): void {
    this.#show("plot", plotBatch, title => streamDisplay().plot(title));
  }

  /**
   * Calls `f` with the RDD of each batch, and its time if wanted, in the driver; the batch has ended when the promise it
   * returns has. What `f` throws fails the batch.
   *
   * @example counts.foreachRDD(async (rdd, time) => console.log(time.milliseconds, await rdd.count()))
   */
  foreachRDD(f: (rdd: RDD<T>, time: Time) => unknown): void {
    beFunction("foreachRDD", f);
    this.#output("foreachRDD", f);
  }

  /** Saves each batch as text into the directory `prefix-TIME[.suffix]`, replacing that of an earlier run of the batch. */
  saveAsTextFiles(prefix: string, suffix = ""): void {
    must.bePath("saveAsTextFiles", prefix);
    must.beText("saveAsTextFiles", "suffix", suffix);
    this.#output("saveAsTextFiles", (rdd, time) => saveBatchAsTextFile(rdd, time, prefix, suffix));
  }

  /** Like {@link saveAsTextFiles}, in a form that `sc.objectFile` reads. */
  saveAsObjectFiles(prefix: string, suffix = ""): void {
    must.bePath("saveAsObjectFiles", prefix);
    must.beText("saveAsObjectFiles", "suffix", suffix);
    this.#output("saveAsObjectFiles", (rdd, time) => saveBatchAsObjectFile(rdd, time, prefix, suffix));
  }

  /** `DStream(map)`. */
  toString(): string {
    return `DStream(${this.node})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  // ---- how the operations above are made

  #derive<U>(
    kind: string,
    functions: readonly Function[],
    derive: (rdd: RDD<T>) => RDD<U>,
    ofNothing?: (rdd: RDD<T>) => RDD<U>,
  ): DStream<U> {
    return new DStream(this.context, new PerBatchNode(this.node, kind, functions, derive, ofNothing));
  }

  #transform<U>(
    kind: string,
    functions: readonly Function[],
    others: readonly DStream<never>[] | readonly DStream<unknown>[],
    derive: (rdds: RDD<unknown>[], time: Time) => MaybePromise<RDD<U>>,
  ): DStream<U> {
    const nodes = [this, ...others].map(stream => nodeOf(kind, stream as DStream<unknown>));
    return new DStream(this.context, new TransformNode(nodes, kind, functions, derive));
  }

  #with<W, U>(
    other: DStream<W>,
    kind: string,
    partitions: Partitioning | undefined,
    combine: (a: RDD<T>, b: RDD<W>, partitioner: Partitioner) => RDD<U>,
  ): DStream<U> {
    const partitioner = this.#partitioner(partitions);
    return this.#transform(kind, [], [other as DStream<unknown>], rdds =>
      combine(rdds[0] as RDD<T>, rdds[1] as RDD<W>, partitioner),
    );
  }

  #output(kind: string, act: (rdd: RDD<T>, time: Time) => unknown): void {
    new OutputNode<T>(this.node.graph, kind, this.node, captureCallSite(), act);
  }

  /** An output that hands what `take` makes of each batch to a view, which is opened with the first batch. */
  #show<B>(kind: string, take: (rdd: RDD<T>, time: Time) => Promise<B>, open: (title: string) => StreamView<B>): void {
    const callSite = captureCallSite();
    let view: StreamView<B> | undefined;
    const act = async (rdd: RDD<T>, time: Time) => {
      const batch = await take(rdd, time);
      view ??= open(callSite.short);
      view.show(batch);
    };
    new OutputNode<T>(this.node.graph, kind, this.node, callSite, act);
    this.context.addStreamingListener({ onStreamingStopped: () => view?.end() });
  }

  #partitioner(partitions: Partitioning | undefined): Partitioner {
    if (partitions instanceof Partitioner) return partitions;
    return new HashPartitioner(partitions ?? this.context.sparkContext.defaultParallelism);
  }
}

/** The stream that `mapWithState` gives: what the function returned, and {@link stateSnapshots} beside it. */
export class MapWithStateDStream<K, S, M> extends DStream<M> {
  readonly #node: MapWithStateNode<K, unknown, S, M>;

  /** @internal */
  constructor(context: StreamingContext, node: MapWithStateNode<K, never, S, M>) {
    super(context, node);
    this.#node = node as unknown as MapWithStateNode<K, unknown, S, M>;
  }

  /** In every batch the states of all keys, as pairs. */
  stateSnapshots(): DStream<[K, S]> {
    return new DStream(this.context, this.#node.snapshots());
  }
}

type WindowArguments<T> =
  | [window: Duration, slide: Duration]
  | [invF: (a: T, b: T) => T, window: Duration, slide: Duration];
type PlainKeyedWindow = [window: Duration, slide?: Duration, partitions?: Partitioning];
type InverseKeyedWindow<K, V> = [
  invF: (a: V, b: V) => V,
  window: Duration,
  slide?: Duration,
  partitions?: Partitioning,
  filterFunc?: (pair: [K, V]) => boolean,
];
type KeyedWindowArguments<K, V> = PlainKeyedWindow | InverseKeyedWindow<K, V>;

function beFunction(operation: string, f: unknown): void {
  if (typeof f !== "function") throw E.NOT_A_FUNCTION(operation, f);
}

/** @internal the operator behind what should be a stream */
export function nodeOf<U>(operation: string, stream: DStream<U>): DStreamNode<U> {
  if (!(stream instanceof DStream)) throw E.NOT_A_STREAM(operation, stream);
  return stream.node;
}

function copyOf<V>(values: V[]): V[] {
  return values.slice();
}

function appendAll<V>(into: V[], values: V[]): V[] {
  for (const value of values) into.push(value);
  return into;
}

/** Nothing stays nothing, in as many partitions, whatever would be made of elements; keys may have changed. */
function nothing<U>(rdd: RDD<unknown>): RDD<U> {
  return rdd.partitioner === undefined ? (rdd as RDD<U>) : emptyLike(rdd.sparkContext, rdd.getNumPartitions());
}

/** The same where keys stay what they are. */
function spreadNothing<U>(rdd: RDD<unknown>): RDD<U> {
  return rdd as RDD<U>;
}

/** What a shuffle makes of nothing. */
function shuffled<U>(partitioner: Partitioner): (rdd: RDD<unknown>) => RDD<U> {
  return rdd => emptyLike(rdd.sparkContext, partitioner.numPartitions, partitioner);
}
