/// <reference types="node" preserve="true" />
import "./names-in-closures.js";

// What `tspark/kafka` gives: Spark's names of org.apache.spark.streaming.kafka010.
export { ConsumerRecord, type RecordHeaders } from "./consumer-record.js";
export { ConsumerStrategies, type ConsumerStrategy, type StartOffsets } from "./consumer-strategies.js";
export {
  ByteArrayDeserializer,
  type Deserializer,
  DoubleDeserializer,
  IntegerDeserializer,
  LongDeserializer,
  StringDeserializer,
} from "./deserializers.js";
export { DirectKafkaInputDStream } from "./direct-kafka-input-dstream.js";
export { KafkaRDD, type KafkaRDDPartition } from "./kafka-rdd.js";
export { KafkaUtils } from "./kafka-utils.js";
export { LocationStrategies, type LocationStrategy } from "./location-strategies.js";
export { OffsetRange } from "./offset-range.js";
export type { KafkaParams } from "./params.js";
export type { HeaderValue, KafkaMessage } from "./producer/message.js";
export type { KafkaProducerParams } from "./producer/producer-params.js";
export {
  ByteArraySerializer,
  DoubleSerializer,
  IntegerSerializer,
  LongSerializer,
  type Serializer,
  StringSerializer,
} from "./producer/serializers.js";
export type { SaveOptions } from "./save.js";
export type { TopicPartition, TopicPartitionOffset } from "./topic-partition.js";
