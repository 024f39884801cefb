import type { RDD } from "../../core/rdd/rdd.js";
import type { Duration } from "../duration.js";
import type { Time } from "../time.js";
import { DStreamNode } from "./dstream-node.js";
import { assertTogether } from "./same-slide.js";

/** The elements of all parents, partition after partition. Spark's `UnionDStream`. */
export class UnionNode<T> extends DStreamNode<T> {
  readonly kind = "union";
  readonly parents: readonly DStreamNode<T>[];

  constructor(parents: readonly DStreamNode<T>[]) {
    assertTogether("union", parents);
    super(parents[0]!.graph);
    this.parents = parents;
    this.register();
  }

  get slideDuration(): Duration {
    return this.parents[0]!.slideDuration;
  }

  async compute(time: Time): Promise<RDD<T> | undefined> {
    const rdds = await Promise.all(this.parents.map(parent => parent.getOrCompute(time)));
    const present = rdds.filter(rdd => rdd !== undefined);
    return present.length === 0 ? undefined : this.making(() => this.graph.sparkContext.union(...present));
  }
}
