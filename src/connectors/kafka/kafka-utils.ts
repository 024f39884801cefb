import type { SparkContext } from "../../core/spark-context.js";
import type { StreamingContext } from "../../streaming/streaming-context.js";
import type { ConsumerStrategy } from "./consumer-strategies.js";
import { DirectKafkaInputDStream } from "./direct-kafka-input-dstream.js";
import { E } from "./errors.js";
import { KafkaNode, KafkaRDD } from "./kafka-rdd.js";
import { LocationStrategies, type LocationStrategy } from "./location-strategies.js";
import { type OffsetRangeLike, offsetRanges as rangesIn } from "./offset-range.js";
import { type KafkaParams, readKafkaParams } from "./params.js";
import { save as saveToKafka } from "./save.js";

/**
 * Makes streams and RDDs of Kafka topics.
 *
 * Spark's name: `org.apache.spark.streaming.kafka010.KafkaUtils`.
 *
 * @example
 * // needs: kafka
 * const kafkaParams = { "bootstrap.servers": "127.0.0.1:9092", "group.id": "counter", "auto.offset.reset": "earliest" };
 * const stream = KafkaUtils.createDirectStream(
 *   ssc,
 *   LocationStrategies.PreferConsistent,
 *   ConsumerStrategies.Subscribe(["words"], kafkaParams),
 * );
 * stream.map(record => [record.value, 1]).reduceByKey((a, b) => a + b).print();
 */
export const KafkaUtils = {
  /**
   * A stream of the records of Kafka partitions: each batch holds what came since the one before, and its RDD has one
   * partition for each of Kafka's.
   *
   * @throws IllegalArgumentError when `consumerStrategy` is none
   */
  createDirectStream<K = string, V = string>(
    ssc: StreamingContext,
    locationStrategy: LocationStrategy,
    consumerStrategy: ConsumerStrategy<K, V>,
  ): DirectKafkaInputDStream<K, V> {
    if (typeof consumerStrategy?.partitions !== "function") {
      const rule = "it takes ConsumerStrategies.Subscribe(…), SubscribePattern(…) or Assign(…)";
      throw E.KAFKA_BAD_ARGUMENT("createDirectStream's third argument", consumerStrategy, rule);
    }
    return new DirectKafkaInputDStream(ssc, locationStrategy, consumerStrategy);
  },

  /**
   * An RDD of exactly these offsets, one partition for each range: to read what was there, as a batch.
   *
   * @throws IllegalArgumentError when `offsetRanges` is no list, or `kafkaParams` has a name or a value that Kafka's consumer
   *   does not know
   *
   * @example
   * // needs: kafka
   * await KafkaUtils.createRDD(sc, kafkaParams, [OffsetRange.create("words", 0, 0, 100)]).count(); // 100
   */
  createRDD<K = string, V = string>(
    sc: SparkContext,
    kafkaParams: KafkaParams<K, V>,
    offsetRanges: Iterable<OffsetRangeLike>,
    _locationStrategy: LocationStrategy = LocationStrategies.PreferConsistent,
  ): KafkaRDD<K, V> {
    const ranges = rangesIn("createRDD's third argument", offsetRanges);
    return new KafkaRDD(sc, KafkaNode.reading(ranges, readKafkaParams(kafkaParams), false));
  },

  /**
   * Writes every element of an RDD to Kafka, each at least once: a task that is run again writes its records again.
   * Resolves when Kafka has all of them, as `acks` says.
   *
   * @param toMessage makes `{ topic, key?, value, headers?, partition?, timestamp? }` of an element
   * @throws IllegalArgumentError when `kafkaParams` has a name or a value that Kafka's producer does not know
   *
   * @example
   * // needs: kafka
   * const words = sc.parallelize(["a", "b"]);
   * await KafkaUtils.save(words, kafkaParams, word => ({ topic: "words", key: word, value: "1" }));
   */
  save: saveToKafka,
} as const;
