import type { RDD, SparkContext, StreamingContext } from "tspark";
import { FlumeUtils } from "tspark/flume";
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from "tspark/kafka";
import { KinesisInitialPositions, KinesisInputDStream } from "tspark/kinesis";

// The names an example may use without introducing them. Their data is small and the same each time; no expectation of an
// example should lean on it: an example that shows a result shows where it comes from.

const LINES = ["to be or", "not to be", ""];
const WORDS = LINES.flatMap(l => l.split(" ")).filter(w => w !== "");
const PAIRS = WORDS.map((w): [string, number] => [w, 1]);

/** In the comments of `core`, `sql` and the rest. */
export const rddScope = {
  lines: (sc: SparkContext): RDD<string> => sc.parallelize(LINES, 2),
  words: (sc: SparkContext): RDD<string> => sc.parallelize(WORDS, 2),
  pairs: (sc: SparkContext): RDD<[string, number]> => sc.parallelize(PAIRS, 2),
  numbers: (sc: SparkContext): RDD<number> => sc.parallelize([3, 1, 4, 1, 5, 9, 2, 6], 2),
};

/** In the comments of `streaming` and of the connectors, where the same names are streams with one batch of that data. */
export const streamScope = {
  lines: (ssc: StreamingContext) => ssc.queueStream([rddScope.lines(ssc.sparkContext)]),
  words: (ssc: StreamingContext) => ssc.queueStream([rddScope.words(ssc.sparkContext)]),
  pairs: (ssc: StreamingContext) => ssc.queueStream([rddScope.pairs(ssc.sparkContext)]),
  numbers: (ssc: StreamingContext) => ssc.queueStream([rddScope.numbers(ssc.sparkContext)]),
  counts: (ssc: StreamingContext) => ssc.queueStream([rddScope.pairs(ssc.sparkContext)]),
  orders: (ssc: StreamingContext) => ssc.queueStream([rddScope.pairs(ssc.sparkContext)]),
  blacklist: (ssc: StreamingContext) => ssc.sparkContext.parallelize(["not"]),
  sum: (_: StreamingContext) => (values: readonly number[], state: number | undefined) =>
    values.reduce((a, b) => a + b, state ?? 0),
};

const KAFKA_PARAMS = { "bootstrap.servers": "127.0.0.1:9092", "group.id": "examples" };

/** In the comments of `tspark/kafka`. */
export const kafkaScope = {
  kafkaParams: (_: StreamingContext) => KAFKA_PARAMS,
  stream: (ssc: StreamingContext) =>
    KafkaUtils.createDirectStream(
      ssc,
      LocationStrategies.PreferConsistent,
      ConsumerStrategies.Subscribe(["words"], KAFKA_PARAMS),
    ),
};

/** In the comments of `tspark/jdbc`: streams, as in those of `streaming`. */
export const jdbcScope = { lines: streamScope.lines, words: streamScope.words };

/** In the comments of `tspark/flume`. */
export const flumeScope = {
  stream: (ssc: StreamingContext) => FlumeUtils.createStream(ssc, "localhost", 4141),
};

/** In the comments of `tspark/kinesis`. */
export const kinesisScope = {
  builder: (ssc: StreamingContext) =>
    KinesisInputDStream.builder()
      .streamingContext(ssc)
      .streamName("orders")
      .regionName("eu-central-1")
      .initialPosition(new KinesisInitialPositions.Latest())
      .checkpointAppName("examples"),
};
