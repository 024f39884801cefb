import { partitionCount } from "../../core/rdd/default-partitioner.js";
import type { RDD } from "../../core/rdd/rdd.js";
import type { TupleHint } from "../../core/rdd/tuple-hint.js";
import type { Partitioner } from "../../core/shuffle/partitioner.js";
import * as must from "../../core/util/arguments.js";
import { type Duration, positiveDuration } from "../duration.js";
import { E } from "../errors.js";
import type { Time } from "../time.js";
import type { State } from "./state.js";

/** The function of `mapWithState`; `value` is `undefined` when the key times out, a returned `undefined` emits nothing. */
export type MappingFunction<K, V, S, M> = (key: K, value: V | undefined, state: State<S>) => M | undefined;

/** The same with the time of the batch first. */
export type TimedMappingFunction<K, V, S, M> = (
  time: Time,
  key: K,
  value: V | undefined,
  state: State<S>,
) => M | undefined;

/**
 * What `mapWithState` does: a function, and how the states are kept. Each method returns the specification.
 *
 * Spark's name: `org.apache.spark.streaming.StateSpec`.
 *
 * @example
 * StateSpec.function((user: string, event: string | undefined, state: State<number>) => {
 *   if (state.isTimingOut()) return [user, state.get()] as [string, number];
 *   state.update((state.getOption() ?? 0) + 1);
 *   return undefined;
 * }).timeout(Minutes(30));
 */
export class StateSpec<K, V, S, M> {
  /** @internal */
  initial: RDD<[K, S]> | undefined;
  /** @internal */
  idle: Duration | undefined;
  /** @internal */
  partitions: number | Partitioner | undefined;

  private constructor(
    /** @internal */
    readonly mapping: MappingFunction<K, V, S, M> | TimedMappingFunction<K, V, S, M>,
    /** @internal whether `mapping` takes the time first */
    readonly timed: boolean,
  ) {}

  /** Takes `(key, value, state)`, or `(time, key, value, state)` where the function has four parameters. */
  static function<K, V, S, M extends TupleHint>(f: MappingFunction<K, V, S, M>): StateSpec<K, V, S, M>;
  static function<K, V, S, M>(f: MappingFunction<K, V, S, M>): StateSpec<K, V, S, M>;
  static function<K, V, S, M extends TupleHint>(f: TimedMappingFunction<K, V, S, M>): StateSpec<K, V, S, M>;
  static function<K, V, S, M>(f: TimedMappingFunction<K, V, S, M>): StateSpec<K, V, S, M>;
  static function<K, V, S, M>(f: Function): StateSpec<K, V, S, M> {
    if (typeof f !== "function") throw E.NOT_A_FUNCTION("StateSpec.function", f);
    return new StateSpec<K, V, S, M>(f as MappingFunction<K, V, S, M>, f.length === 4);
  }

  /** States to begin with. */
  initialState(rdd: RDD<[K, S]>): this {
    must.beRDD("StateSpec.initialState", "its argument", rdd);
    this.initial = rdd;
    return this;
  }

  /**
   * Removes a key that had no data for longer than `duration`: the function is called a last time, with no value, and
   * `state.isTimingOut()`.
   */
  timeout(duration: Duration): this {
    this.idle = positiveDuration(duration, "The timeout of a StateSpec");
    return this;
  }

  /** How many partitions the states are spread over. */
  numPartitions(n: number): this {
    this.partitions = partitionCount("StateSpec.numPartitions", n);
    return this;
  }

  /** How the states are spread. */
  partitioner(partitioner: Partitioner): this {
    must.bePartitioner("StateSpec.partitioner", partitioner);
    this.partitions = partitioner;
    return this;
  }
}
