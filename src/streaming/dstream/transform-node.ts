import { RDD } from "../../core/rdd/rdd.js";
import type { Duration } from "../duration.js";
import { E } from "../errors.js";
import type { Time } from "../time.js";
import { DStreamNode, type MaybePromise } from "./dstream-node.js";
import { assertTogether } from "./same-slide.js";

/** Any function of the parents' RDDs and the time, called in the driver for each batch. Spark's `TransformedDStream`. */
export class TransformNode<U> extends DStreamNode<U> {
  constructor(
    readonly parents: readonly DStreamNode<unknown>[],
    readonly kind: string,
    private readonly derive: (rdds: RDD<unknown>[], time: Time) => MaybePromise<RDD<U>>,
  ) {
    assertTogether(kind, parents);
    super(parents[0]!.graph);
    this.register();
  }

  get slideDuration(): Duration {
    return this.parents[0]!.slideDuration;
  }

  async compute(time: Time): Promise<RDD<U>> {
    const rdds = await Promise.all(this.parents.map(parent => parent.getOrCompute(time)));
    // A source that has nothing at this time stands for no elements: the function gets an RDD for each stream always.
    const result = await this.derive(
      rdds.map(rdd => rdd ?? this.graph.sparkContext.emptyRDD<unknown>()),
      time,
    );
    if (!(result instanceof RDD)) throw E.TRANSFORM_WITHOUT_RDD(result, time.toString());
    return result;
  }
}
