import { partitionCount } from "../core/rdd/default-partitioner.js";
import type { RDD } from "../core/rdd/rdd.js";
import type { TupleHint } from "../core/rdd/tuple-hint.js";
import type { Partitioner } from "../core/shuffle/partitioner.js";
import * as must from "../core/util/arguments.js";
import {
  beFunction,
  nodeOf,
  nothing,
  partitionerOf,
  perBatch,
  shuffled,
  spreadNothing,
  transformed,
  windowOfFew,
} from "./derive-stream.js";
import type { DStreamNode } from "./dstream/dstream-node.js";
import { add, isCounted, secondOf, subtract, underNull, withOne } from "./dstream/numeric.js";
import { ReducedWindowNode } from "./dstream/reduced-window-node.js";
import { UnionNode } from "./dstream/union-node.js";
import { WindowNode } from "./dstream/window-node.js";
import type { Duration } from "./duration.js";
import { E } from "./errors.js";
import type { MaybePromise } from "./maybe-promise.js";
import { PairDStreamFunctions } from "./pair-dstream-functions.js";
import { countPartitions } from "./plan/count-partitions.js";
import { emptyLike } from "./plan/known-empty.js";
import { MapWithStateNode } from "./state/map-with-state-node.js";
import { StateSpec } from "./state/state-spec.js";
import { type UpdateFunction, UpdateStateNode } from "./state/update-state-node.js";
import type { StreamingContext } from "./streaming-context.js";
import type { Time } from "./time.js";

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
export class DStream<T> extends PairDStreamFunctions<T> {
  /** @internal streams come from a `StreamingContext` or from other streams; to make a source, extend `InputDStream` */
  constructor(context: StreamingContext, node: DStreamNode<T>) {
    super(context, node);
    doors.set(node as DStreamNode<unknown>, this as unknown as DStream<unknown>);
  }

  /** The streams it is made of; none for an input. */
  get dependencies(): readonly DStream<unknown>[] {
    return this.node.parents.map(parent => doors.get(parent) ?? new DStream(this.context, parent));
  }

  /** Each element as `f` makes it. @example lines.map(line => line.length) */
  map<U extends TupleHint>(f: (element: T) => U): DStream<U>;
  /** @deprecated This makes a stream of promises: use `transform(rdd => rdd.mapAsync(f))`, which awaits them. */
  map<U extends Promise<unknown>>(f: (element: T) => U): DStream<U>;
  map<U>(f: (element: T) => U): DStream<U>;
  map<U>(f: (element: T) => U): DStream<U> {
    beFunction("map", f);
    return perBatch(this, "map", [f], rdd => rdd.map(f), nothing<U>);
  }

  /** The elements of every list that `f` makes of an element. @example lines.flatMap(line => line.split(" ")) */
  flatMap<U extends TupleHint>(f: (element: T) => Iterable<U>): DStream<U>;
  flatMap<U>(f: (element: T) => Iterable<U>): DStream<U>;
  flatMap<U>(f: (element: T) => Iterable<U>): DStream<U> {
    beFunction("flatMap", f);
    return perBatch(this, "flatMap", [f], rdd => rdd.flatMap(f), nothing<U>);
  }

  /** The elements for which `f` is true. @example words.filter(word => word !== "") */
  filter<S extends T>(f: (element: T) => element is S): DStream<S>;
  filter(f: (element: T) => unknown): DStream<T>;
  filter(f: (element: T) => unknown): DStream<T> {
    beFunction("filter", f);
    return perBatch(this, "filter", [f], rdd => rdd.filter(f), spreadNothing<T>);
  }

  /** One element a partition: the list of the partition's elements. */
  glom(): DStream<T[]> {
    return perBatch(this, "glom", [], rdd => rdd.glom());
  }

