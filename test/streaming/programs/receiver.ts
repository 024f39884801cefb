// Run as a process of its own and killed at any moment: a receiver that stores numbers, with a write-ahead log, and says
// which were acknowledged. Each batch is written to a file named after it.
//   node receiver.js <run> <checkpoint directory> <results directory> <batches>
import { renameSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { Milliseconds, Receiver, SparkConf, SparkContext, StreamingContext } from "tspark";

const [, , run, checkpoints, results, batches] = process.argv as string[];

/** Stores `run:0`, `run:1` … as fast as it may, in lists of differing lengths, and prints what was acknowledged. */
class Numbers extends Receiver<string> {
  override onStart() {
    void this.#go();
  }
  override onStop() {}
  async #go() {
    for (let next = 0; this.isStarted(); ) {
      const list = Array.from({ length: 1 + (next % 3) }, () => `${run}:${next++}`);
      await this.store(list);
      // At once, whatever becomes of the process then.
      writeSync(1, `${list.join("\n")}\n`);
      await new Promise(resolve => setImmediate(resolve));
    }
  }
}

const conf = new SparkConf(false)
  .setMaster("local[2]")
  .setAppName("receiver")
  .set("spark.ui.enabled", "false")
  .set("spark.streaming.gracefulStopTimeout", "60s")
  .set("spark.streaming.receiver.writeAheadLog.enable", "true");
const sc = new SparkContext(conf);
const ssc = await StreamingContext.getOrCreate(checkpoints!, () => {
  const ssc = new StreamingContext(sc, Milliseconds(50));
  ssc.receiverStream(new Numbers()).foreachRDD(async (rdd, time) => {
    const name = path.join(results!, String(time.milliseconds));
    writeFileSync(`${name}.tmp`, JSON.stringify(await rdd.collect()));
    renameSync(`${name}.tmp`, name);
  });
  return ssc;
});
await ssc.start();
await ssc.awaitBatches(Number(batches));
await ssc.stop(true, true);
