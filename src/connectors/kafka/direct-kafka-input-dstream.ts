import { randomUUID } from "node:crypto";
import { getLogger } from "../../core/log/logger.js";
import type { RDD } from "../../core/rdd/rdd.js";
import { withCallSite } from "../../core/util/call-site.js";
import type { DStream } from "../../streaming/dstream.js";
import { InputDStream } from "../../streaming/input-dstream.js";
import type { BatchInfo } from "../../streaming/listener.js";
import type { MaybePromise } from "../../streaming/maybe-promise.js";
import { type RateController, rateControllerFor } from "../../streaming/rate/rate-controller.js";
import type { StreamingContext } from "../../streaming/streaming-context.js";
import type { Time } from "../../streaming/time.js";
import { withClient } from "./client/client-pool.js";
import type { KafkaClient } from "./client/kafka-client.js";
import { CommitQueue } from "./commit-queue.js";
import type { ConsumerRecord } from "./consumer-record.js";
import type { ConsumerStrategy } from "./consumer-strategies.js";
import { E } from "./errors.js";
import { FollowedPartitions, type SavedPositions } from "./followed-partitions.js";
import { KafkaNode, KafkaRDD } from "./kafka-rdd.js";
import type { LocationStrategy } from "./location-strategies.js";
import { OffsetRange, offsetRanges } from "./offset-range.js";
import { latestBatch } from "./producer/mark.js";
import type { TransactionLog } from "./producer/transaction-log.js";
import { type RateLimits, rateLimits, recordsPerPartition } from "./rate-limit.js";
import { startOffsets } from "./start-offsets.js";
import { partitionKey, type TopicPartitionOffset } from "./topic-partition.js";

const log = getLogger("DirectKafkaInputDStream");

/** Why nobody else commits where an output writes exactly once. */
export const COMMITS_ITSELF =
  "commits offsets together with the results: leave out commitAsync, and enable.auto.commit from kafkaParams";

/**
 * A stream of Kafka's records without receiver: each batch is decided in the driver as one range of offsets a partition,
 * `[from, until)`, and read by the batch's own tasks. A batch that is run again reads the same offsets.
 *
 * Offsets are committed to Kafka when {@link commitAsync} is called, not before.
 *
 * Spark's name: `DirectKafkaInputDStream`, with `CanCommitOffsets`.
 *
 * @example
 * // needs: kafka
 * stream.foreachRDD(async rdd => {
 *   console.log(await rdd.map(r => r.value).collect());
 *   await stream.commitAsync(rdd.offsetRanges);
 * });
 */
