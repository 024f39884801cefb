import type { RDD } from "../core/rdd/rdd.js";
import { HashPartitioner } from "../core/shuffle/hash-partitioner.js";
import { Partitioner } from "../core/shuffle/partitioner.js";
import type { DStreamNode } from "./dstream/dstream-node.js";
import { PerBatchNode } from "./dstream/per-batch-node.js";
import { TransformNode } from "./dstream/transform-node.js";
import { WindowNode } from "./dstream/window-node.js";
import type { DStream, Partitioning } from "./dstream.js";
import { DStreamHandle } from "./dstream-handle.js";
import type { Duration } from "./duration.js";
import { E } from "./errors.js";
import type { MaybePromise } from "./maybe-promise.js";
import { emptyLike } from "./plan/known-empty.js";
import type { Time } from "./time.js";

// How operations make one stream of others.

/** Each batch's RDD as `derive` makes it, and as `ofNothing` does where the RDD is known to be empty. */
export function perBatch<T, U>(
  { context, node }: DStreamHandle<T>,
  kind: string,
  functions: readonly Function[],
  derive: (rdd: RDD<T>) => RDD<U>,
  ofNothing?: (rdd: RDD<T>) => RDD<U>,
): DStream<U> {
  return context.streamOf(new PerBatchNode(node, kind, functions, derive, ofNothing));
}

/** What `derive` makes, in the driver, of the RDDs of this stream and others. */
export function transformed<U>(
  stream: DStreamHandle<unknown>,
  kind: string,
  functions: readonly Function[],
  others: readonly DStreamHandle<unknown>[],
  derive: (rdds: RDD<unknown>[], time: Time) => MaybePromise<RDD<U>>,
): DStream<U> {
  const nodes = [stream, ...others].map(s => nodeOf(kind, s));
  return stream.context.streamOf(new TransformNode(nodes, kind, functions, derive));
}

/** What `combine` makes of the RDDs of two streams of pairs. */
export function pairedWith<T, W, U>(
  stream: DStreamHandle<T>,
  other: DStreamHandle<W>,
  kind: string,
  partitions: Partitioning | undefined,
  combine: (a: RDD<T>, b: RDD<W>, partitioner: Partitioner) => RDD<U>,
): DStream<U> {
  const partitioner = partitionerOf(stream, partitions);
  return transformed(stream, kind, [], [other], rdds => combine(rdds[0] as RDD<T>, rdds[1] as RDD<W>, partitioner));
}

/** The stream's `window`, of what was reduced. */
export function windowOfFew<T>({ context, node }: DStreamHandle<T>, window: Duration, slide: Duration): DStream<T> {
  return context.streamOf(new WindowNode(node, window, slide, true));
}

export function partitionerOf({ context }: DStreamHandle<unknown>, partitions: Partitioning | undefined): Partitioner {
  if (partitions instanceof Partitioner) return partitions;
  return new HashPartitioner(partitions ?? context.sparkContext.defaultParallelism);
}

/** The operator behind what should be a stream. */
export function nodeOf<T>(operation: string, stream: DStreamHandle<T>): DStreamNode<T> {
  if (!(stream instanceof DStreamHandle)) throw E.NOT_A_STREAM(operation, stream);
  return stream.node;
}

export function beFunction(operation: string, f: unknown): void {
  if (typeof f !== "function") throw E.NOT_A_FUNCTION(operation, f);
}

// What operations make of an RDD that is known to be empty.

/** Nothing stays nothing, in as many partitions, whatever would be made of elements; keys may have changed. */
export function nothing<U>(rdd: RDD<unknown>): RDD<U> {
  return rdd.partitioner === undefined ? (rdd as RDD<U>) : emptyLike(rdd.sparkContext, rdd.getNumPartitions());
}

/** The same where keys stay what they are. */
export function spreadNothing<U>(rdd: RDD<unknown>): RDD<U> {
  return rdd as RDD<U>;
}

/** What a shuffle makes of nothing. */
export function shuffled<U>(partitioner: Partitioner): (rdd: RDD<unknown>) => RDD<U> {
  return rdd => emptyLike(rdd.sparkContext, partitioner.numPartitions, partitioner);
}
