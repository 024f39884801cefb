import path from "node:path";
import { systemClock } from "../../core/clock/clock.js";
import { turn } from "../../core/executor/time-slice.js";
import { locate } from "../../core/io/file-systems.js";
import { RDD } from "../../core/rdd/rdd.js";
import { fileNameOf } from "../checkpoint/file-name-of.js";
import { E } from "../errors.js";
import { InputDStream, NOT_KEPT } from "../input-dstream.js";
import type { BatchInfo, ReceiverInfo } from "../listener.js";
import type { MaybePromise } from "../maybe-promise.js";
import { markEmpty } from "../plan/known-empty.js";
import { type RateController, rateControllerFor } from "../rate/rate-controller.js";
import type { StreamingContext } from "../streaming-context.js";
import type { Time } from "../time.js";
import { BlockBuffer } from "./block-buffer.js";
import { approximateBytesOfAll } from "./byte-estimate.js";
import { LoggedBlocksNode } from "./logged-blocks-node.js";
import { RateLimiter } from "./rate-limiter.js";
import { ReceivedLog } from "./received-log.js";
import type { Receiver } from "./receiver.js";
import { ReceiverBlocksNode } from "./receiver-blocks-node.js";
import { ReceiverSupervisor } from "./receiver-supervisor.js";
import { WriteAheadLog } from "./write-ahead-log.js";

const WAL = "spark.streaming.receiver.writeAheadLog";

/** What is kept of a batch whose records are in the log. */
interface Logged {
  /** The numbers of the records that begin a block, and the one behind the last. */
  readonly log: readonly number[];
  /** Elements of the batch. */
  readonly records: number;
}

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
  /** The write-ahead log, where there is one, of this run or of an earlier one. */
  #log: ReceivedLog<T> | undefined;
  /** Whether what is received goes into the log. */
  #logs = false;
  /** The number of the first record of the log that no batch has taken. */
  #allocated = 0;
  /** The records of the log that belong to each batch. */
  readonly #ranges = new WeakMap<RDD<T>, Logged>();
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
      log: () => (this.#logs ? this.#log : undefined),
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
    const rdd = new RDD(this.context.sparkContext, new ReceiverBlocksNode(blocks));
    if (this.#logs) {
      // Each list of the buffer is a record of the log.
      const bounds = [this.#allocated];
      for (const block of blocks) bounds.push((this.#allocated += block.length));
      this.#ranges.set(rdd, { log: bounds, records });
    }
    return records === 0 ? markEmpty(rdd) : rdd;
  }

  override saveBatch(_time: Time, rdd: RDD<T>): unknown {
    // One that an earlier run has logged is in the log still.
    return this.#ranges.get(rdd) ?? (this.#logs ? undefined : NOT_KEPT);
  }

  override restoreBatch(time: Time, saved: unknown): RDD<T> {
    const { log, records } = saved as Logged;
    this.reportInfo(time, records);
    const rdd = new RDD(this.context.sparkContext, new LoggedBlocksNode(this.#log!, log));
    this.#ranges.set(rdd, { log, records });
    return rdd;
  }

  override savePosition(): unknown {
    return this.#logs ? { log: this.#allocated } : undefined;
  }

  /** What was in the log and in no batch is received again. */
  override async restorePosition(saved: unknown): Promise<void> {
    const { log } = saved as { readonly log: number };
    this.#allocated = log;
    for await (const elements of this.#log!.read(log)) this.#buffer.addAll(elements, approximateBytesOfAll(elements));
  }

  override async openLog(): Promise<boolean> {
    const { conf } = this.context.sparkContext;
    const { fs, path: root } = locate(this.context.graph.checkpointDir!);
    const directory = fs.qualify(path.posix.join(root, "receivedData", fileNameOf(this.node.uid)));
    const log = new WriteAheadLog(directory, {
      rollingInterval: conf.getTimeAsSeconds(`${WAL}.rollingIntervalSecs`) * 1000,
      maxFailures: conf.getInt(`${WAL}.maxFailures`),
      closeFileAfterWrite: conf.getBoolean(`${WAL}.closeFileAfterWrite`),
    });
    await log.open();
    this.#allocated = log.next;
    this.#log = new ReceivedLog(log, (elements, bytes) => this.#buffer.addAll(elements, bytes));
    this.#logs = conf.getBoolean(`${WAL}.enable`);
    return this.#logs;
  }

  override async pruneLog(before: number): Promise<void> {
    await this.#log?.log.prune(before);
  }

  override problems(): string[] {
    const enabled = this.context.sparkContext.conf.getBoolean(`${WAL}.enable`);
    if (!enabled || this.context.graph.checkpointDir !== undefined) return [];
    return [E.CHECKPOINT_DIR_NOT_SET(`the write-ahead log of ${this.name}`).message];
  }

  override start(): Promise<void> {
    return this.#supervisor.start();
  }

  override async stopReceiving(): Promise<void> {
    await this.#supervisor.stop(true);
    await this.#log?.idle();
  }

  override async stop(): Promise<void> {
    await this.#supervisor.stop(false);
    this.#supervisor.close();
    await this.#log?.idle();
    await this.#log?.log.close();
  }

  override hasPending(): MaybePromise<boolean> {
    // What is still taken of an iterable comes with the turns of the event loop.
    return this.#supervisor.isStoring ? turn().then(() => true) : this.#buffer.records > 0;
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
