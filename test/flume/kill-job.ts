// A job that writes what a Flume stream gives to a file, with a write-ahead log, in a process that ends itself with SIGKILL at
// its n-th write. Run by kill.test.ts, with the arguments of `JobArguments` as JSON; a message ends it in order.
import { appendFileSync } from "node:fs";
import { dieAtWrite } from "../helpers/die-at-write.js";

export interface JobArguments {
  readonly port: number;
  readonly checkpointDir: string;
  /** A file that gets a line for each batch: the numbers of its events. */
  readonly out: string;
  /** The process is killed before (or after) it writes for the n-th time; 0 for never. */
  readonly killAt: number;
  readonly after: boolean;
}

const { port, checkpointDir, out, killAt, after } = JSON.parse(process.argv[2]!) as JobArguments;
dieAtWrite(killAt, after);

// After that: modules keep the functions they import.
const { Seconds, SparkConf, SparkContext, StreamingContext } = await import("tspark");
const { FlumeUtils } = await import("tspark/flume");
const { ManualClock } = await import("tspark/testing");
const { CheckpointDirectory } = await import("../../src/streaming/checkpoint/checkpoint-directory.js");

const conf = new SparkConf(false)
  .setMaster("local[2]")
  .setAppName("kill")
  .set("spark.ui.enabled", "false")
  .set("spark.streaming.receiver.writeAheadLog.enable", "true")
  // So that each write to the log counts.
  .set("spark.streaming.receiver.writeAheadLog.closeFileAfterWrite", "true");
const sc = new SparkContext(conf);
const found = await new CheckpointDirectory(checkpointDir).newest();
const clock = new ManualClock(found?.checkpoint.context.latest ?? 0);
const ssc = await StreamingContext.getOrCreate(
  checkpointDir,
  () => {
    const ssc = new StreamingContext(sc, Seconds(1));
    FlumeUtils.createStream(ssc, "127.0.0.1", port).foreachRDD(async rdd => {
      const numbers = await rdd.map(event => event.headers.i).collect();
      if (numbers.length > 0) appendFileSync(out, `${numbers.join(" ")}\n`);
    });
    return ssc;
  },
  { clock },
);
let isOver = false;
process.once("message", () => {
  isOver = true;
});
await ssc.start();
while (!isOver && ssc.failure === undefined) {
  await clock.advance(1000);
  // Senders have their turn, and the parent.
  await new Promise(resolve => setImmediate(resolve));
}
if (ssc.failure !== undefined) throw ssc.failure;
await ssc.stop(true, true);
process.disconnect();
