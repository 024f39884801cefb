import type { StorageLevel } from "../../core/storage/storage-level.js";
import * as must from "../../core/util/arguments.js";
import { Duration } from "../../streaming/duration.js";
import { StreamingContext } from "../../streaming/streaming-context.js";
import { E } from "./errors.js";
import {
  type InitialPositionInStream,
  isInitialPosition,
  type KinesisInitialPosition,
  KinesisInitialPositions,
} from "./kinesis-initial-positions.js";
import type { KinesisInputDStream, KinesisStreamSetup } from "./kinesis-input-dstream.js";
import type { KinesisRecord } from "./kinesis-record.js";
import { type GivenSettings, readSettings } from "./settings.js";
import { SparkAWSCredentials } from "./spark-aws-credentials.js";

/** Makes a stream of what a builder has collected. */
type Build = <T>(ssc: StreamingContext, setup: KinesisStreamSetup<T>) => KinesisInputDStream<T>;

/** How detailed Amazon's client library reports to CloudWatch. */
export type MetricsLevel = "NONE" | "SUMMARY" | "DETAILED";

/** A builder, with or without `()`: Scala writes `KinesisInputDStream.builder`, Java `KinesisInputDStream.builder()`. */
export type BuilderEntry = (() => KinesisInputDStreamBuilder) & Omit<KinesisInputDStreamBuilder, never>;

/**
 * Collects what a stream is to be like; `streamingContext`, `streamName` and `checkpointAppName` are needed.
 *
 * Spark's name: `KinesisInputDStream.Builder`. What only concerns Amazon's client library, DynamoDB and CloudWatch, which take
 * no part here, is checked and changes nothing: `checkpointInterval`, `dynamoDBCredentials`, `cloudWatchCredentials`,
 * `metricsLevel`, `metricsEnabledDimensions`.
 *
 * @example
 * // needs: kinesis
 * KinesisInputDStream.builder
 *   .streamingContext(ssc)
 *   .streamName("orders")
 *   .endpointUrl("http://localhost:4567")
 *   .checkpointAppName("counter")
 *   .buildWithMessageHandler(record => record.partitionKey)
 *   .print();
 */
export class KinesisInputDStreamBuilder {
  #ssc: StreamingContext | undefined;
  #given: GivenSettings = {};
  #checkpointAppName: string | undefined;
  #initialPosition: KinesisInitialPosition = new KinesisInitialPositions.Latest();
  readonly #build: Build;

  /** @internal */
  constructor(build: Build) {
    this.#build = build;
  }

  /** The context of the stream; needed. */
  streamingContext(ssc: StreamingContext): this {
    if (!(ssc instanceof StreamingContext)) {
      throw E.KINESIS_BAD_SETTING("streamingContext", ssc, "it takes a StreamingContext");
    }
    this.#ssc = ssc;
    return this;
  }

  /** The name of the stream in Kinesis; needed. */
  streamName(name: string): this {
    this.#given = { ...this.#given, streamName: name };
    return this;
  }

  /**
   * The name of the application that reads; needed. Streams of one context with one application read each record once,
   * together, as those of Spark do: the first one reads for all.
   */
  checkpointAppName(name: string): this {
    if (typeof name !== "string" || name === "") {
      throw E.KINESIS_BAD_SETTING("checkpointAppName", name, "it takes a name for what reads");
    }
    this.#checkpointAppName = name;
    return this;
  }

  /** Where Kinesis is; by default where that of the region is. `http://localhost:4567` for what stands for Kinesis there. */
  endpointUrl(url: string): this {
    this.#given = { ...this.#given, endpointUrl: url };
    return this;
  }

  /** The region; by default that of the endpoint, or else `us-east-1`. */
  regionName(name: string): this {
    this.#given = { ...this.#given, regionName: name };
    return this;
  }

  /** Where the stream begins, if no checkpoint says where it was; by default with what comes from the start on. */
  initialPosition(position: KinesisInitialPosition): this {
    if (!isInitialPosition(position)) {
      const rule = "it takes new KinesisInitialPositions.Latest(), TrimHorizon() or AtTimestamp(date)";
      throw E.KINESIS_BAD_SETTING("initialPosition", position, rule);
    }
    this.#initialPosition = position;
    return this;
  }

  /** The same with a name, as in Spark 2: `InitialPositionInStream.LATEST` or `TRIM_HORIZON`. */
  initialPositionInStream(position: InitialPositionInStream): this {
    return this.initialPosition(KinesisInitialPositions.fromKinesisInitialPosition(position));
  }

