// Counts words from a TCP server, batch by batch, until the server closes or the stream is stopped.
//   tspark-shell --conf spark.example.port=9999 < examples/word-count.ts
const port = sc.getConf().getInt("spark.example.port", 9999);
const lines = ssc.socketTextStream("localhost", port);
const counts = lines
  .flatMap(line => line.split(" "))
  .map((word): [string, number] => [word, 1])
  .reduceByKey((a, b) => a + b);
counts.print();
await ssc.start();
await ssc.awaitTermination();
