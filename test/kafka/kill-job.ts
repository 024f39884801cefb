// A stateful, windowed job that writes its results to Kafka exactly once, in a process that ends itself with SIGKILL at its
// n-th write, to a socket or to the checkpoint's directory. Run by kill.test.ts, with the arguments of `JobArguments` as JSON.
import { dieAtWrite } from "../helpers/die-at-write.js";

export interface JobArguments {
  readonly bootstrap: string;
  readonly checkpointDir: string;
  /** How many records there are: the job ends when it has counted all. */
  readonly records: number;
  /** How many of each partition a batch, of a second, takes. */
  readonly rate: number;
  /** Of the windows, s. */
  readonly window: number;
  readonly slide: number;
  /** The process is killed before (or after) it writes for the n-th time; 0 for never. */
  readonly killAt: number;
  readonly after: boolean;
}

/** What the job says at its end. */
export interface JobResult {
  readonly states: readonly (readonly [key: string, count: number])[];
}

const { bootstrap, checkpointDir, records, rate, window, slide, killAt, after } = JSON.parse(
  process.argv[2]!,
) as JobArguments;

dieAtWrite(killAt, after);

// After that: modules keep the functions they import.
const { Seconds, SparkConf, SparkContext, StateSpec, StreamingContext } = await import("tspark");
const { ConsumerStrategies, KafkaUtils, LocationStrategies } = await import("tspark/kafka");
const { ManualClock } = await import("tspark/testing");
const { CheckpointDirectory } = await import("../../src/streaming/checkpoint/checkpoint-directory.js");

const conf = new SparkConf(false)
  .setMaster("local[2]")
  .setAppName("kill")
  .set("spark.ui.enabled", "false")
  .set("spark.streaming.backpressure.enabled", "false")
  .set("spark.streaming.kafka.maxRatePerPartition", String(rate));
const sc = new SparkContext(conf);
sc.setLogLevel("INFO");
const found = await new CheckpointDirectory(checkpointDir).newest();
const clock = new ManualClock(found?.checkpoint.context.latest ?? 0);
let states: [string, number][] = [];

const ssc = await StreamingContext.getOrCreate(
  checkpointDir,
  () => {
    const ssc = new StreamingContext(sc, Seconds(1));
    const params = { "bootstrap.servers": bootstrap, "group.id": "job", "auto.offset.reset": "earliest" };
    const stream = KafkaUtils.createDirectStream(
      ssc,
      LocationStrategies.PreferConsistent,
      ConsumerStrategies.Subscribe(["in"], params),
    );
    const ones = stream.map((r): [string, number] => [r.key, 1]);
    // Every record of a key has a number: 1 for the first one.
    const numbered = ones.mapWithState(
      StateSpec.function((key: string, one: number | undefined, state: import("tspark").State<number>) => {
        const n = (state.getOption() ?? 0) + (one ?? 0);
        state.update(n);
        return [key, n] as [string, number];
      }).numPartitions(2),
    );
    const save =
      (topic: string) =>
      ([key, n]: [string, number]) => ({ topic, key, value: String(n) });
    KafkaUtils.save(numbered, params, save("numbers"), { exactlyOnce: true });
    // How many there were of each key, each window made from the one before.
    const windows = ones.reduceByKeyAndWindow(
      (a, b) => a + b,
      (a, b) => a - b,
      Seconds(window),
      Seconds(slide),
      2,
      ([, n]) => n > 0,
    );
    KafkaUtils.save(windows, params, save("windows"), { exactlyOnce: true });
    numbered.stateSnapshots().foreachRDD(async rdd => {
      states = await rdd.collect();
    });
    return ssc;
  },
  { clock },
);
await ssc.start();
const total = () => states.reduce((sum, [, n]) => sum + n, 0);
while (total() < records && ssc.failure === undefined) await clock.advance(1000);
if (ssc.failure !== undefined) throw ssc.failure;
// The last window.
while (clock.now() % (slide * 1000) !== 0) await clock.advance(1000);
await ssc.stop(true, true);
process.send!({ states: states.sort() } satisfies JobResult);
process.disconnect();
