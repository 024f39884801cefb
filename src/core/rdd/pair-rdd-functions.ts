import { E } from "../errors/engine-errors.js";
import { ShuffledNode } from "../plan/nodes/shuffled-node.js";
import { samePartitioner } from "../shuffle/partitioner.js";
import { equalKeys } from "../table/equal-keys.js";
import { hashCode } from "../table/hash-code.js";
import { keyMap } from "../table/key-map.js";
import * as must from "../util/arguments.js";
import { randomSeed } from "../util/random.js";
import { cogrouped, combined, joined, ownPartitioner, shuffled, subtracted } from "./by-key.js";
import { partitionerFor } from "./default-partitioner.js";
import { perPartition, step } from "./derive.js";
import { add, addOne, identity, one } from "./functions.js";
import { type CombinedPart, combineParts } from "./join-parts.js";
import { OrderedRDDFunctions } from "./ordered-rdd-functions.js";
import type { Fractions, Partitions, RDD } from "./rdd.js";
import { RDDHandle } from "./rdd-handle.js";
import * as rules from "./rules.js";
import { run } from "./run-action.js";
import type { AnyValue, Combiner, TupleHint } from "./tuple-hint.js";

/** Transformations of `[key, value]` pairs, and actions on them. Spark's name: `org.apache.spark.rdd.PairRDDFunctions`. */
export abstract class PairRDDFunctions<T> extends OrderedRDDFunctions<T> {
  /** `f` of each value; keys and partitioning stay. */
  mapValues<K, V, U extends TupleHint>(this: RDD<readonly [K, V]>, f: (v: V) => U): RDD<[K, Combiner<U>]>;
  mapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => U): RDD<[K, U]>;
  mapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => U): RDD<[K, U]> {
    return step(this, "mapValues", [f], true);
  }

  /** Each value becomes those that `f` gives, with the same key; partitioning stays. */
  flatMapValues<K, V, U extends TupleHint>(this: RDD<readonly [K, V]>, f: (v: V) => Iterable<U>): RDD<[K, U]>;
  flatMapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => Iterable<U>): RDD<[K, U]>;
  flatMapValues<K, V, U>(this: RDD<readonly [K, V]>, f: (v: V) => Iterable<U>): RDD<[K, U]> {
    return step(this, "flatMapValues", [f], true);
  }

  keys<K, V>(this: RDD<readonly [K, V]>): RDD<K> {
    return step(this, "keys", []);
  }

  values<K, V>(this: RDD<readonly [K, V]>): RDD<V> {
    return step(this, "values", []);
  }

  /** For each key an array of its values. `reduceByKey` and `aggregateByKey` move less when a sum is what is wanted. */
  groupByKey<K, V>(this: RDD<readonly [K, V]>, partitions?: Partitions): RDD<[K, V[]]> {
    return combined(this, "groupByKey", "group", partitions);
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
    return combined(this, "reduceByKey", aggregator, partitions);
  }

  /** As `reduceByKey`, beginning with a copy of `zero` for each key of each partition: it must be neutral to `f`. */
  foldByKey<K, V extends AnyValue>(
    this: RDD<readonly [K, V]>,
    zero: V,
    f: (a: V, b: V) => V,
    partitions?: Partitions,
  ): RDD<[K, V]> {
    const aggregator = { create: { zero }, mergeValue: f, mergeCombiners: f, mapSideCombine: true };
    return combined(this, "foldByKey", aggregator, partitions);
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
    return combined(this, "aggregateByKey", aggregator, partitions);
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
    return combined(this, "combineByKey", aggregator, partitions);
  }

  /** The pairs, each where `partitioner` says. Nothing moves when they are there already. */
  partitionBy<K, V>(this: RDD<readonly [K, V]>, partitioner: Partitions): RDD<[K, V]> {
    if (partitioner === undefined) throw E.NUM_PARTITIONS("partitionBy", partitioner);
    const by = partitionerFor("partitionBy", this.sparkContext, [this.node], partitioner);
    if (samePartitioner(this.partitioner, by)) return this as unknown as RDD<[K, V]>;
    return shuffled(this, new ShuffledNode<K, V, V>(this.node, by));
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
    const given = args.length > 1 && !(args.at(-1) instanceof RDDHandle);
    const others = (given ? args.slice(0, -1) : args) as RDD<unknown>[];
    return cogrouped(this, "cogroup", others, given ? (args.at(-1) as Partitions | undefined) : undefined);
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
    return cogrouped(this, "groupWith", others, undefined);
  }

  /**
   * For each key that is in both, all pairs of a value of this one and a value of the other.
   *
   * @example
   * const names = sc.parallelize([[1, "Ann"], [2, "Bob"]]);
   * await names.join(sc.parallelize([[1, 30]])).collect(); // [[1, ["Ann", 30]]]
   */
  join<K, V, W>(this: RDD<readonly [K, V]>, other: RDD<readonly [K, W]>, partitions?: Partitions): RDD<[K, [V, W]]> {
    return joined(this, "join", other, partitions, rules.innerPairs<V, W>);
  }

  /** As `join`; a key that the other lacks has `undefined` there. */
  leftOuterJoin<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: Partitions,
  ): RDD<[K, [V, W | undefined]]> {
    return joined(this, "leftOuterJoin", other, partitions, rules.leftPairs<V, W>);
  }

  /** As `join`; a key that this one lacks has `undefined` here. */
  rightOuterJoin<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: Partitions,
  ): RDD<[K, [V | undefined, W]]> {
    return joined(this, "rightOuterJoin", other, partitions, rules.rightPairs<V, W>);
  }

  /** As `join`, for the keys of either; what is lacking is `undefined`. */
  fullOuterJoin<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: Partitions,
  ): RDD<[K, [V | undefined, W | undefined]]> {
    return joined(this, "fullOuterJoin", other, partitions, rules.fullPairs<V, W>);
  }

  /** The pairs whose key is not in the other. Default: partitioned as this RDD is. */
  subtractByKey<K, V, W>(
    this: RDD<readonly [K, V]>,
    other: RDD<readonly [K, W]>,
    partitions?: Partitions,
  ): RDD<[K, V]> {
    return subtracted(this, "subtractByKey", other, partitions ?? ownPartitioner(this));
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
    return perPartition(this, "sampleByKey", [withReplacement, entries, byText, seed], true);
  }

  // ---- actions -----------------------------------------------------------------------------------------------------

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
      // Where there are no partitions a key has no place.
      if (this.partitioner !== undefined && this.getNumPartitions() > 0) {
        partitions = [this.partitioner.getPartition(key)];
      }
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

  #combineLocally<K, C>(create: Function, mergeValue: Function, merge: (a: C, b: C) => C): Promise<Map<K, C>> {
    return run(this, { name: "combine", args: [create, mergeValue] }, (parts: CombinedPart<K, C>[]) =>
      combineParts(parts, merge),
    );
  }
}
