// One job of bench/spill.mjs in a process of its own: `node _spill-child.mjs <job> <master> <millions>`. Writes a line of JSON.
import { SparkConf, SparkContext } from "../dist/index.js";

const [name, master, millions] = process.argv.slice(2);
const n = Number(millions) * 1e6;

const JOBS = {
  reduce: sc =>
    sc
      .range(0, n, 1, 8)
      .map(x => [`key-${x}`, 1])
      .reduceByKey((a, b) => a + b)
      .count(),
  distinct: sc =>
    sc
      .range(0, n, 1, 8)
      .map(x => `key-${x}`)
      .distinct()
      .count(),
  group: sc =>
    sc
      .range(0, n, 1, 8)
      .map(x => [`key-${x % (n / 4)}`, x])
      .groupByKey()
      .count(),
  join: sc =>
    sc
      .range(0, n, 1, 8)
      .map(x => [`key-${x}`, x])
      .join(sc.range(0, n, 1, 8).map(x => [`key-${x}`, x]))
      .count(),
  sort: sc =>
    sc
      .range(0, n, 1, 8)
      .map(x => `key-${(x * 7919) % n}`)
      .sortBy(s => s)
      .count(),
};

const conf = new SparkConf(false).setMaster(master).setAppName("bench").set("spark.ui.enabled", "false");
const sc = new SparkContext(conf);
let spilled = 0;
sc.addSparkListener({ onTaskEnd: ({ taskMetrics }) => (spilled += taskMetrics.diskBytesSpilled) });
const start = performance.now();
const result = await JOBS[name](sc);
const seconds = (performance.now() - start) / 1000;
const cpu = process.cpuUsage();
const peak = process.resourceUsage().maxRSS / 1024;
await sc.stop();
console.log(JSON.stringify({ result, seconds, cpu: (cpu.user + cpu.system) / 1e6, peak, spilled: spilled / 2 ** 20 }));
process.exit(0);
