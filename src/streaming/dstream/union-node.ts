import type { RDD } from "../../core/rdd/rdd.js";
import { samePartitioner } from "../../core/shuffle/partitioner.js";
import type { SparkContext } from "../../core/spark-context.js";
import type { Duration } from "../duration.js";
import { after, all, type MaybePromise } from "../maybe-promise.js";
import { emptyLike, isKnownEmpty } from "../plan/known-empty.js";
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

  compute(time: Time): MaybePromise<RDD<T> | undefined> {
    return after(all(this.parents.map(parent => parent.getOrCompute(time))), rdds => {
      const present = rdds.filter(rdd => rdd !== undefined);
      return present.length === 0 ? undefined : this.making(() => unionOf(this.graph.sparkContext, present));
    });
  }
}

/** The union; those that are known to have no elements are left out where that leaves the partitions what they are. */
export function unionOf<T>(sc: SparkContext, rdds: readonly RDD<T>[]): RDD<T> {
  const alike = (list: readonly RDD<T>[]) => list.every(rdd => samePartitioner(rdd.partitioner, list[0]!.partitioner));
  const together = alike(rdds);
  if (rdds.every(isKnownEmpty)) {
    const sum = rdds.reduce((n, rdd) => n + rdd.getNumPartitions(), 0);
    return together && sum > 0 ? emptyLike(sc, rdds[0]!.getNumPartitions(), rdds[0]!.partitioner) : emptyLike(sc, sum);
  }
  const left = rdds.filter(rdd => !isKnownEmpty(rdd) || !(together || rdd.getNumPartitions() === 0));
  return sc.union(...(together || !alike(left) ? left : rdds));
}
