import type { RDD } from "../../core/rdd/rdd.js";
import type { DStreamGraph } from "../dstream-graph.js";
import type { Duration } from "../duration.js";
import type { MaybePromise } from "../maybe-promise.js";
import { markEmpty } from "../plan/known-empty.js";
import type { Time } from "../time.js";
import { DStreamNode } from "./dstream-node.js";

/** What an input node asks: the stream that users and connectors subclass. */
interface Input<T> {
  readonly kind: string;
  readonly name: string;
  compute(time: Time): MaybePromise<RDD<T> | undefined>;
}

/** The operator behind an `InputDStream`: it slides by the batch and lets the stream itself make the RDDs. */
export class InputNode<T> extends DStreamNode<T> {
  readonly parents = [];
  input: Input<T> | undefined;
  /** The latest time that it was asked for, ms. */
  #askedUntil = Number.NEGATIVE_INFINITY;

  constructor(graph: DStreamGraph) {
    super(graph);
    this.register();
  }

  get kind(): string {
    return this.input?.kind ?? "input";
  }

  get slideDuration(): Duration {
    return this.graph.batchDuration;
  }

  override toString(): string {
    return this.givenUid ?? this.input?.name ?? "input";
  }

  /** A time before a restart of which nothing was kept: it had no elements, or they are lost. */
  protected override existsAt(): boolean {
    return true;
  }

  compute(time: Time): MaybePromise<RDD<T> | undefined> {
    if (!super.existsAt(time)) return this.making(() => markEmpty(this.graph.sparkContext.emptyRDD<T>()));
    // It failed, or had nothing, when it was its turn. What a source gave now came later, and belongs to a later batch.
    if (time.milliseconds <= this.#askedUntil) return undefined;
    this.#askedUntil = time.milliseconds;
    return this.making(() => this.input!.compute(time));
  }
}
