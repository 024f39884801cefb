// The program that is measured:  node app.mjs JOB PORT BATCH_MS SECONDS
//   count    socketTextStream, split at spaces, reduceByKey, print
//   newest   how old the newest record of a batch is when its output sees it
//   window   word count over a window of 20 batches with an inverse function
//   soak     count; tells its memory every second, and all batches
// Tells by IPC what each batch took and the CPU used, from the end of the first third on.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Milliseconds, SparkConf, SparkContext, StreamingContext } from "../../dist/index.js";

const [, , job, port, batch, seconds] = process.argv;
const interval = Number(batch);
const conf = new SparkConf(false).setMaster("local[2]").setAppName("bench").set("spark.ui.enabled", "false");
const sc = new SparkContext(conf);
sc.setLogLevel("ERROR");
const ssc = new StreamingContext(sc, Milliseconds(interval));
const directory = mkdtempSync(path.join(os.tmpdir(), "tspark-bench-streaming-"));
const lines = ssc.socketTextStream("127.0.0.1", Number(port));
const pairs = () => lines.flatMap(line => line.split(" ")).map(word => [word, 1]);
const add = (a, b) => a + b;
const ages = new Map();
const now = () => performance.timeOrigin + performance.now();

if (job === "count" || job === "soak") pairs().reduceByKey(add).print();
else if (job === "window") {
  ssc.checkpoint(directory);
  pairs()
    .reduceByKeyAndWindow(add, (a, b) => a - b, Milliseconds(20 * interval), Milliseconds(interval))
    .print();
} else {
  lines
    .map(line => parseFloat(line))
    .reduce((a, b) => Math.max(a, b))
    .foreachRDD(async (rdd, time) => {
      const [newest] = await rdd.collect();
      if (newest !== undefined) ages.set(time.milliseconds, now() - newest);
    });
}

const batches = [];
let measuring = job === "soak";
const began = performance.now();
ssc.addStreamingListener({
  onBatchCompleted({ batchInfo: b }) {
    if (!measuring) return;
    const time = b.batchTime.milliseconds;
    batches.push({
      time,
      at: (performance.now() - began) / 1000,
      records: b.numRecords,
      scheduling: b.schedulingDelay,
      processing: b.processingDelay,
      // Since it was due: what the generator was late by counts, too.
      total: b.processingEndTime - time,
      age: ages.get(time),
    });
    ages.delete(time);
  },
});
await ssc.start();
if (job === "soak") {
  setInterval(() => {
    const at = (performance.now() - began) / 1000;
    process.send({
      at,
      rss: process.memoryUsage.rss(),
      heap: process.memoryUsage().heapUsed,
      delay: batches.at(-1)?.total,
    });
  }, 1000);
}
const wait = s => new Promise(resolve => setTimeout(resolve, s * 1000));
await wait(seconds / 3);
measuring = true;
const cpu = process.cpuUsage();
const from = performance.now();
await wait((seconds * 2) / 3);
const used = process.cpuUsage(cpu);
const elapsed = (performance.now() - from) / 1000;
process.send(
  { batches, elapsed, cpu: (used.user + used.system) / 1e6 / elapsed, rss: process.memoryUsage.rss() },
  () => {
    rmSync(directory, { recursive: true, force: true });
    process.exit(0);
  },
);