export class DirectKafkaInputDStream<K = string, V = string> extends InputDStream<ConsumerRecord<K, V>> {
  readonly #partitions: FollowedPartitions;
  readonly #commits = new CommitQueue(offsets =>
    this.#withClient(client => client.commit(this.strategy.settings.groupId!, offsets)),
  );
  /** Ranges of batches that have not ended, by their time: what is committed when they have. */
  readonly #running = new Map<number, readonly OffsetRange[]>();
  readonly #rateController: RateController | undefined;
  readonly #limits: RateLimits;
  /** Records per second of all partitions that the last batch might take. */
  #rateLimit: number | undefined;
  /** The latest time that needs no records: before the stream began, or decided already. ms */
  #decidedUntil = Number.NEGATIVE_INFINITY;
  /** The decision about one batch waits for the one before: both begin where the other ends. */
  #deciding: Promise<unknown> = Promise.resolve();
  /** Whether the offsets come from a checkpoint. */
  #recovered = false;
  /** Names this run of the stream, see `Mark`: the checkpoint keeps it. */
  #run: string = randomUUID();
  /** Where outputs write exactly once: they commit the offsets. */
  readonly #transactions = new Set<TransactionLog>();
  /** Whether a batch with records has ended, so that back-pressure knows something. */
  #measured = false;

  /** @internal made by `KafkaUtils.createDirectStream` */
  constructor(
    ssc: StreamingContext,
    /** Where consumers were asked to be placed. */
    readonly locationStrategy: LocationStrategy,
    private readonly strategy: ConsumerStrategy<K, V>,
  ) {
    super(ssc);
    this.#partitions = new FollowedPartitions(this.name, strategy as ConsumerStrategy<unknown, unknown>);
    const { conf } = ssc.sparkContext;
    this.#limits = rateLimits(conf);
    this.#rateController = rateControllerFor(conf, this.id, ssc.batchDuration);
  }

  get kind(): string {
    return "Kafka direct stream";
  }

  override get rateController(): RateController | undefined {
    return this.#rateController;
  }

  override get rateLimit(): number | undefined {
    return this.#rateLimit;
  }

  override async start(): Promise<void> {
    for (const log of this.#transactions) await this.#openLog(log);
    await this.#withClient(async client => {
      const unknown = await this.#partitions.unknown(client);
      if (this.#recovered) await this.#partitions.followNew(client, unknown);
      else {
        const strategy = this.strategy as ConsumerStrategy<unknown, unknown>;
        this.#partitions.follow(await startOffsets(client, strategy, unknown, this.#written()));
      }
    });
    // A window may ask for times before the first batch: nothing belongs to them, or it would be in no batch of its own.
    // After a restart such batches come from the checkpoint, and those that were missed meanwhile are still to be decided.
    if (!this.#recovered) this.#decidedUntil = this.context.graph.clock.now();
  }

  override compute(time: Time): Promise<KafkaRDD<K, V>> {
    const decided = this.#deciding.then(() => this.#decide(time));
    this.#deciding = decided.catch(() => {});
    return decided;
  }

  /** Says what belongs to the batch of `time`. */
  async #decide(time: Time): Promise<KafkaRDD<K, V>> {
    const late = time.milliseconds <= this.#decidedUntil;
    const ranges = late ? [] : await this.#withClient(client => this.#nextRanges(client, time));
    if (!late) this.#decidedUntil = time.milliseconds;
    const rdd = this.#read(ranges.map(r => r.range));
    const records = ranges.reduce((sum, { range }) => sum + range.count(), 0);
    const offsets = rdd.offsetRanges;
    const lag = ranges.map(({ range, latest }) => ({ ...range.topicPartition(), lag: latest - range.untilOffset }));
    this.reportInfo(time, records, { offsets, lag }, describe(offsets));
    this.#running.set(time.milliseconds, offsets);
    this.#partitions.follow(offsets.map(r => ({ ...r.topicPartition(), offset: r.untilOffset })));
    return rdd;
  }

  #read(ranges: readonly OffsetRange[]): KafkaRDD<K, V> {
    const { sparkContext } = this.context;
    // Made after waiting for the brokers: no code of the user's is on the stack.
    return withCallSite(
      this.node.callSite,
      () => new KafkaRDD(sparkContext, KafkaNode.reading(ranges, this.strategy.settings, true)),
    );
  }

  /** The offset ranges: `[topic, partition, from, until]` each. */
  override saveBatch(_time: Time, rdd: RDD<ConsumerRecord<K, V>>): unknown {
    const ranges = (rdd as KafkaRDD<K, V>).offsetRanges;
    return ranges.map(r => [r.topic, r.partition, r.fromOffset, r.untilOffset]);
  }

  override restoreBatch(time: Time, saved: unknown): KafkaRDD<K, V> {
    const offsets = (saved as [string, number, number, number][]).map(r => new OffsetRange(...r));
    const records = offsets.reduce((sum, range) => sum + range.count(), 0);
    this.reportInfo(time, records, { offsets }, describe(offsets));
    this.#running.set(time.milliseconds, offsets);
    return this.#read(offsets);
  }

  override savePosition(): unknown {
    return { run: this.#run, ...this.#partitions.save() };
  }

  override restorePosition(saved: unknown): void {
    const { run, ...positions } = saved as { run: string } & SavedPositions;
    this.#recovered = true;
    this.#run = run;
    this.#partitions.restore(positions);
  }

  override onBatchCompleted(time: Time, info: BatchInfo): void {
    if ((info.streamIdToInputInfo.get(this.id)?.numRecords ?? 0) > 0) this.#measured = true;
    if (info.failure !== undefined) this.#partitions.lookCloser();
    const ranges = this.#running.get(time.milliseconds);
    this.#running.delete(time.milliseconds);
    const { autoCommit, groupId } = this.strategy.settings;
    if (ranges === undefined || info.failure !== undefined || !autoCommit || groupId === undefined) return;
    this.commitAsync(ranges).catch(error => log.warn(`${this.name}: offsets were not committed`, error));
  }

  /**
   * Commits the ends of these ranges for the `group.id`: where the group begins when it is started again. Call it when the
   * batch's results are safe. Resolves when Kafka has them. Commits follow one another in the order they were asked for; those
   * that have to wait go together.
   *
   * @throws IllegalArgumentError without `group.id`, when an output writes exactly once, which commits the offsets itself, or
   *   for what are no ranges
   * @throws InputOutputError when Kafka cannot be reached for `default.api.timeout.ms`
   */
  async commitAsync(ranges: Iterable<OffsetRange>): Promise<void> {
    const { groupId } = this.strategy.settings;
    if (groupId === undefined) throw E.KAFKA_NO_GROUP();
    if (this.#transactions.size > 0) throw E.KAFKA_EXACTLY_ONCE(COMMITS_ITSELF);
    // RDDs that were made of the stream's have none.
    const checked = offsetRanges("commitAsync's argument (rdd.offsetRanges of the stream's own RDD)", ranges);
    await this.#commits.commit(checked.map(r => ({ ...r.topicPartition(), offset: r.untilOffset })));
  }

  // ---- outputs that write exactly once, see `KafkaUtils.save`

  /** @internal its offsets are committed with the transactions of `log` */
  commitsWith(log: TransactionLog): void {
    this.#transactions.add(log);
  }

  /** @internal the run of the stream that batches belong to, as the checkpoint knows it */
  get run(): string {
    return this.#run;
  }

  /** @internal the group its offsets belong to, and whether it commits them by itself */
  get group(): { readonly id: string | undefined; readonly commitsItself: boolean } {
    return { id: this.strategy.settings.groupId, commitsItself: this.strategy.settings.autoCommit };
  }

  /** @internal the ranges of a batch that has not ended */
  rangesOf(time: Time): readonly OffsetRange[] {
    return this.#running.get(time.milliseconds) ?? [];
  }

  /** Shuts out earlier programs, and sees whether what they have written fits to the checkpoint this one goes on from. */
  async #openLog(log: TransactionLog): Promise<void> {
    await log.open();
    if (!this.#recovered || log.mark === undefined || log.mark.run === this.#run) return;
    for (const { topic, partition, offset } of log.committed) {
      const position = this.#partitions.positionOf({ topic, partition }) ?? offset;
      if (offset > position) throw E.KAFKA_COMMITTED_ELSEWHERE(log.groupId, topic, partition, offset, position);
    }
  }

  /** What transactions have committed; `undefined` where no output writes exactly once. */
  #written(): TopicPartitionOffset[] | undefined {
    const [log] = this.#transactions;
    return log?.committed.slice();
  }

  /**
   * Where a batch ended that was written before a restart and is unknown to the checkpoint, since the newest one was
   * damaged: the batch must have the same records again.
   */
  #endsOfWritten(time: Time): Map<string, number> | undefined {
    for (const { mark, committed } of this.#transactions) {
      if (mark?.run !== this.#run || latestBatch(mark) < time.milliseconds) continue;
      return new Map(committed.map(o => [partitionKey(o), o.offset]));
    }
    return undefined;
  }

  // What the RDDs of this stream are, beyond what those of any stream are.

  override foreachRDD(f: (rdd: KafkaRDD<K, V>, time: Time) => unknown): void {
    super.foreachRDD(f as (rdd: RDD<ConsumerRecord<K, V>>, time: Time) => unknown);
  }

  override transform<U>(f: (rdd: KafkaRDD<K, V>, time: Time) => MaybePromise<RDD<U>>): DStream<U> {
    return super.transform(f as (rdd: RDD<ConsumerRecord<K, V>>, time: Time) => MaybePromise<RDD<U>>);
  }

  /** `Kafka direct stream [0] of Subscribe(topics orders at 127.0.0.1:9092)`. */
  override toString(): string {
    return `${this.name} of ${this.strategy}`;
  }

  #withClient<T>(use: (client: KafkaClient) => Promise<T>): Promise<T> {
    return withClient(this.strategy.settings, use);
  }

  /** The ranges of the next batch, in order of topic and partition, with where each partition ends now. */
  async #nextRanges(client: KafkaClient, time: Time): Promise<{ range: OffsetRange; latest: number }[]> {
    const lags = await this.#partitions.lags(client);
    const rate = this.#rateController && (this.#rateController.latestRate ?? this.#initialRate());
    const seconds = this.context.batchDuration.milliseconds / 1000;
    const { maxPerPartition } = this.#limits;
    const most = recordsPerPartition(lags, this.#limits, rate, seconds);
    const limit = Math.min(
      rate ?? Number.POSITIVE_INFINITY,
      maxPerPartition > 0 ? maxPerPartition * lags.length : Number.POSITIVE_INFINITY,
    );
    this.#rateLimit = Number.isFinite(limit) ? limit : undefined;
    const written = this.#endsOfWritten(time);
    return lags.map(({ topic, partition, offset, latest, lag }) => {
      const key = partitionKey({ topic, partition });
      const count = written ? Math.max(0, (written.get(key) ?? offset) - offset) : Math.min(lag, most?.get(key) ?? lag);
      return { range: new OffsetRange(topic, partition, offset, offset + count), latest };
    });
  }

  /** The configured rate for the time before the first batch with records has been measured. */
  #initialRate(): number | undefined {
    const { initial } = this.#limits;
    return this.#measured ? undefined : initial;
  }
}

function describe(offsets: readonly OffsetRange[]): string {
  return offsets
    .filter(r => r.count() > 0)
    .map(r => `topic: ${r.topic}\tpartition: ${r.partition}\toffsets: ${r.fromOffset} to ${r.untilOffset}`)
    .join("\n");
}
