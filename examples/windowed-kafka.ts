// Counts the records of a Kafka topic by key over the last ten seconds, every two seconds.
//   npm run kafka -- start                                    (prints the broker's address)
//   tspark-shell -c spark.example.bootstrap=127.0.0.1:9092 -c spark.example.topic=orders examples/windowed-kafka.ts
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from "tspark/kafka";

const conf = sc.getConf();
const stream = KafkaUtils.createDirectStream(
  ssc,
  LocationStrategies.PreferConsistent,
  ConsumerStrategies.Subscribe([conf.get("spark.example.topic", "orders")], {
    "bootstrap.servers": conf.get("spark.example.bootstrap", "127.0.0.1:9092"),
    "group.id": "tspark-example",
    "auto.offset.reset": "earliest",
  }),
);
stream
  .map((record): [string, number] => [String(record.key), 1])
  .reduceByKeyAndWindow((a, b) => a + b, Seconds(10), Seconds(2))
  .print();
await ssc.start();
await ssc.awaitTermination();
