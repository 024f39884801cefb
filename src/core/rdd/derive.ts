import { E } from "../errors/engine-errors.js";
import type { PartitionFunctionName } from "../pipeline/partition-functions.js";
import type { StepName } from "../pipeline/steps.js";
import { PartitionFunctionNode } from "../plan/nodes/partition-function-node.js";
import { StepNode } from "../plan/nodes/step-node.js";
import * as must from "../util/arguments.js";
import type { RDD } from "./rdd.js";
import { RDDHandle } from "./rdd-handle.js";

// How operations make one RDD of another.

/** Each element through one step of a pipeline, which is fused with its neighbours. */
export function step<U>(
  rdd: RDDHandle<unknown>,
  name: StepName,
  closures: readonly Function[],
  preservesPartitioning = false,
): RDD<U> {
  for (const f of closures) must.beFunction(name, f);
  return rdd.sparkContext.rddOf(new StepNode<unknown, U>(rdd.node, name, closures, preservesPartitioning));
}

/** Each partition through one of the engine's functions of a partition. */
export function perPartition<U>(
  rdd: RDDHandle<unknown>,
  name: PartitionFunctionName,
  args: readonly unknown[],
  preservesPartitioning = false,
): RDD<U> {
  if (name.startsWith("mapPartitions")) must.beFunction(name, args[0]);
  return rdd.sparkContext.rddOf(new PartitionFunctionNode<unknown, U>(rdd.node, name, args, preservesPartitioning));
}

/** Refuses as partners of `rdd` what is no RDD, and RDDs of another context. */
export function inSameContext(rdd: RDDHandle<unknown>, operation: string, others: readonly RDDHandle<unknown>[]): void {
  for (const o of others) {
    if (!(o instanceof RDDHandle)) throw E.BAD_ARGUMENT(operation, "the other", o, "an RDD");
    if (o.sparkContext !== rdd.sparkContext) throw E.OTHER_CONTEXT(operation);
  }
}

/** The same for the operations that take several: three at most. */
export function upToThree(rdd: RDDHandle<unknown>, operation: string, others: readonly RDDHandle<unknown>[]): void {
  if (others.length < 1 || others.length > 3) {
    throw E.BAD_ARGUMENT(operation, "the number of others", others.length, "1 to 3");
  }
  inSameContext(rdd, operation, others);
}
