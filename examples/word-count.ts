// Counts words from a TCP server, batch by batch, until the server closes its connection.
//   tspark-shell --conf spark.example.port=9999 < examples/word-count.ts
const port = sc.getConf().getInt("spark.example.port", 9999);

// A socket's receiver tries again when its server goes away; here that is the end of the data.
const closed = new Promise<void>(resolve => ssc.addStreamingListener({ onReceiverStopped: () => resolve() }));

const lines = ssc.socketTextStream("localhost", port);
const counts = lines
  .flatMap(line => line.split(" "))
  .map((word): [string, number] => [word, 1])
  .reduceByKey((a, b) => a + b);
counts.print();

await ssc.start();
await closed;
// At the end of a script the stream is stopped gracefully: what was received is still counted and printed.
