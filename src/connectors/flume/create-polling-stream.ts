import { E } from "../../core/errors/engine-errors.js";
import { StorageLevel } from "../../core/storage/storage-level.js";
import * as must from "../../core/util/arguments.js";
import type { ReceiverInputDStream } from "../../streaming/receiver/receiver-input-dstream.js";
import type { StreamingContext } from "../../streaming/streaming-context.js";
import { beAddress } from "./addresses.js";
import { FlumePollingReceiver } from "./poll/polling-receiver.js";
import type { SparkFlumeEvent } from "./spark-flume-event.js";

const OPERATION = "FlumeUtils.createPollingStream";

/** Where a sink of Spark's listens. */
export type SinkAddress = readonly [host: string, port: number];

/**
 * A stream of the events of Flume agents that have Spark's sink, from which they are pulled: the agent keeps them until they
 * are safe here, also while no stream runs.
 *
 *     agent.sinks.spark.type = org.apache.spark.streaming.flume.sink.SparkSink
 *     agent.sinks.spark.hostname = 0.0.0.0
 *     agent.sinks.spark.port = 4242
 *
 * A batch is acknowledged when it was taken: with `spark.streaming.receiver.writeAheadLog.enable` when it is on disk. One that
 * is not acknowledged the sink gives again, so each event comes at least once. A sink that cannot be reached is tried again
 * after `spark.streaming.receiverRestartDelay`.
 *
 * @param hostname of the agent's machine
 * @throws IllegalArgumentError when an argument is none that it can take
 *
 * @example
 * // needs: flume
 * FlumeUtils.createPollingStream(ssc, "localhost", 4242).count().print();
 */
export function createPollingStream(
  ssc: StreamingContext,
  hostname: string,
  port: number,
  storageLevel?: StorageLevel,
): ReceiverInputDStream<SparkFlumeEvent>;
/**
 * The same of several sinks, into one stream.
 *
 * @param maxBatchSize events that are asked for at a time; default 1000
 * @param parallelism batches that are asked for at a time, of all sinks together, and at least one of each; default 5
 *
 * @example
 * // needs: flume
 * FlumeUtils.createPollingStream(ssc, [["web-1", 4242], ["web-2", 4242]], StorageLevel.MEMORY_AND_DISK, 500);
 */
export function createPollingStream(
  ssc: StreamingContext,
  addresses: readonly SinkAddress[],
  storageLevel?: StorageLevel,
  maxBatchSize?: number,
  parallelism?: number,
): ReceiverInputDStream<SparkFlumeEvent>;
export function createPollingStream(
  ssc: StreamingContext,
  where: string | readonly SinkAddress[],
  ...rest: readonly unknown[]
): ReceiverInputDStream<SparkFlumeEvent> {
  const one = !Array.isArray(where);
  const addresses = (one ? [[where, rest[0]]] : where) as readonly SinkAddress[];
  const [storageLevel = StorageLevel.MEMORY_AND_DISK_SER_2, maxBatchSize = 1000, parallelism = 5] = (
    one ? [rest[1]] : rest
  ) as readonly [StorageLevel?, number?, number?];
  if (addresses.length === 0) {
    throw E.BAD_ARGUMENT(OPERATION, "addresses", addresses, 'one or more of [host, port], e.g. [["localhost", 4242]]');
  }
  for (const address of addresses) {
    const [host, port] = Array.isArray(address) ? address : [address];
    beAddress(OPERATION, host, port, 'the name or the address of an agent\'s machine, e.g. ["localhost", 4242]');
  }
  must.beStorageLevel(OPERATION, storageLevel);
  must.beAtLeast(OPERATION, "maxBatchSize", maxBatchSize, 1);
  must.beAtLeast(OPERATION, "parallelism", parallelism, 1);
  const { conf } = ssc.sparkContext;
  const settings = {
    addresses,
    maxBatchSize,
    parallelism,
    limit: conf.getSizeAsBytes("spark.tspark.streaming.flume.maxRequest"),
    retryDelay: conf.getTimeAsMs("spark.streaming.receiverRestartDelay"),
  };
  return ssc.receiverStream(new FlumePollingReceiver(settings, storageLevel));
}