  /** Each batch in `numPartitions` partitions, to process it with more or fewer tasks. */
  repartition(numPartitions: number): DStream<T> {
    partitionCount("repartition", numPartitions);
    return perBatch(
      this,
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
    return perBatch(this, "mapPartitions", [f], rdd => rdd.mapPartitions(f, preservesPartitioning));
  }

  /** The elements of both streams; they must slide alike. */
  union(that: DStream<T>): DStream<T> {
    return new DStream(this.context, new UnionNode<T>([this.node, nodeOf("union", that)]));
  }

  /** One element a batch: what `f`, which must be associative and commutative, makes of all; none of an empty batch. */
  reduce(f: (a: T, b: T) => T): DStream<T> {
    beFunction("reduce", f);
    return perBatch(
      this,
      "reduce",
      [f],
      rdd => rdd.map(underNull).reduceByKey(f, 1).map(secondOf),
      rdd => emptyLike(rdd.sparkContext, 1),
    );
  }

  /** One element a batch: how many elements it has, 0 too. */
  count(): DStream<number> {
    return perBatch(this, "count", [], rdd =>
      countPartitions(rdd)
        .union(rdd.sparkContext.parallelize([0], 1))
        .map(underNull)
        .reduceByKey(add, 1)
        .map(secondOf),
    );
  }

  /** How often each element occurs in a batch, as pairs. */
  countByValue(numPartitions?: number): DStream<[T, number]> {
    const partitioner = partitionerOf(this, numPartitions);
    return perBatch(
      this,
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
    return transformed(this, "transform", [f], [], (rdds, time) => f(rdds[0] as RDD<T>, time));
  }

  /** {@link transform} with the RDD of another stream of the same slide beside this one's. */
  transformWith<U, V>(
    other: DStream<U>,
    f: (rdd: RDD<T>, other: RDD<U>, time: Time) => MaybePromise<RDD<V>>,
  ): DStream<V> {
    beFunction("transformWith", f);
    return transformed(this, "transformWith", [f], [other], (rdds, time) =>
      f(rdds[0] as RDD<T>, rdds[1] as RDD<U>, time),
    );
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

  /** {@link reduce} of every window. With `invF`, which takes away what left the window, only what changed is reduced. */
  reduceByWindow(f: (a: T, b: T) => T, window: Duration, slide: Duration): DStream<T>;
  reduceByWindow(f: (a: T, b: T) => T, invF: (a: T, b: T) => T, window: Duration, slide: Duration): DStream<T>;
  reduceByWindow(f: (a: T, b: T) => T, ...rest: WindowArguments<T>): DStream<T> {
    beFunction("reduceByWindow", f);
    if (typeof rest[0] !== "function") {
      const [window, slide] = rest as [Duration, Duration];
      return windowOfFew(this.reduce(f), window, slide).reduce(f);
    }
    const [invF, window, slide] = rest as [(a: T, b: T) => T, Duration, Duration];
    return this.map(underNull).reduceByKeyAndWindow(f, invF, window, slide, 1).map(secondOf);
  }

  /** One element a window: how many elements it has, 0 too. */
  countByWindow(window: Duration, slide: Duration): DStream<number> {
    // The counts of the batches are all that a window needs: no inverse function, no state, no checkpoint directory.
    return windowOfFew(this.count(), window, slide).reduce(add);
  }

  /** How often each element occurs in a window, as pairs. */
  countByValueAndWindow(window: Duration, slide: Duration, numPartitions?: number): DStream<[T, number]> {
    const partitioner = partitionerOf(this, numPartitions);
    const node = new ReducedWindowNode(this.map(withOne<T>).node, add, subtract, isCounted, window, slide, partitioner);
    // What went in comes out again, so there is nothing a checkpoint would have to save from drifting.
    node.demandsDirectory = false;
    return new DStream(this.context, node);
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
      new UpdateStateNode<K, V, S>(this.node, f, partitionerOf(this, partitions), initialRDD),
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
    const node = new MapWithStateNode<K, V, S, M>(this.node, spec, partitionerOf(this, spec.partitions));
    return new MapWithStateDStream(this.context, node);
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
