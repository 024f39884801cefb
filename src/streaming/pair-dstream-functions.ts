import type { AnyValue, Combiner, TupleHint } from "../core/rdd/tuple-hint.js";
import {
  beFunction,
  pairedWith,
  partitionerOf,
  perBatch,
  shuffled,
  spreadNothing,
  windowOfFew,
} from "./derive-stream.js";
import { ReducedWindowNode } from "./dstream/reduced-window-node.js";
import type { DStream, Partitioning } from "./dstream.js";
import { DStreamOutputs } from "./dstream-outputs.js";
import type { Duration } from "./duration.js";

/** Operations on streams of `[key, value]` pairs. Spark's name: `org.apache.spark.streaming.dstream.PairDStreamFunctions`. */
export abstract class PairDStreamFunctions<T> extends DStreamOutputs<T> {
  /** The values of each key of a batch, in one list. */
  groupByKey<K, V>(this: DStream<readonly [K, V]>, partitions?: Partitioning): DStream<[K, V[]]> {
    const partitioner = partitionerOf(this, partitions);
    return perBatch(this, "groupByKey", [], rdd => rdd.groupByKey(partitioner), shuffled(partitioner));
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
    const partitioner = partitionerOf(this, partitions);
    return perBatch(this, "reduceByKey", [f], rdd => rdd.reduceByKey(f, partitioner), shuffled(partitioner));
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
    const partitioner = partitionerOf(this, partitions);
    return perBatch(
      this,
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
    return perBatch(this, "mapValues", [f], rdd => rdd.mapValues(f), spreadNothing<[K, U]>);
  }

  /** A pair for each element of the list that `f` makes of the value. */
  flatMapValues<K, V, U extends TupleHint>(
    this: DStream<readonly [K, V]>,
    f: (value: V) => Iterable<U>,
  ): DStream<[K, U]>;
  flatMapValues<K, V, U>(this: DStream<readonly [K, V]>, f: (value: V) => Iterable<U>): DStream<[K, U]>;
  flatMapValues<K, V, U>(this: DStream<readonly [K, V]>, f: (value: V) => Iterable<U>): DStream<[K, U]> {
    beFunction("flatMapValues", f);
    return perBatch(this, "flatMapValues", [f], rdd => rdd.flatMapValues(f), spreadNothing<[K, U]>);
  }

  /** {@link groupByKey} of every window. */
  groupByKeyAndWindow<K, V>(
    this: DStream<readonly [K, V]>,
    window: Duration,
    slide: Duration = this.slideDuration,
    partitions?: Partitioning,
  ): DStream<[K, V[]]> {
    const partitioner = partitionerOf(this, partitions);
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
      const partitioner = partitionerOf(this, partitions);
      return windowOfFew(this.reduceByKey(f, partitioner), window, slide).reduceByKey(f, partitioner);
    }
    const [invF, window, slide = this.slideDuration, partitions, filterFunc] = rest as InverseKeyedWindow<K, V>;
    const partitioner = partitionerOf(this, partitions);
    return this.context.streamOf(new ReducedWindowNode(this.node, f, invF, filterFunc, window, slide, partitioner));
  }

  /** For each key of a batch the list of values of each stream. */
  cogroup<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V[], W[]]]> {
    return pairedWith(this, other, "cogroup", partitions, (a, b, p) => a.cogroup(b, p));
  }

  /** A pair for each combination of values that a key has in both streams. */
  join<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V, W]]> {
    return pairedWith(this, other, "join", partitions, (a, b, p) => a.join(b, p));
  }

  /** {@link join} that keeps keys of this stream which the other does not have, with `undefined`. */
  leftOuterJoin<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V, W | undefined]]> {
    return pairedWith(this, other, "leftOuterJoin", partitions, (a, b, p) => a.leftOuterJoin(b, p));
  }

  /** {@link join} that keeps keys of the other stream which this does not have, with `undefined`. */
  rightOuterJoin<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V | undefined, W]]> {
    return pairedWith(this, other, "rightOuterJoin", partitions, (a, b, p) => a.rightOuterJoin(b, p));
  }

  /** {@link join} that keeps the keys of both streams. */
  fullOuterJoin<K, V, W>(
    this: DStream<readonly [K, V]>,
    other: DStream<readonly [K, W]>,
    partitions?: Partitioning,
  ): DStream<[K, [V | undefined, W | undefined]]> {
    return pairedWith(this, other, "fullOuterJoin", partitions, (a, b, p) => a.fullOuterJoin(b, p));
  }
}

type PlainKeyedWindow = [window: Duration, slide?: Duration, partitions?: Partitioning];
type InverseKeyedWindow<K, V> = [
  invF: (a: V, b: V) => V,
  window: Duration,
  slide?: Duration,
  partitions?: Partitioning,
  filterFunc?: (pair: [K, V]) => boolean,
];
type KeyedWindowArguments<K, V> = PlainKeyedWindow | InverseKeyedWindow<K, V>;

function copyOf<V>(values: V[]): V[] {
  return values.slice();
}

function appendAll<V>(into: V[], values: V[]): V[] {
  for (const value of values) into.push(value);
  return into;
}
