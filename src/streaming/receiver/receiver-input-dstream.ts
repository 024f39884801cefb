import { systemClock } from "../../core/clock/clock.js";
import { RDD } from "../../core/rdd/rdd.js";
import { InputDStream, NOT_KEPT } from "../input-dstream.js";
import type { BatchInfo, ReceiverInfo } from "../listener.js";
import { type RateController, rateControllerFor } from "../rate/rate-controller.js";
import type { StreamingContext } from "../streaming-context.js";
import type { Time } from "../time.js";
import { BlockBuffer } from "./block-buffer.js";
import { RateLimiter } from "./rate-limiter.js";
import type { Receiver } from "./receiver.js";
import { ReceiverBlocksNode } from "./receiver-blocks-node.js";
import { ReceiverSupervisor } from "./receiver-supervisor.js";

/**
 * The stream that a receiver feeds: a batch holds what was stored since the one before, a partition for each block
 * interval in which something came.
 *
 * Spark's name: `org.apache.spark.streaming.dstream.ReceiverInputDStream`.
 */
export class ReceiverInputDStream<T> extends InputDStream<T> {
  readonly #receiver: Receiver<T>;
  readonly #supervisor: ReceiverSupervisor<T>;
  readonly #buffer: BlockBuffer<T>;
  readonly #rateController: RateController | undefined;
  readonly #limiter: RateLimiter;
  /** Whether a batch with records has ended, so that back-pressure knows something. */
  #measured = false;
  /** Bytes of the batches that have not ended, by their time. */
  readonly #bytes = new Map<number, number>();

  /** @internal `ssc.receiverStream(receiver)` makes it */
  constructor(ssc: StreamingContext, receiver: Receiver<T>) {
    super(ssc);
    this.#receiver = receiver;
    const { conf } = ssc.sparkContext;
    const { clock, listenerBus, batchDuration } = ssc.graph;
    this.#buffer = new BlockBuffer(
      clock,
      conf.getTimeAsMs("spark.streaming.blockInterval"),
      conf.getSizeAsBytes("spark.tspark.streaming.receiver.maxPending"),
    );
    const maxRate = conf.getLong("spark.streaming.receiver.maxRate", 0);
    const limiter = new RateLimiter(systemClock, maxRate > 0 ? maxRate : undefined);
    this.#limiter = limiter;
    this.#rateController = rateControllerFor(conf, this.id, batchDuration, rate => limiter.setRate(rate));
    const initialRate = conf.getLong("spark.streaming.backpressure.initialRate", 0);
    if (this.#rateController !== undefined && initialRate > 0) limiter.setRate(initialRate);
    this.#supervisor = new ReceiverSupervisor(receiver, {
      streamId: this.id,
      buffer: this.#buffer,
      limiter,
      bus: listenerBus,
      clock,
      restartDelay: conf.getTimeAsMs("spark.streaming.receiverRestartDelay"),
    });
    receiver.attach(this.#supervisor);
  }

  get kind(): string {
    return `${this.#receiver?.name.replace(/Receiver$/, "") || "Receiver"} stream`;
  }

  /** How the receiver is. */
  get receiverInfo(): ReceiverInfo {
    return this.#supervisor.info;
  }

  override get rateController(): RateController | undefined {
    return this.#rateController;
  }

  override compute(time: Time): RDD<T> {
    const { blocks, records, bytes } = this.#buffer.take();
    this.#bytes.set(time.milliseconds, bytes);
    this.reportInfo(time, records);
    return new RDD(this.context.sparkContext, new ReceiverBlocksNode(blocks));
  }

  override saveBatch(): unknown {
    return NOT_KEPT;
  }

  override start(): Promise<void> {
    return this.#supervisor.start();
  }

  override stopReceiving(): Promise<void> {
    return this.#supervisor.stop(true);
  }

  override stop(): Promise<void> {
    return this.#supervisor.stop(false);
  }

  override hasPending(): boolean {
    return this.#buffer.records > 0;
  }

  override get rateLimit(): number | undefined {
    const { rate } = this.#limiter;
    return rate === Number.POSITIVE_INFINITY ? undefined : rate;
  }

  override onBatchCompleted(time: Time, info: BatchInfo): void {
    if (!this.#measured && (info.streamIdToInputInfo.get(this.id)?.numRecords ?? 0) > 0) {
      // The initial rate was a guess for the time until now.
      this.#measured = true;
      this.#limiter.setRate(this.#rateController?.latestRate);
    }
    this.#buffer.release(this.#bytes.get(time.milliseconds) ?? 0);
    this.#bytes.delete(time.milliseconds);
  }
}
