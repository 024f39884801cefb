// A program that writes what it reads, and what it has counted, to tables, in a process that ends itself with SIGKILL at its
// n-th write, to a socket or to the checkpoint's directory. Run by kill.test.ts, with the arguments of `JobArguments` as JSON.
import { dieAtWrite } from "../helpers/die-at-write.js";

export interface JobArguments {
  readonly url: string;
  readonly checkpointDir: string;
  /** How many batches, of a second, there are in all. */
  readonly batches: number;
  /** Rows a second. */
  readonly rate: number;
  readonly keys: number;
  /** Of each batch's rows. */
  readonly partitions: number;
  /** The process is killed before (or after) it writes for the n-th time; 0 for never. */
  readonly killAt: number;
  readonly after: boolean;
}

const { url, checkpointDir, batches, rate, keys, partitions, killAt, after } = JSON.parse(
  process.argv[2]!,
) as JobArguments;

dieAtWrite(killAt, after);

// After that: modules keep the functions they import.
const { Seconds, SparkConf, SparkContext, StreamingContext } = await import("tspark");
const { JdbcUtils } = await import("tspark/jdbc");
const { ManualClock } = await import("tspark/testing");
const { CheckpointDirectory } = await import("../../src/streaming/checkpoint/checkpoint-directory.js");

const conf = new SparkConf(false).setMaster("local[2]").setAppName("kill").set("spark.ui.enabled", "false");
const sc = new SparkContext(conf);
sc.setLogLevel("INFO");
const found = await new CheckpointDirectory(checkpointDir).newest();
const clock = new ManualClock(found?.checkpoint.context.latest ?? 0);

const ssc = await StreamingContext.getOrCreate(
  checkpointDir,
  () => {
    const ssc = new StreamingContext(sc, Seconds(1));
    const values = ssc.rateStream(rate).map(({ value }) => value);
    const rows = values.repartition(partitions).map(value => ({ value }));
    JdbcUtils.save(rows, url, "events", { createTableColumnTypes: "value bigint" });
    const counts = values
      .map(value => [`k${value % keys}`, 1] as [string, number])
      .updateStateByKey((ones: readonly number[], n: number | undefined) => (n ?? 0) + ones.length, 2);
    const counted = { createTableColumnTypes: "key text, n bigint" };
    JdbcUtils.save(counts, url, "counts", counted, { columns: ["key", "n"], keys: ["key"] });
    return ssc;
  },
  { clock },
);
await ssc.start();
while (clock.now() < batches * 1000 && ssc.failure === undefined) await clock.advance(1000);
if (ssc.failure !== undefined) throw ssc.failure;
await ssc.stop(true, true);
process.send!("done");
process.disconnect();
