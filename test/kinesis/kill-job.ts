// A job that counts the records of a Kinesis stream by key, with a checkpoint and without a write-ahead log, in a process that
// ends itself with SIGKILL at its n-th write, to a socket or to the checkpoint's directory. Run by kill.test.ts, with the
// arguments of `JobArguments` as JSON.
import { dieAtWrite } from "../helpers/die-at-write.js";

export interface JobArguments {
  readonly endpoint: string;
  readonly stream: string;
  readonly checkpointDir: string;
  /** How many records there are: the job ends when it has counted all. */
  readonly records: number;
  /** How many a batch, of a second, takes. */
  readonly rate: number;
  /** The process is killed before (or after) it writes for the n-th time; 0 for never. */
  readonly killAt: number;
  readonly after: boolean;
  /** Whether it is killed from within its first batch with records, in place of that. */
  readonly inBatch: boolean;
}

/** What the job says at its end: the numbers of each key's records in the order in which they came. */
export interface JobResult {
  readonly states: readonly (readonly [key: string, numbers: readonly number[]])[];
}

const { endpoint, stream, checkpointDir, records, rate, killAt, after, inBatch } = JSON.parse(
  process.argv[2]!,
) as JobArguments;
dieAtWrite(killAt, after);

// After that: modules keep the functions they import.
const { Seconds, SparkConf, SparkContext, StreamingContext } = await import("tspark");
const { KinesisInitialPositions, KinesisInputDStream, SparkAWSCredentials } = await import("tspark/kinesis");
const { ManualClock } = await import("tspark/testing");
const { CheckpointDirectory } = await import("../../src/streaming/checkpoint/checkpoint-directory.js");

const conf = new SparkConf(false)
  .setMaster("local[2]")
  .setAppName("kill")
  .set("spark.ui.enabled", "false")
  .set("spark.streaming.receiver.maxRate", String(rate))
  .set("spark.tspark.streaming.kinesis.readInterval", "10ms");
const sc = new SparkContext(conf);
sc.setLogLevel("INFO");
const found = await new CheckpointDirectory(checkpointDir).newest();
const clock = new ManualClock(found?.checkpoint.context.latest ?? 0);
let states: [string, number[]][] = [];

const ssc = await StreamingContext.getOrCreate(
  checkpointDir,
  () => {
    const ssc = new StreamingContext(sc, Seconds(1));
    KinesisInputDStream.builder
      .streamingContext(ssc)
      .streamName(stream)
      .endpointUrl(endpoint)
      .checkpointAppName("kill")
      .initialPosition(new KinesisInitialPositions.TrimHorizon())
      .kinesisCredentials(SparkAWSCredentials.builder.basicCredentials("any", "any").build())
      .buildWithMessageHandler((record): [string, number] => [record.partitionKey, Number(record.data)])
      .updateStateByKey(
        (numbers: readonly number[], before: number[] | undefined) => [...(before ?? []), ...numbers],
        2,
      )
      .foreachRDD(async rdd => {
        states = await rdd.collect();
        if (inBatch && states.length > 0) process.kill(process.pid, "SIGKILL");
      });
    return ssc;
  },
  { clock },
);
await ssc.start();
const total = () => states.reduce((sum, [, numbers]) => sum + numbers.length, 0);
while (total() < records && ssc.failure === undefined) {
  await clock.advance(1000);
  // Kinesis has its turn.
  await new Promise(resolve => setImmediate(resolve));
}
if (ssc.failure !== undefined) throw ssc.failure;
await ssc.stop(true, true);
process.send!({ states: states.sort() } satisfies JobResult);
process.disconnect();
