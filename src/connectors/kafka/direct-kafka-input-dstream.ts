import { randomUUID } from "node:crypto";
import { systemClock } from "../../core/clock/clock.js";
import { SparkError } from "../../core/errors/spark-error.js";
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
import { KafkaNode, KafkaRDD } from "./kafka-rdd.js";
import type { LocationStrategy } from "./location-strategies.js";
import { OffsetRange, offsetRanges } from "./offset-range.js";
import { latestBatch } from "./producer/mark.js";
import type { TransactionLog } from "./producer/transaction-log.js";
import { type RateLimits, rateLimits, recordsPerPartition } from "./rate-limit.js";
import { startOffsets } from "./start-offsets.js";
import { TopicIdentities } from "./topic-identities.js";
import { partitionKey, type TopicPartition, type TopicPartitionOffset } from "./topic-partition.js";

const log = getLogger("DirectKafkaInputDStream");

/** How often it is seen whether records were deleted that were not read yet, ms. */
const BEGINNINGS_MS = 1000;

/** Errors that may say that a topic was deleted. */
const GONE = new Set(["KAFKA_UNKNOWN_TOPIC", "KAFKA_UNKNOWN_PARTITION"]);

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
  /** The next offset of each partition, by `topic-partition`. */
  readonly #next = new Map<string, TopicPartitionOffset>();
  readonly #commits = new CommitQueue(offsets =>
    this.#withClient(client => client.commit(this.strategy.settings.groupId!, offsets)),
  );
  /** Ranges of batches that have not ended, by their time: what is committed when they have. */
  readonly #running = new Map<number, readonly OffsetRange[]>();
  readonly #rateController: RateController | undefined;
  readonly #limits: RateLimits;
  /** Records per second of all partitions that the last batch might take. */
  #rateLimit: number | undefined;
  /** Partitions whose log was found shorter than it was: told once each. */
  readonly #shortened = new Set<string>();
  /** Which topics its offsets belong to. */
  readonly #identities = new TopicIdentities();
  #partitionsReadAt = 0;
  /** When it was last seen where the partitions begin, monotonic ms. */
  #beginningsReadAt = Number.NEGATIVE_INFINITY;
  /** Whether partitions were left because their topics were deleted: they may come again. */
  #hasDropped = false;
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
      const partitions = await this.strategy.partitions(client);
      this.#partitionsReadAt = systemClock.monotonic();
      if (partitions.length === 0) log.warn(`${this.name}: ${this.strategy.description}: there are none yet`);
      const unknown = partitions.filter(p => !this.#next.has(partitionKey(p)));
      if (!this.#recovered) {
        this.#follow(
          await startOffsets(client, this.strategy as ConsumerStrategy<unknown, unknown>, unknown, this.#written()),
        );
      } else if (unknown.length > 0) {
        await this.#followNew(client, unknown);
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
    for (const r of offsets) this.#next.set(partitionKey(r), { ...r.topicPartition(), offset: r.untilOffset });
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
    return { run: this.#run, offsets: [...this.#next.values()], topicIds: this.#identities.save() };
  }

  override restorePosition(saved: unknown): void {
    const { run, offsets, topicIds } = saved as {
      run: string;
      offsets: TopicPartitionOffset[];
      topicIds?: Record<string, string>;
    };
    this.#identities.restore(topicIds ?? {});
    this.#recovered = true;
    this.#run = run;
    this.#follow(offsets);
  }

  override onBatchCompleted(time: Time, info: BatchInfo): void {
    if ((info.streamIdToInputInfo.get(this.id)?.numRecords ?? 0) > 0) this.#measured = true;
    // Perhaps because records were deleted: that is looked at before the next batch.
    if (info.failure !== undefined) this.#beginningsReadAt = Number.NEGATIVE_INFINITY;
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
   * @throws IllegalArgumentError without `group.id`, or when an output writes exactly once, which commits the offsets itself
   * @throws InputOutputError when Kafka cannot be reached for `default.api.timeout.ms`
   */
  async commitAsync(ranges: Iterable<OffsetRange>): Promise<void> {
    const { groupId } = this.strategy.settings;
    if (groupId === undefined) throw E.KAFKA_NO_GROUP();
    if (this.#transactions.size > 0) throw E.KAFKA_EXACTLY_ONCE(COMMITS_ITSELF);
    const ends: TopicPartitionOffset[] = [];
    // RDDs that were made of the stream's have none.
    const checked = offsetRanges("commitAsync's argument (rdd.offsetRanges of the stream's own RDD)", ranges);
    for (const { topic, partition, untilOffset } of checked) ends.push({ topic, partition, offset: untilOffset });
    await this.#commits.commit(ends);
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
      const position = this.#next.get(partitionKey({ topic, partition }))?.offset ?? offset;
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

  #follow(offsets: readonly TopicPartitionOffset[]): void {
    for (const o of offsets) this.#next.set(partitionKey(o), o);
  }

  /** The ranges of the next batch, in order of topic and partition, with where each partition ends now. */
  async #nextRanges(client: KafkaClient, time: Time): Promise<{ range: OffsetRange; latest: number }[]> {
    await this.#findNewPartitions(client);
    const ends = await this.#ends(client);
    const partitions = [...this.#next.values()].sort(
      (a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) || a.partition - b.partition,
    );
    const lags = partitions.map(({ topic, partition, offset }) => {
      const key = partitionKey({ topic, partition });
      const latest = ends.get(key)!;
      if (latest < offset) this.#tellShortened(client, { topic, partition, offset }, latest);
      return { topic, partition, offset, latest: Math.max(latest, offset), lag: Math.max(0, latest - offset) };
    });
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

  /** Where each partition ends now. What is gone, or whose records are, is told, and the stream goes on behind it. */
  async #ends(client: KafkaClient): Promise<Map<string, number>> {
    const { metadataMaxAgeMs } = this.strategy.settings;
    const looks = systemClock.monotonic() - this.#beginningsReadAt >= Math.min(BEGINNINGS_MS, metadataMaxAgeMs);
    if (!looks) {
      const ends = await this.#asking(client, () => client.latest([...this.#next.values()]));
      const latest = byPartition(ends);
      // Where a log ends before it was read to, it is another one, or a broker has just begun: a closer look tells.
      if ([...this.#next].every(([key, { offset }]) => offset <= latest.get(key)!)) return latest;
    }
    const [remade, ends, beginnings] = await this.#asking(client, async () => {
      const partitions = [...this.#next.values()];
      const topics = partitions.map(p => p.topic);
      // Before the offsets: those of a topic that is made anew meanwhile must not pass for the earlier one's.
      const ids = topics.length === 0 ? new Map<string, string>() : await this.#identities.remade(client, topics);
      return Promise.all([ids, client.latest(partitions), client.earliest(partitions)]);
    });
    const latest = byPartition(ends);
    for (const [topic, id] of remade) this.#beginAnew(client, topic, id, byPartition(beginnings), latest);
    for (const first of beginnings) this.#skipDeleted(client, first, latest.get(partitionKey(first))!);
    this.#beginningsReadAt = systemClock.monotonic();
    return latest;
  }

  /** Asks again without the topics that were deleted, where that is what has failed; each time there is one less. */
  async #asking<T>(client: KafkaClient, ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(isGone(error) && (await this.#dropDeleted(client)))) throw error;
      }
    }
  }

  /** The topic is another one of the same name, with as many partitions or more: its records are all new. */
  #beginAnew(
    client: KafkaClient,
    topic: string,
    id: string,
    beginnings: ReadonlyMap<string, number>,
    latest: ReadonlyMap<string, number>,
  ): void {
    const ours = [...this.#next.values()].filter(p => p.topic === topic);
    for (const p of ours) {
      const key = partitionKey(p);
      if (this.strategy.settings.offsetReset === "none") {
        throw E.KAFKA_OFFSET_OUT_OF_RANGE(topic, p.partition, p.offset, beginnings.get(key)!, latest.get(key)!);
      }
      this.#next.set(key, { ...p, offset: beginnings.get(key)! });
    }
    const list = ours.map(p => `${partitionKey(p)} at ${client.addressOf(p)} (read up to offset ${p.offset})`);
    log.warn(
      `${this.name}: a topic was deleted and made anew, and is read from its beginning: ${list.join(", ")}. What was written to the earlier one and not read is gone`,
    );
    this.#identities.accept(topic, id);
    // It may have more partitions.
    this.#partitionsReadAt = Number.NEGATIVE_INFINITY;
  }

  /** Partitions that were added to the topics, or whose topics were. They are read from their beginning on. */
  async #findNewPartitions(client: KafkaClient): Promise<void> {
    const now = systemClock.monotonic();
    if (!this.strategy.grows && !this.#hasDropped) return;
    if (now - this.#partitionsReadAt < this.strategy.settings.metadataMaxAgeMs) return;
    this.#partitionsReadAt = now;
    try {
      await this.#asking(client, async () => {
        const there = await this.strategy.partitions(client, true);
        await this.#followNew(
          client,
          there.filter(p => !this.#next.has(partitionKey(p))),
        );
      });
    } catch (error) {
      // A topic that nothing was read of yet was there and is gone again: the next look finds what there is.
      if (!isGone(error)) throw error;
    }
  }

  async #followNew(client: KafkaClient, partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return;
    this.#follow(await client.earliest(partitions));
    const names = partitions.map(p => `${partitionKey(p)} at ${client.addressOf(p)}`);
    log.warn(`${this.name}: new partitions are read from their beginning: ${names.join(", ")}`);
  }

  /** Leaves the partitions of topics that are gone; `false` when there are none. */
  async #dropDeleted(client: KafkaClient): Promise<boolean> {
    const names = new Set(await client.topicNames());
    const gone: TopicPartitionOffset[] = [];
    for (const topic of new Set([...this.#next.values()].map(p => p.topic))) {
      const ours = [...this.#next.values()].filter(p => p.topic === topic);
      const there = names.has(topic) ? await client.partitionsOf(topic).catch(noneWhereGone) : [];
      // With fewer partitions than it had it is another topic of the same name.
      if (ours.some(p => !there.includes(p.partition))) gone.push(...ours);
    }
    if (gone.length === 0) return false;
    const list = gone.map(p => `${partitionKey(p)} at ${client.addressOf(p)} (read up to offset ${p.offset})`);
    log.warn(
      `${this.name}: a topic was deleted, and its partitions are not read any more: ${list.join(", ")}. Should it be made anew, it is read from its beginning`,
    );
    this.#hasDropped = true;
    for (const p of gone) this.#next.delete(partitionKey(p));
    for (const topic of new Set(gone.map(p => p.topic))) {
      client.forget(topic);
      this.#identities.accept(topic);
    }
    return true;
  }

  /** Goes on behind records that were deleted before they were read. */
  #skipDeleted(client: KafkaClient, first: TopicPartitionOffset, latest: number): void {
    const { topic, partition, offset: beginning } = first;
    const key = partitionKey(first);
    const { offset } = this.#next.get(key)!;
    if (offset >= beginning) return;
    if (this.strategy.settings.offsetReset === "none") {
      throw E.KAFKA_OFFSET_OUT_OF_RANGE(topic, partition, offset, beginning, latest);
    }
    this.#next.set(key, first);
    log.warn(
      `${this.name}: offset ${offset} of ${key} at ${client.addressOf(first)} is out of range, the broker has ${beginning} to ${latest}: ${beginning - offset} records were deleted before they were read (retention.ms, retention.bytes). Going on at ${beginning}`,
    );
  }

  #tellShortened(client: KafkaClient, at: TopicPartitionOffset, latest: number): void {
    const key = partitionKey(at);
    if (this.#shortened.has(key)) return;
    this.#shortened.add(key);
    log.warn(
      `${this.name}: ${key} at ${client.addressOf(at)} ends at offset ${latest}, before ${at.offset} where this stream is: was the topic made anew, or did a broker lose records? Nothing is read of it until it has grown to there`,
    );
  }
}

function isGone(error: unknown): boolean {
  return error instanceof SparkError && GONE.has(error.code);
}

/** The partitions of a topic that went between two questions. */
function noneWhereGone(error: unknown): number[] {
  if (isGone(error)) return [];
  throw error;
}

function byPartition(offsets: readonly TopicPartitionOffset[]): Map<string, number> {
  return new Map(offsets.map(o => [partitionKey(o), o.offset]));
}

function describe(offsets: readonly OffsetRange[]): string {
  return offsets
    .filter(r => r.count() > 0)
    .map(r => `topic: ${r.topic}\tpartition: ${r.partition}\toffsets: ${r.fromOffset} to ${r.untilOffset}`)
    .join("\n");
}
