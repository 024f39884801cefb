// Run as a process of its own and killed at any moment: counts the lines of a file, a few a batch, keeps the counts as a
// state and in a window, and writes each batch's result to a file named after the batch.
//   node counter.js <lines file> <checkpoint directory> <results directory> <batches>
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Milliseconds, SparkConf, SparkContext, StreamingContext, type Time } from "tspark";
import { InputDStream } from "../../../src/streaming/input-dstream.js";

const [, , file, checkpoints, results, batches] = process.argv as string[];
const lines = readFileSync(file!, "utf8").trimEnd().split("\n");

/** Takes the next lines of the file in each batch; knows lines by their numbers, as Kafka knows records by offsets. */
class Lines extends InputDStream<string> {
  #next = 0;
  readonly #ranges = new WeakMap<object, readonly [number, number]>();
  get kind(): string {
    return "Lines";
  }
  override compute(time: Time) {
    const from = this.#next;
    this.#next = Math.min(lines.length, from + 7);
    return this.restoreBatch(time, [from, this.#next]);
  }
  override saveBatch(_time: Time, rdd: object) {
    return this.#ranges.get(rdd);
  }
  override restoreBatch(_time: Time, saved: unknown) {
    const [from, until] = saved as [number, number];
    const rdd = this.context.sparkContext.parallelize(lines.slice(from, until), 2);
    this.#ranges.set(rdd, [from, until]);
    return rdd;
  }
  override savePosition() {
    return this.#next;
  }
  override restorePosition(saved: unknown) {
    this.#next = saved as number;
  }
}

const conf = new SparkConf(false).setMaster("local[2]").setAppName("counter").set("spark.ui.enabled", "false");
const sc = new SparkContext(conf);
const ssc = await StreamingContext.getOrCreate(checkpoints!, () => {
  const ssc = new StreamingContext(sc, Milliseconds(10));
  const pairs = new Lines(ssc).map((line): [string, number] => [line, 1]);
  const counts = pairs.updateStateByKey((ones: number[], n: number | undefined) => (n ?? 0) + ones.length);
  const recent = pairs.reduceByKeyAndWindow(
    (a, b) => a + b,
    (a, b) => a - b,
    Milliseconds(50),
  );
  counts.fullOuterJoin(recent).foreachRDD(async (rdd, time) => {
    console.log("begun");
    const found = (await rdd.collect()).sort(([a], [b]) => (a < b ? -1 : 1));
    const name = path.join(results!, String(time.milliseconds));
    writeFileSync(`${name}.tmp`, JSON.stringify(found));
    renameSync(`${name}.tmp`, name);
    console.log("ended");
  });
  return ssc;
});
await ssc.start();
await ssc.awaitBatches(Number(batches));
await ssc.stop(true, true);
