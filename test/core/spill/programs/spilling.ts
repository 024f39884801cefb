// A job that has spilled and does not end: `node spilling.js DIRECTORY MASTER`. It says so on standard output.
import { SparkConf, SparkContext } from "tspark";

const [directory = "", master = ""] = process.argv.slice(2);
const conf = new SparkConf(false)
  .setMaster(master)
  .setAppName("spilling")
  .setAll({
    "spark.ui.enabled": "false",
    "spark.local.dir": directory,
    "spark.tspark.memory.budget": "64k",
    "spark.tspark.placement": master === "local[1]" ? "auto" : "workers",
  });
const sc = new SparkContext(conf);
setInterval(() => {}, 1000);
await sc
  .range(0, 20_000, 1, 4)
  .map((x): [string, number] => [`key ${x}`, x])
  .reduceByKey((a, b) => a + b)
  .sortByKey()
  .foreachPartition(async pairs => {
    // The first pair is there when the whole partition has been put into runs.
    pairs.next();
    console.log("spilled");
    await new Promise(() => {});
  });
