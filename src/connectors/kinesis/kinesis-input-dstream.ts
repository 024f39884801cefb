import { getLogger } from "../../core/log/logger.js";
import { BlocksNode } from "../../core/plan/nodes/blocks-node.js";
import { RDD } from "../../core/rdd/rdd.js";
import { withCallSite } from "../../core/util/call-site.js";
import type { DStreamGraph } from "../../streaming/dstream-graph.js";
import { InputDStream } from "../../streaming/input-dstream.js";
import type { BatchInfo } from "../../streaming/listener.js";
import { markEmpty } from "../../streaming/plan/known-empty.js";
import { type RateController, rateControllerFor } from "../../streaming/rate/rate-controller.js";
import type { StreamingContext } from "../../streaming/streaming-context.js";
import type { Time } from "../../streaming/time.js";
import { KinesisClient } from "./client/kinesis-client.js";
import { type Patience, patienceOf } from "./client/patience.js";
import type { KinesisInitialPosition } from "./kinesis-initial-positions.js";
import { type BuilderEntry, builderEntry } from "./kinesis-input-dstream-builder.js";
import { KinesisRangesNode } from "./kinesis-ranges-node.js";
import type { KinesisRecord } from "./kinesis-record.js";
import { readRange } from "./read-range.js";
import { rangeOf, type SavedRange, type SequenceRange, savedRange } from "./sequence-range.js";
import { isSameService, type KinesisSettings } from "./settings.js";
import { FollowedShards, type SavedShard } from "./shards/followed-shards.js";
import { Pace } from "./shards/pace.js";
import { followAgain, followFrom } from "./start-positions.js";

const log = getLogger("KinesisInputDStream");

/** What a stream is built of. */
export interface KinesisStreamSetup<T> {
  readonly settings: KinesisSettings;
  readonly initialPosition: KinesisInitialPosition;
  readonly checkpointAppName: string;
  /** Makes an element of a record; `undefined` for the bytes. */
  readonly messageHandler: ((record: KinesisRecord) => T) | undefined;
}

/** What a checkpoint has of a stream. */
interface SavedPosition {
  readonly stream: string;
  readonly region: string;
  readonly endpoint: string;
  readonly shards: readonly SavedShard[];
}

/** The streams of a graph that read for an application of the same name: the first one reads. */
const groups = new WeakMap<DStreamGraph, Map<string, KinesisInputDStream<unknown>>>();

/**
 * A stream of the records of Kinesis. They are read ahead, shard by shard, in the driver; a batch takes what has been read, as
 * ranges of sequence numbers, which are written to the checkpoint before its jobs run. A batch that is run again has the same
 * records, after a restart read from Kinesis once more: each record is in one batch, without DynamoDB and without a
 * write-ahead log.
 *
 * Without a checkpoint directory each start is at the initial position: with `Latest` what comes while the program is away is
 * not read (at most once), with `TrimHorizon` all that is kept is read again (at least once).
 *
 * Splits and merges are followed, with the records of a key in order. The partitions of a batch's RDD are shards.
 *
 * Spark's name: `org.apache.spark.streaming.kinesis.KinesisInputDStream`.
 *
 * @example
 * // needs: kinesis
 * const stream = KinesisInputDStream.builder
 *   .streamingContext(ssc)
 *   .streamName("orders")
 *   .regionName("eu-central-1")
 *   .initialPosition(new KinesisInitialPositions.TrimHorizon())
 *   .checkpointAppName("counter")
 *   .build();
 * stream.map(bytes => bytes.toString()).countByValue().print();
 */
export class KinesisInputDStream<T = Buffer> extends InputDStream<T> {
  readonly #setup: KinesisStreamSetup<T>;
  readonly #patience: Patience;
  readonly #readInterval: number;
  readonly #paces = new Map<string, Pace>();
  readonly #client: KinesisClient;
  readonly #followed: FollowedShards;
  readonly #rateController: RateController | undefined;
  readonly #maxRate: number;
  readonly #initialRate: number | undefined;
  #rateLimit: number | undefined;
  /** Whether a batch with records has ended, so that back-pressure knows something. */
  #measured = false;
  #saved: SavedPosition | undefined;
  /** What each batch has of the stream. */
  readonly #ranges = new WeakMap<RDD<T>, readonly SequenceRange[]>();
  /** What the records of batches weigh that have not ended, by their time. */
  readonly #weights = new Map<number, number>();
  /** The stream that reads for this one; `undefined` where it is this one. */
  readonly #leader: KinesisInputDStream<unknown> | undefined;
  /** How many streams it reads for. */
  #members = 1;

