import type { Dependency } from "../plan/dependency.js";
import type { Partitioner } from "../shuffle/partitioner.js";
import type { RDD } from "./rdd.js";

/** How an RDD needs another one. Spark's name: `org.apache.spark.Dependency`. */
export interface RDDDependency {
  /** The parent. */
  readonly rdd: RDD<unknown>;
  /** Spark's class: `OneToOneDependency`, `RangeDependency`, `NarrowDependency` or `ShuffleDependency`. */
  readonly kind: string;
  /** Of a shuffle: how the parent's pairs are spread. */
  readonly partitioner?: Partitioner;
  readonly shuffleId?: number;
  /** Of a narrow one: the parent's partitions that partition `i` needs. */
  readonly getParents?: (i: number) => readonly number[];
}

/** What users see of a dependency of the plan. */
export function describeDependency(d: Dependency, rdd: RDD<unknown>): RDDDependency {
  if (d.wide) return { rdd, kind: "ShuffleDependency", partitioner: d.partitioner, shuffleId: d.shuffleId };
  return { rdd, kind: d.kind, getParents: d.getParents };
}
