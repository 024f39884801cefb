import { StorageLevel } from "../../core/storage/storage-level.js";
import * as must from "../../core/util/arguments.js";
import type { ReceiverInputDStream } from "../../streaming/receiver/receiver-input-dstream.js";
import type { StreamingContext } from "../../streaming/streaming-context.js";
import { beAddress } from "./addresses.js";
import { createPollingStream } from "./create-polling-stream.js";
import { FlumeReceiver } from "./push/flume-receiver.js";
import type { SparkFlumeEvent } from "./spark-flume-event.js";

/**
 * Makes streams of the events of Apache Flume.
 *
 * Spark's name: `org.apache.spark.streaming.flume.FlumeUtils`, as in Spark 2.4.
 *
 * @example
 * // needs: flume
 * const stream = FlumeUtils.createStream(ssc, "localhost", 4141);
 * stream.map(event => event.body.toString()).countByValue().print();
 */
export const FlumeUtils = {
  /**
   * A stream of the events that agents push: it listens at an address of this machine, to which their Avro sinks connect, or
   * Flume's RPC clients.
   *
   *     agent.sinks.spark.type = avro
   *     agent.sinks.spark.hostname = localhost
   *     agent.sinks.spark.port = 4141
   *
   * A batch of an agent is answered `OK` when it was taken: with `spark.streaming.receiver.writeAheadLog.enable` when it is on
   * disk. One that is not answered so the agent sends again, so each event comes at least once. While batches are behind
   * (`spark.streaming.receiver.maxRate`, back-pressure, `spark.tspark.streaming.receiver.maxPending`) agents wait. There are at
   * most `spark.tspark.streaming.flume.maxConnections` connections at a time. A port that
   * is taken is tried again after `spark.streaming.receiverRestartDelay`.
   *
   * @param hostname of this machine, as in the sinks; `"0.0.0.0"` for all of its addresses
   * @param enableDecompression whether the sinks have `compression-type = deflate`; default `false`
   * @throws IllegalArgumentError when an argument is none that it can take
   */
  createStream(
    ssc: StreamingContext,
    hostname: string,
    port: number,
    storageLevel: StorageLevel = StorageLevel.MEMORY_AND_DISK_SER_2,
    enableDecompression = false,
  ): ReceiverInputDStream<SparkFlumeEvent> {
    const operation = "FlumeUtils.createStream";
    beAddress(operation, hostname, port, 'a name or an address of this machine, e.g. "localhost"');
    must.beStorageLevel(operation, storageLevel);
    must.beFlag(operation, "enableDecompression", enableDecompression);
    const { conf } = ssc.sparkContext;
    const limit = conf.getSizeAsBytes("spark.tspark.streaming.flume.maxRequest");
    const maxConnections = conf.getInt("spark.tspark.streaming.flume.maxConnections");
    const address = { host: hostname, port, compressed: enableDecompression, limit, maxConnections };
    return ssc.receiverStream(new FlumeReceiver(address, storageLevel));
  },

  createPollingStream,
} as const;
