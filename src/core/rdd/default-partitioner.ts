import { E } from "../errors/engine-errors.js";
import type { PlanNode } from "../plan/plan-node.js";
import { HashPartitioner } from "../shuffle/hash-partitioner.js";
import { Partitioner } from "../shuffle/partitioner.js";
import type { SparkContext } from "../spark-context.js";

/** A whole number of at least 1, or an error that names the operation. */
export function partitionCount(operation: string, n: number): number {
  if (!Number.isInteger(n) || n < 1) throw E.NUM_PARTITIONS(operation, n);
  return n;
}

/**
 * The partitioner of an operation by key: the given one, a hash partitioner of so many partitions, or by default the largest
 * upstream partitioner where it is not too small, else a hash partitioner of `spark.default.parallelism` where that is set,
 * else of the largest upstream number of partitions, which may be none.
 *
 * Spark's name: `Partitioner.defaultPartitioner`.
 */
export function partitionerFor(
  operation: string,
  sc: SparkContext,
  nodes: readonly PlanNode<unknown>[],
  given: number | Partitioner | undefined,
): Partitioner {
  if (given instanceof Partitioner) return given;
  if (given !== undefined) return new HashPartitioner(partitionCount(operation, given));
  let largest: PlanNode<unknown> | undefined;
  let most = 0;
  for (const node of nodes) {
    most = Math.max(most, node.numPartitions);
    if (node.partitioner === undefined || node.partitioner.numPartitions === 0) continue;
    if (largest === undefined || node.numPartitions > largest.numPartitions) largest = node;
  }
  const wanted = sc.conf.contains("spark.default.parallelism") ? sc.defaultParallelism : most;
  if (largest !== undefined) {
    const n = largest.numPartitions;
    // As Spark: an existing partitioner is kept unless it has ten times fewer partitions than the largest input.
    if (Math.log10(most) - Math.log10(n) < 1 || wanted <= n) return largest.partitioner!;
  }
  return new HashPartitioner(wanted, 0);
}
