import type { StorageLevel } from "../../core/storage/storage-level.js";
import type { Duration } from "../../streaming/duration.js";
import type { StreamingContext } from "../../streaming/streaming-context.js";
import type { InitialPositionInStream } from "./kinesis-initial-positions.js";
import { KinesisInputDStream } from "./kinesis-input-dstream.js";
import type { KinesisRecord } from "./kinesis-record.js";
import { save } from "./save.js";
import { SparkAWSCredentials } from "./spark-aws-credentials.js";

/**
 * A stream of Kinesis's records as programs for Spark 2 make it; `KinesisInputDStream.builder` has more to say.
 *
 * @param checkpointInterval changes nothing, as `storageLevel`: see `KinesisInputDStream.builder`
 * @param awsAccessKeyId with `awsSecretKey`, in place of what AWS's own tools would take
 * @throws IllegalArgumentError when an argument is none that it can take
 *
 * @example
 * // needs: kinesis
 * const { LATEST } = InitialPositionInStream;
 * const endpoint = "https://kinesis.eu-west-1.amazonaws.com";
 * KinesisUtils.createStream(ssc, "counter", "orders", endpoint, "eu-west-1", LATEST, Seconds(2), StorageLevel.MEMORY_AND_DISK);
 */
export function createStream(
  ssc: StreamingContext,
  kinesisAppName: string,
  streamName: string,
  endpointUrl: string,
  regionName: string,
  initialPositionInStream: InitialPositionInStream,
  checkpointInterval: Duration,
  storageLevel: StorageLevel,
  awsAccessKeyId?: string,
  awsSecretKey?: string,
): KinesisInputDStream<Buffer>;
/**
 * The same of what a function makes of each record.
 *
 * @throws IllegalArgumentError when an argument is none that it can take
 */
export function createStream<T>(
  ssc: StreamingContext,
  kinesisAppName: string,
  streamName: string,
  endpointUrl: string,
  regionName: string,
  initialPositionInStream: InitialPositionInStream,
  checkpointInterval: Duration,
  storageLevel: StorageLevel,
  messageHandler: (record: KinesisRecord) => T,
  awsAccessKeyId?: string,
  awsSecretKey?: string,
): KinesisInputDStream<T>;
export function createStream<T>(
  ssc: StreamingContext,
  kinesisAppName: string,
  streamName: string,
  endpointUrl: string,
  regionName: string,
  initialPositionInStream: InitialPositionInStream,
  checkpointInterval: Duration,
  storageLevel: StorageLevel,
  ...rest: readonly unknown[]
): KinesisInputDStream<T> | KinesisInputDStream<Buffer> {
  const builder = KinesisInputDStream.builder()
    .streamingContext(ssc)
    .checkpointAppName(kinesisAppName)
    .streamName(streamName)
    .endpointUrl(endpointUrl)
    .regionName(regionName)
    .initialPositionInStream(initialPositionInStream)
    .checkpointInterval(checkpointInterval)
    .storageLevel(storageLevel);
  const hasHandler = typeof rest[0] === "function";
  const [accessKeyId, secretKey] = (hasHandler ? rest.slice(1) : rest) as readonly string[];
  if (accessKeyId !== undefined || secretKey !== undefined) {
    builder.kinesisCredentials(SparkAWSCredentials.builder.basicCredentials(accessKeyId!, secretKey!).build());
  }
  return hasHandler ? builder.buildWithMessageHandler(rest[0] as (record: KinesisRecord) => T) : builder.build();
}

/**
 * Writes to Kinesis; and makes streams of its records as programs for Spark 2 do.
 *
 * Spark's name: `org.apache.spark.streaming.kinesis.KinesisUtils`, which has no `save`.
 */
export const KinesisUtils = { createStream, save } as const;
