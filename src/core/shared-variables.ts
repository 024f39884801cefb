import { AccumulatorV2 } from "./accumulator/accumulator-v2.js";
import { CollectionAccumulator } from "./accumulator/collection-accumulator.js";
import { DoubleAccumulator, LongAccumulator } from "./accumulator/long-accumulator.js";
import { Broadcast } from "./broadcast/broadcast.js";
import { E } from "./errors/engine-errors.js";
import { RDDHandle } from "./rdd/rdd-handle.js";
import { RDDSources } from "./rdd/rdd-sources.js";
import * as must from "./util/arguments.js";

/** What closures share: the part of {@link SparkContext} that makes broadcast values and accumulators. */
export abstract class SharedVariables extends RDDSources {
  /** A value that closures share; see {@link Broadcast}. */
  broadcast<T>(value: T): Broadcast<T> {
    this.assertUsable("broadcast");
    if (value instanceof RDDHandle) throw E.BROADCAST_RDD();
    return new Broadcast(value);
  }

  /** Adds up whole numbers; tasks add, the driver reads. */
  longAccumulator(name?: string): LongAccumulator {
    return this.#registered(new LongAccumulator(), name);
  }

  /** Adds up numbers with fractions. */
  doubleAccumulator(name?: string): DoubleAccumulator {
    return this.#registered(new DoubleAccumulator(), name);
  }

  /** Collects values into an array. */
  collectionAccumulator<T>(name?: string): CollectionAccumulator<T> {
    return this.#registered(new CollectionAccumulator<T>(), name);
  }

  /** Gives an accumulator of your own class a name. */
  register(accumulator: AccumulatorV2<never, unknown>, name?: string): void {
    if (!(accumulator instanceof AccumulatorV2)) {
      throw E.BAD_ARGUMENT("register", "the accumulator", accumulator, "of a class that extends AccumulatorV2");
    }
    this.#registered(accumulator, name);
  }

  #registered<A extends AccumulatorV2<never, unknown>>(accumulator: A, name: string | undefined): A {
    this.assertUsable("an accumulator");
    if (name !== undefined) must.beText("an accumulator", "name", name);
    accumulator.name = name;
    return accumulator;
  }
}
