import { RDD } from "../../core/rdd/rdd.js";
import { captureCallSite } from "../../core/util/call-site.js";
import { OutputNode } from "../../streaming/dstream/output-node.js";
import { DStream } from "../../streaming/dstream.js";
import { patienceOf } from "./client/patience.js";
import { E } from "./errors.js";
import type { KinesisMessage } from "./put/put-message.js";
import { SaveNode } from "./put/save-node.js";
import { type KinesisSettings, readSettings } from "./settings.js";
import type { SparkAWSCredentials } from "./spark-aws-credentials.js";

/** The stream that `KinesisUtils.save` writes to. */
export interface KinesisDestination {
  readonly streamName: string;
  /** By default that of the region. */
  readonly endpointUrl?: string;
  /** By default that of the endpoint, or else `us-east-1`. */
  readonly regionName?: string;
  /** By default what AWS's own tools would take. */
  readonly credentials?: SparkAWSCredentials;
}

/**
 * Writes every element of an RDD to Kinesis, each at least once: a task that is run again writes its records again, and what
 * Kinesis did not take of a request is sent again, behind what came after it. Resolves when Kinesis has all of them.
 *
 * @param toMessage makes `{ partitionKey, data, explicitHashKey? }` of an element
 * @throws IllegalArgumentError when the destination, or what `toMessage` makes, is none that Kinesis can take
 * @throws InputOutputError when Kinesis cannot be reached, or does not take them
 *
 * @example
 * // needs: kinesis
 * const words = sc.parallelize(["a", "b"]);
 * await KinesisUtils.save(words, { streamName: "words" }, word => ({ partitionKey: word, data: word }));
 */
export function save<T>(
  rdd: RDD<T>,
  destination: KinesisDestination,
  toMessage: (element: T) => KinesisMessage,
): Promise<void>;
/**
 * An output operation that writes every batch of a stream to Kinesis, each element at least once.
 *
 * @throws IllegalArgumentError when the destination is none that Kinesis can take
 *
 * @example
 * // needs: kinesis
 * const counts = builder.build().map(bytes => bytes.toString()).countByValue();
 * KinesisUtils.save(counts, { streamName: "counts" }, ([word, n]) => ({ partitionKey: word, data: `${word} ${n}` }));
 */
export function save<T>(
  stream: DStream<T>,
  destination: KinesisDestination,
  toMessage: (element: T) => KinesisMessage,
): void;
export function save<T>(
  from: RDD<T> | DStream<T>,
  destination: KinesisDestination,
  toMessage: (element: T) => KinesisMessage,
): Promise<void> | undefined {
  const operation = "KinesisUtils.save";
  if (!(from instanceof RDD || from instanceof DStream)) {
    throw E.KINESIS_BAD_SETTING(`The first argument of ${operation}`, typeof from, "it takes an RDD or a stream");
  }
  if (typeof destination !== "object" || destination === null) {
    throw E.KINESIS_BAD_SETTING(`The second argument of ${operation}`, destination, "it takes { streamName, … }");
  }
  if (typeof toMessage !== "function") {
    throw E.KINESIS_BAD_SETTING(`The third argument of ${operation}`, typeof toMessage, "it takes a function");
  }
  const settings = readSettings(destination);
  if (from instanceof RDD) return putAll(from, settings, toMessage);
  const act = (rdd: RDD<T>) => putAll(rdd, settings, toMessage);
  new OutputNode<T>(from.node.graph, operation, from.node, captureCallSite(), act);
  return undefined;
}

async function putAll<T>(
  rdd: RDD<T>,
  { credentials, ...where }: KinesisSettings,
  toMessage: (element: T) => KinesisMessage,
): Promise<void> {
  const { sparkContext } = rdd;
  const patience = patienceOf(sparkContext.conf);
  const data = { ...where, credentials: credentials.reveal(), patience, toMessage };
  await new RDD(sparkContext, new SaveNode(rdd.node, data)).count();
}
