import { RDD } from "../../core/rdd/rdd.js";
import type { Duration } from "../duration.js";
import { E } from "../errors.js";
import { after, all, given, type MaybePromise } from "../maybe-promise.js";
import type { Time } from "../time.js";
import { DStreamNode } from "./dstream-node.js";
import { assertTogether } from "./same-slide.js";

/** Any function of the parents' RDDs and the time, called in the driver for each batch. Spark's `TransformedDStream`. */
export class TransformNode<U> extends DStreamNode<U> {
  constructor(
    readonly parents: readonly DStreamNode<unknown>[],
    readonly kind: string,
    private readonly functions: readonly Function[],
    private readonly derive: (rdds: RDD<unknown>[], time: Time) => MaybePromise<RDD<U>>,
  ) {
    assertTogether(kind, parents);
    super(parents[0]!.graph);
    this.register();
  }

  override get recipe(): readonly unknown[] {
    return this.functions;
  }

  get slideDuration(): Duration {
    return this.parents[0]!.slideDuration;
  }

  compute(time: Time): MaybePromise<RDD<U>> {
    // Called by itself: as a method its frame in the user's stack would have our name.
    const { derive } = this;
    const made = after(all(this.parents.map(parent => parent.getOrCompute(time))), rdds =>
      given(
        derive(
          // A source that has nothing at this time stands for no elements: the function gets an RDD for each stream always.
          rdds.map(rdd => rdd ?? this.graph.sparkContext.emptyRDD<unknown>()),
          time,
        ),
      ),
    );
    return after(made, result => {
      if (!(result instanceof RDD)) throw E.TRANSFORM_WITHOUT_RDD(result, time.toString());
      return result;
    });
  }
}
