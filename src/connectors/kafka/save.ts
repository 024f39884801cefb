import { RDD } from "../../core/rdd/rdd.js";
import { captureCallSite } from "../../core/util/call-site.js";
import { OutputNode } from "../../streaming/dstream/output-node.js";
import type { DStream } from "../../streaming/dstream.js";
import type { Time } from "../../streaming/time.js";
import { E } from "./errors.js";
import { ExactlyOnceOutput } from "./exactly-once-output.js";
import type { KafkaMessage } from "./producer/message.js";
import { type KafkaProducerParams, readProducerParams, type WriteSettings } from "./producer/producer-params.js";
import { SaveNode } from "./producer/save-node.js";

/** How `KafkaUtils.save` writes a stream. */
export interface SaveOptions {
  /**
   * Each batch's results and the offsets it has read are written in one transaction: who reads with
   * `isolation.level=read_committed` sees every result once, whatever was killed meanwhile. Default `false`: at least once.
   */
  readonly exactlyOnce?: boolean;
}

/**
 * Writes every element of an RDD to Kafka, each at least once: a task that is run again writes its records again. Resolves
 * when Kafka has all of them, as `acks` says.
 *
 * @param toMessage makes `{ topic, key?, value, headers?, partition?, timestamp? }` of an element
 * @throws IllegalArgumentError when `kafkaParams` has a name or a value that Kafka's producer does not know
 *
 * @example
 * // needs: kafka
 * const words = sc.parallelize(["a", "b"]);
 * await KafkaUtils.save(words, kafkaParams, word => ({ topic: "words", key: word, value: "1" }));
 */
export function save<T>(
  rdd: RDD<T>,
  kafkaParams: KafkaProducerParams,
  toMessage: (element: T) => KafkaMessage,
): Promise<void>;
/**
 * An output operation that writes every batch of a stream to Kafka: at least once or, with `{ exactlyOnce: true }`, together
 * with the offsets of the direct stream it comes from, in one transaction a batch. That takes the `group.id` of the direct
 * stream; state, windows and several outputs take a checkpoint directory, too. What a batch gives is held in the driver's
 * memory until it is written.
 *
 * @throws IllegalArgumentError when `exactlyOnce` cannot hold, and says why
 *
 * @example
 * // needs: kafka
 * const counts = stream.map((r): [string, number] => [r.value, 1]).reduceByKey((a, b) => a + b);
 * KafkaUtils.save(counts, kafkaParams, ([word, n]) => ({ topic: "counts", key: word, value: String(n) }), {
 *   exactlyOnce: true,
 * });
 */
export function save<T>(
  stream: DStream<T>,
  kafkaParams: KafkaProducerParams,
  toMessage: (element: T) => KafkaMessage,
  options?: SaveOptions,
): void;
export function save<T>(
  from: RDD<T> | DStream<T>,
  kafkaParams: KafkaProducerParams,
  toMessage: (element: T) => KafkaMessage,
  { exactlyOnce = false }: SaveOptions = {},
): Promise<void> | undefined {
  if (typeof toMessage !== "function") {
    throw E.KAFKA_BAD_ARGUMENT("The third argument of KafkaUtils.save", toMessage, "it takes a function");
  }
  const settings = readProducerParams(kafkaParams);
  if (from instanceof RDD) {
    if (exactlyOnce) throw E.KAFKA_EXACTLY_ONCE("takes a stream: an RDD has no offsets that go with its records");
    return sendAll(from, settings.write, toMessage);
  }
  if (exactlyOnce) {
    new ExactlyOnceOutput(from, settings, toMessage);
    return undefined;
  }
  const act = (rdd: RDD<T>, _time: Time) => sendAll(rdd, settings.write, toMessage);
  new OutputNode<T>(from.node.graph, "KafkaUtils.save", from.node, captureCallSite(), act);
  return undefined;
}

async function sendAll<T>(rdd: RDD<T>, settings: WriteSettings, toMessage: (element: T) => KafkaMessage) {
  await new RDD(rdd.sparkContext, new SaveNode(rdd.node, { settings, toMessage, then: "send" })).count();
}
