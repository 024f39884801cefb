import type { RDD } from "../core/rdd/rdd.js";
import { InputNode } from "./dstream/input-node.js";
import { DStream } from "./dstream.js";
import { E } from "./errors.js";
import type { BatchInfo, StreamInputInfo } from "./listener.js";
import type { MaybePromise } from "./maybe-promise.js";
import type { RateController } from "./rate/rate-controller.js";
import type { StreamingContext } from "./streaming-context.js";
import type { Time } from "./time.js";

/** What `saveBatch` returns where neither the source nor the checkpoint keeps the elements. */
export const NOT_KEPT: unique symbol = Symbol("not kept");

/**
 * A stream where data enters: subclass it for a source that decides by itself what belongs to a batch (files, offsets of
 * a broker). A source that is handed its data is a `Receiver` instead.
 *
 * Spark's name: `org.apache.spark.streaming.dstream.InputDStream`.
 *
 * @example
 * class Numbers extends InputDStream<number> {
 *   override get kind() {
 *     return "Numbers stream";
 *   }
 *   override compute(time: Time) {
 *     this.reportInfo(time, 1);
 *     return this.context.sparkContext.parallelize([time.milliseconds], 1);
 *   }
 * }
 * new Numbers(ssc).print();
 */
export abstract class InputDStream<T> extends DStream<T> {
  /** Place of the stream among the inputs of its context, from 0. */
  readonly id: number;

  constructor(ssc: StreamingContext) {
    const node = new InputNode<T>(ssc.graph);
    super(ssc, node);
    node.input = this;
    this.id = ssc.graph.addInput(this as InputDStream<unknown>);
  }

  /** What kind of source it is, e.g. `Socket stream`. Shown, with the id, on the streaming page. */
  abstract get kind(): string;

  /** `Socket stream [0]`. */
  get name(): string {
    return `${this.kind} [${this.id}]`;
  }

  /**
   * The RDD of a batch; `undefined` when there is none. Called once a batch, in order of time; the RDD must give the same
   * elements whenever it is computed, so what belongs to the batch is decided here. When it fails, the batch fails and has
   * nothing: windows and states that come later are made without it, and what was there then is for the next batch to take.
   */
  abstract override compute(time: Time): MaybePromise<RDD<T> | undefined>;

  /** Called by `ssc.start()`, which waits for it and fails with it. */
  start(): MaybePromise<void> {}

  /** Called first by a graceful stop: take no more data. What was received still goes into batches. */
  stopReceiving(): MaybePromise<void> {}

  /** Called when the context stops and no batch follows; also after a start that failed. */
  stop(): MaybePromise<void> {}

  /** Whether a graceful stop must run one more batch to process everything that was received. */
  hasPending(): MaybePromise<boolean> {
    return false;
  }

  /** Called when every job of a batch has ended, well or not (`info.failure`): the place to commit or to free. */
  onBatchCompleted(_time: Time, _info: BatchInfo): void {}

  // ---- what a restart needs: see `StreamingContext.getOrCreate`

  /**
   * What {@link restoreBatch} makes the RDD of a batch of after a restart, as JSON: offsets, paths. By default `undefined`:
   * the elements themselves are kept, which costs a job a batch. Called once a batch, after
   * {@link compute} and before the batch's jobs start.
   */
  saveBatch(_time: Time, _rdd: RDD<T>): unknown {
    return undefined;
  }

  /** The RDD of a batch from what {@link saveBatch} gave; the same elements. Called before {@link start}. */
  restoreBatch(_time: Time, _saved: unknown): MaybePromise<RDD<T>> {
    throw E.CANNOT_RESTORE_BATCH(this.name);
  }

  /** Where the source is after the batches so far, as JSON; `undefined` when it has no position. */
  savePosition(): unknown {
    return undefined;
  }

  /** Goes on from what {@link savePosition} gave. Called before {@link start}, and only after a restart. */
  restorePosition(_saved: unknown): MaybePromise<void> {}

  /** @internal Opens the log of what it receives, where it keeps one; whether it does. Before everything else. */
  openLog(): MaybePromise<boolean> {
    return false;
  }

  /** @internal No restart asks for the records of its log before this one any more. */
  pruneLog(_before: number): MaybePromise<void> {}

  /** @internal What is wrong with it before the start, in words. */
  problems(): string[] {
    return [];
  }

  /** Limits what a batch may hold, where back-pressure is on; ask for its `latestRate` in {@link compute}. */
  get rateController(): RateController | undefined {
    return undefined;
  }

  /** Records per second that it may deliver now, told to listeners with each batch; `undefined` while nothing limits. */
  get rateLimit(): number | undefined {
    return this.rateController?.latestRate;
  }

  /**
   * To be called by {@link compute}: how many records the batch has of this stream, and facts to show beside it.
   *
   * @param metadata facts by name, e.g. `{ offsets, lag }`
   * @param description the same as text, one fact a line
   */
  protected reportInfo(
    time: Time,
    numRecords: number,
    metadata: StreamInputInfo["metadata"] = {},
    description?: string,
  ): void {
    const { rateLimit } = this;
    this.context.graph.inputInfo.report(time, {
      inputStreamId: this.id,
      name: this.name,
      numRecords,
      metadata,
      ...(rateLimit === undefined ? {} : { rateLimit }),
      ...(description === undefined ? {} : { metadataDescription: description }),
    });
  }
}