  /** Begins a stream: `KinesisInputDStream.builder.streamingContext(ssc).streamName("orders")…`. */
  static get builder(): BuilderEntry {
    return builderEntry(build);
  }

  /** @internal `KinesisInputDStream.builder` makes it */
  constructor(ssc: StreamingContext, setup: KinesisStreamSetup<T>) {
    super(ssc);
    this.#setup = setup;
    const { conf } = ssc.sparkContext;
    this.#patience = patienceOf(conf);
    this.#readInterval = conf.getTimeAsMs("spark.tspark.streaming.kinesis.readInterval");
    this.#maxRate = conf.getLong("spark.streaming.receiver.maxRate", 0);
    const initialRate = conf.getLong("spark.streaming.backpressure.initialRate", 0);
    this.#initialRate = initialRate > 0 ? initialRate : undefined;
    this.#rateController = rateControllerFor(conf, this.id, ssc.batchDuration);
    this.#client = new KinesisClient(setup.settings);
    this.#followed = new FollowedShards({
      name: this.name,
      api: this.#client,
      patience: this.#patience,
      limit: conf.getSizeAsBytes("spark.tspark.streaming.receiver.maxPending"),
      pace: shardId => this.#paceOf(shardId),
    });
    this.#leader = this.#join();
  }

  get kind(): string {
    return "Kinesis stream";
  }

  get streamName(): string {
    return this.#setup.settings.streamName;
  }

  get endpointUrl(): string {
    return this.#setup.settings.endpointUrl;
  }

  get regionName(): string {
    return this.#setup.settings.regionName;
  }

  get initialPosition(): KinesisInitialPosition {
    return this.#setup.initialPosition;
  }

  get checkpointAppName(): string {
    return this.#setup.checkpointAppName;
  }

  override get rateController(): RateController | undefined {
    return this.#rateController;
  }

  override get rateLimit(): number | undefined {
    return this.#rateLimit;
  }

  override async start(): Promise<void> {
    if (this.#leader !== undefined) {
      log.info(
        `${this.name} shares its application and stream, ${this.checkpointAppName} and ${this.streamName}, with ${this.#leader.name}, which reads every shard: this one has none`,
      );
      return;
    }
    const saved = this.#usable(this.#saved);
    if (saved === undefined) await followFrom(this.initialPosition, this.#client, this.#followed, this.#patience);
    else await followAgain(saved.shards, this.#client, this.#followed, this.#patience, this.name);
    this.#followed.start();
  }

  override compute(time: Time): RDD<T> {
    const { failure } = this.#followed;
    // What was read before is for this batch still.
    if (failure !== undefined && this.#followed.count === 0) throw failure;
    const taken = this.#followed.take(this.#most());
    this.#weights.set(
      time.milliseconds,
      taken.reduce((sum, { weight }) => sum + weight, 0),
    );
    const ranges = taken.map(({ range }) => range);
    const element = this.#element;
    const rdd = this.#rddOf(new BlocksNode(taken.map(({ records }) => records.map(element))), ranges);
    this.#report(time, ranges, this.#followed.behind);
    return ranges.length === 0 ? markEmpty(rdd) : rdd;
  }

  override saveBatch(_time: Time, rdd: RDD<T>): unknown {
    return (this.#ranges.get(rdd) ?? []).map(savedRange);
  }

  override restoreBatch(time: Time, saved: unknown): RDD<T> {
    const ranges = (saved as readonly SavedRange[]).map(rangeOf);
    this.#report(time, ranges);
    const read = (range: SequenceRange, check: () => void) =>
      readRange(this.#client, range, this.#paceOf(range.shardId), this.#patience, check);
    return this.#rddOf(new KinesisRangesNode(ranges, read, this.#element), ranges);
  }

  override savePosition(): unknown {
    if (this.#leader !== undefined) return undefined;
    const position: SavedPosition = {
      stream: this.streamName,
      region: this.regionName,
      endpoint: this.endpointUrl,
      shards: this.#followed.save(),
    };
    return position;
  }

  override restorePosition(saved: unknown): void {
    this.#saved = saved as SavedPosition;
  }

  override stopReceiving(): void {
    this.#followed.stop();
  }

  override async stop(): Promise<void> {
    this.#followed.stop();
    await this.#client.close();
  }

  override hasPending(): boolean {
    return this.#followed.count > 0;
  }

  override onBatchCompleted(time: Time, info: BatchInfo): void {
    if ((info.streamIdToInputInfo.get(this.id)?.numRecords ?? 0) > 0) this.#measured = true;
    this.#followed.release(this.#weights.get(time.milliseconds) ?? 0);
    this.#weights.delete(time.milliseconds);
  }

  /** `Kinesis stream [0] of orders at https://kinesis.eu-central-1.amazonaws.com`. */
  override toString(): string {
    return `${this.name} of ${this.streamName} at ${this.endpointUrl}`;
  }

  /** The first stream of the same application and stream; `undefined` where it is this one. */
  #join(): KinesisInputDStream<unknown> | undefined {
    const { graph } = this.context;
    let ofGraph = groups.get(graph);
    if (ofGraph === undefined) groups.set(graph, (ofGraph = new Map()));
    const key = JSON.stringify([this.checkpointAppName, this.streamName, this.endpointUrl, this.regionName]);
    const leader = ofGraph.get(key);
    if (leader === undefined) ofGraph.set(key, this as KinesisInputDStream<unknown>);
    else leader.#members++;
    return leader;
  }

  /** What an element is before the handler, if there is one. */
  get #element(): (record: KinesisRecord) => Buffer | KinesisRecord {
    return this.#setup.messageHandler === undefined ? record => record.data : record => record;
  }

  #rddOf(
    node: BlocksNode<Buffer | KinesisRecord> | KinesisRangesNode<Buffer | KinesisRecord>,
    ranges: readonly SequenceRange[],
  ): RDD<T> {
    const { messageHandler } = this.#setup;
    const { sparkContext } = this.context;
    const rdd = withCallSite(this.node.callSite, () =>
      messageHandler === undefined
        ? (new RDD(sparkContext, node) as unknown as RDD<T>)
        : (new RDD(sparkContext, node) as unknown as RDD<KinesisRecord>).map(messageHandler),
    );
    this.#ranges.set(rdd, ranges);
    return rdd;
  }

  #report(time: Time, ranges: readonly SequenceRange[], millisBehindLatest?: number): void {
    const records = ranges.reduce((sum, { count }) => sum + count, 0);
    const text = ranges.map(r => `shard: ${r.shardId}\tsequence numbers: ${r.from} to ${r.to}\trecords: ${r.count}`);
    this.reportInfo(
      time,
      records,
      { ranges, ...(millisBehindLatest === undefined ? {} : { millisBehindLatest }) },
      text.join("\n"),
    );
  }

  /** How many records the next batch may have. */
  #most(): number {
    const rate = this.#rateController && (this.#rateController.latestRate ?? this.#guessedRate());
    const maxRate = this.#maxRate > 0 ? this.#maxRate * this.#members : Number.POSITIVE_INFINITY;
    const limit = Math.min(rate ?? Number.POSITIVE_INFINITY, maxRate);
    if (!Number.isFinite(limit)) {
      this.#rateLimit = undefined;
      return Number.POSITIVE_INFINITY;
    }
    this.#rateLimit = limit;
    return Math.max(1, Math.floor((limit * this.context.batchDuration.milliseconds) / 1000));
  }

  /** The configured rate, of a stream as maxRate is, for the time before the first batch with records has been measured. */
  #guessedRate(): number | undefined {
    return this.#measured || this.#initialRate === undefined ? undefined : this.#initialRate * this.#members;
  }

  /** Whoever reads of a shard, a batch again or the next records, keeps the same pace. */
  #paceOf(shardId: string): Pace {
    let pace = this.#paces.get(shardId);
    if (pace === undefined) this.#paces.set(shardId, (pace = new Pace(this.#readInterval)));
    return pace;
  }

  #usable(saved: SavedPosition | undefined): SavedPosition | undefined {
    if (saved === undefined) return undefined;
    const isSame = saved.stream === this.streamName && saved.region === this.regionName;
    if (isSame && isSameService(saved.endpoint, this.endpointUrl)) return saved;
    log.warn(
      `The checkpoint has positions of Kinesis stream ${saved.stream} in ${saved.region} at ${saved.endpoint}, and ${this.name} is of ${this.streamName} in ${this.regionName} at ${this.endpointUrl}: it begins at its initial position, ${this.initialPosition.getPosition()}`,
    );
    return undefined;
  }
}

function build<T>(ssc: StreamingContext, setup: KinesisStreamSetup<T>): KinesisInputDStream<T> {
  return new KinesisInputDStream(ssc, setup);
}
