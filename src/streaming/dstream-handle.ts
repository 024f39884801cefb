import { inspect } from "node:util";
import type { RDD } from "../core/rdd/rdd.js";
import { StorageLevel } from "../core/storage/storage-level.js";
import * as must from "../core/util/arguments.js";
import type { DStreamNode } from "./dstream/dstream-node.js";
import { type Duration, positiveDuration } from "./duration.js";
import { E } from "./errors.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { StreamingContext } from "./streaming-context.js";
import { pointOf, type Time } from "./time.js";

/** What a stream is, and what is kept of it: the part of {@link DStream} that makes no other stream. */
export abstract class DStreamHandle<T> {
  /** The context it belongs to. */
  readonly context: StreamingContext;
  /** @internal the operator behind it */
  readonly node: DStreamNode<T>;

  /** @internal */
  constructor(context: StreamingContext, node: DStreamNode<T>) {
    this.context = context;
    this.node = node;
  }

  /** The time between two of its RDDs: the batch duration, unless a window slides by more. */
  get slideDuration(): Duration {
    return this.node.slideDuration;
  }

  /** The RDD of a time, made when it is first asked for; `undefined` when the stream has none then. */
  compute(time: Time): MaybePromise<RDD<T> | undefined> {
    pointOf(time);
    return this.node.getOrCompute(time);
  }

  /**
   * Names the operator, so that its state is found again after the program was changed. Without a name it is known by its
   * kind and its place among the operators of its kind. Returns the stream.
   *
   * @throws IllegalStateError when it has another name already
   * @example orders.updateStateByKey(sum).uid("totals")
   */
  uid(name: string): this {
    must.beText("uid", "name", name);
    const old = this.node.givenUid;
    if (old !== undefined && old !== name) throw E.UID_TAKEN_TWICE(old, name);
    this.node.graph.assertOpen("uid");
    this.node.givenUid = name;
    return this;
  }

  /** Persists each RDD with `level` (default `MEMORY_ONLY`) until no later batch needs it. Returns the stream. */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY): this {
    must.beStorageLevel("persist", level);
    this.node.graph.assertOpen("persist");
    this.node.persist(level);
    return this;
  }

  /** {@link persist} at the default level. */
  cache(): this {
    return this.persist();
  }

  /**
   * Cuts the lineage of its RDDs every `interval`, a multiple of its slide, by keeping what was computed. Streams with state
   * do so at every slide by themselves. The context needs a checkpoint directory. Returns the stream.
   */
  checkpoint(interval: Duration): this {
    this.node.graph.assertOpen("checkpoint");
    this.node.checkpointDuration = positiveDuration(interval, "The checkpoint interval");
    this.persist();
    return this;
  }

  /** The RDDs of every slide from `from` to `to`, both with; times off the slide are rounded down. After the start only. */
  async slice(from: Time, to: Time): Promise<RDD<T>[]> {
    for (const time of [from, to]) pointOf(time);
    return this.node.slice(from, to);
  }

  /** `DStream(map)`. */
  toString(): string {
    return `DStream(${this.node})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
