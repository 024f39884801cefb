import type { RDD } from "../../core/rdd/rdd.js";
import type { Duration } from "../duration.js";
import { after, type MaybePromise } from "../maybe-promise.js";
import { isKnownEmpty } from "../plan/known-empty.js";
import type { Time } from "../time.js";
import { DStreamNode } from "./dstream-node.js";

/**
 * Each RDD of the parent made into one of its own by a function: the shape of `map`, `filter`, `flatMap`, `glom`,
 * `reduceByKey`, `repartition` … (Spark's `MappedDStream`, `FilteredDStream`, `ShuffledDStream` and their kin).
 */
export class PerBatchNode<T, U> extends DStreamNode<U> {
  readonly parents: readonly DStreamNode<unknown>[];

  constructor(
    readonly parent: DStreamNode<T>,
    readonly kind: string,
    private readonly functions: readonly Function[],
    private readonly derive: (rdd: RDD<T>) => RDD<U>,
    /** The same for an RDD that is known to have no elements, where that is less work. */
    private readonly deriveOfNothing: (rdd: RDD<T>) => RDD<U> = derive,
  ) {
    super(parent.graph);
    this.parents = [parent as DStreamNode<unknown>];
    this.register();
  }

  override get recipe(): readonly unknown[] {
    return this.functions;
  }

  get slideDuration(): Duration {
    return this.parent.slideDuration;
  }

  compute(time: Time): MaybePromise<RDD<U> | undefined> {
    return after(
      this.parent.getOrCompute(time),
      rdd => rdd && this.making(() => (isKnownEmpty(rdd) ? this.deriveOfNothing(rdd) : this.derive(rdd))),
    );
  }
}
