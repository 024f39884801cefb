import type { RDD } from "../../core/rdd/rdd.js";
import { InputDStream } from "../input-dstream.js";
import { markEmpty } from "../plan/known-empty.js";
import type { StreamingContext } from "../streaming-context.js";

/** RDDs from a queue that the user fills. Spark's `QueueInputDStream`. */
export class QueueInputDStream<T> extends InputDStream<T> {
  /** After `stopReceiving`: how many RDDs were there then and must still be processed. */
  #left = 0;
  /** What every batch gets that finds the queue empty: a day of those may have to be made up for. */
  #nothing: RDD<T> | undefined;

  /** @internal `ssc.queueStream(…)` makes it */
  constructor(
    ssc: StreamingContext,
    private readonly queue: RDD<T>[],
    private readonly oneAtATime: boolean,
    private readonly defaultRDD: RDD<T> | null | undefined,
  ) {
    super(ssc);
  }

  get kind(): string {
    return "Queue stream";
  }

  override compute(): RDD<T> {
    const sc = this.context.sparkContext;
    const taken = this.queue.splice(0, this.oneAtATime ? 1 : this.queue.length);
    this.#left -= taken.length;
    if (taken.length === 1) return taken[0]!;
    if (taken.length > 1) return sc.union(...taken);
    if (this.defaultRDD) return this.defaultRDD;
    this.#nothing ??= markEmpty(sc.emptyRDD<T>());
    return this.#nothing;
  }

  override stopReceiving(): void {
    this.#left = this.queue.length;
  }

  override hasPending(): boolean {
    return this.#left > 0;
  }
}