  /** Changes nothing: positions are written to the checkpoint directory with each batch. */
  checkpointInterval(interval: Duration): this {
    if (!(interval instanceof Duration)) {
      throw E.KINESIS_BAD_SETTING("checkpointInterval", interval, "it takes a Duration, e.g. Seconds(10)");
    }
    return this;
  }

  /** Changes nothing: what was read is in memory until its batch has ended, and read again where it is needed again. */
  storageLevel(level: StorageLevel): this {
    must.beStorageLevel("storageLevel", level);
    return this;
  }

  /** With what Kinesis is asked; by default what AWS's own tools would take: the environment, `~/.aws`, the machine's role. */
  kinesisCredentials(credentials: SparkAWSCredentials): this {
    beCredentials("kinesisCredentials", credentials);
    this.#given = { ...this.#given, credentials };
    return this;
  }

  /** Changes nothing: there is no DynamoDB. */
  dynamoDBCredentials(credentials: SparkAWSCredentials): this {
    beCredentials("dynamoDBCredentials", credentials);
    return this;
  }

  /** Changes nothing: nothing is sent to CloudWatch. */
  cloudWatchCredentials(credentials: SparkAWSCredentials): this {
    beCredentials("cloudWatchCredentials", credentials);
    return this;
  }

  /** Changes nothing: nothing is sent to CloudWatch. */
  metricsLevel(level: MetricsLevel): this {
    if (!["NONE", "SUMMARY", "DETAILED"].includes(level)) {
      throw E.KINESIS_BAD_SETTING("metricsLevel", level, "it takes NONE, SUMMARY or DETAILED");
    }
    return this;
  }

  /** Changes nothing: nothing is sent to CloudWatch. */
  metricsEnabledDimensions(dimensions: Iterable<string>): this {
    if (typeof dimensions === "string" || typeof dimensions?.[Symbol.iterator] !== "function") {
      throw E.KINESIS_BAD_SETTING("metricsEnabledDimensions", dimensions, "it takes a set of names");
    }
    return this;
  }

  /**
   * A stream of what `handler` makes of each record.
   *
   * @throws IllegalArgumentError when a setting that is needed is missing, or two contradict each other
   */
  buildWithMessageHandler<T>(handler: (record: KinesisRecord) => T): KinesisInputDStream<T> {
    must.beFunction("buildWithMessageHandler", handler);
    return this.#make(handler);
  }

  /**
   * A stream of the records' bytes.
   *
   * @throws IllegalArgumentError when a setting that is needed is missing, or two contradict each other
   */
  build(): KinesisInputDStream<Buffer> {
    return this.#make<Buffer>(undefined);
  }

  #make<T>(messageHandler: ((record: KinesisRecord) => T) | undefined): KinesisInputDStream<T> {
    const ssc = this.#ssc;
    const checkpointAppName = this.#checkpointAppName;
    if (ssc === undefined) throw E.KINESIS_MISSING_SETTING("streamingContext", "streamingContext(ssc)");
    if (this.#given.streamName === undefined) throw E.KINESIS_MISSING_SETTING("streamName", 'streamName("orders")');
    if (checkpointAppName === undefined) {
      throw E.KINESIS_MISSING_SETTING("checkpointAppName", 'checkpointAppName("counter"), a name for what reads');
    }
    const settings = readSettings(this.#given);
    return this.#build(ssc, { settings, initialPosition: this.#initialPosition, checkpointAppName, messageHandler });
  }
}

/** A builder that may be called for another one. */
export function builderEntry(build: Build): BuilderEntry {
  const fresh = new KinesisInputDStreamBuilder(build);
  const methods = Object.getOwnPropertyNames(KinesisInputDStreamBuilder.prototype).filter(n => n !== "constructor");
  const bound = methods.map(name => {
    const method = fresh[name as keyof KinesisInputDStreamBuilder] as (...args: never[]) => unknown;
    return [name, method.bind(fresh)] as const;
  });
  return Object.assign(() => new KinesisInputDStreamBuilder(build), Object.fromEntries(bound)) as never as BuilderEntry;
}

function beCredentials(what: string, credentials: unknown): void {
  if (credentials instanceof SparkAWSCredentials) return;
  const rule = "it takes SparkAWSCredentials.builder.basicCredentials(accessKeyId, secretKey).build()";
  throw E.KINESIS_BAD_SETTING(what, typeof credentials, rule);
}
