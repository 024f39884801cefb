// Counts the words of a Kinesis stream, from its oldest record on.
//   npm run kinesis -- start                      (in another terminal; with an account of Amazon's, leave out endpointUrl)
//   npm run kinesis -- create words
//   AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any tspark-shell examples/kinesis-words.ts
//   echo to be or not to be | npm run kinesis -- put words
import { KinesisInitialPositions, KinesisInputDStream } from "tspark/kinesis";

KinesisInputDStream.builder
  .streamingContext(ssc)
  .streamName("words")
  .endpointUrl(sc.getConf().get("spark.example.endpoint", "http://127.0.0.1:4567"))
  .initialPosition(new KinesisInitialPositions.TrimHorizon())
  .checkpointAppName("kinesis-words")
  .build()
  .flatMap(bytes => bytes.toString().split(" "))
  .map((word): [string, number] => [word, 1])
  .reduceByKey((a, b) => a + b)
  .print();
await ssc.start();
await ssc.awaitTermination();
