// Counts the events of Flume agents by their header "host" over the last ten seconds, every two seconds.
//   tspark-shell -c spark.example.port=4141 examples/flume-hosts.ts
//   seq 10 | npm run flume -- send --to 4141      (or an agent with an Avro sink; these events have no such header)
import { FlumeUtils } from "tspark/flume";

const port = sc.getConf().getInt("spark.example.port", 4141);
FlumeUtils.createStream(ssc, "localhost", port)
  .map((event): [string, number] => [event.headers.host ?? "unknown", 1])
  .reduceByKeyAndWindow((a, b) => a + b, Seconds(10), Seconds(2))
  .print();
await ssc.start();
await ssc.awaitTermination();
