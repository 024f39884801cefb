// One engine of bench/core.mjs in a process of its own: `node _core-child.mjs <local[N] | hand | big> <options as JSON>`.
// Writes a line of JSON for each job: { name, times, result }.
import { bigKeys, jobs } from "./_core-jobs.mjs";

const [engine, json] = process.argv.slice(2);
const { file, names, runs, seconds, size, placement, keys } = JSON.parse(json);
const say = line => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Measurements that must be, however long they take. */
const FEWEST = engine === "hand" ? 2 : 3;

/** Runs until there are `runs` times, or `seconds` have passed and there are a few; the first two do not count. */
async function time(f, repeat = 1) {
  const times = [];
  const begun = performance.now();
  let result;
  for (let i = -2; i < runs; i++) {
    const late = performance.now() - begun > seconds * 1000;
    if (late && i < 0 && times.length === 0) i = 0;
    if (late && times.length >= Math.min(FEWEST, runs)) break;
    globalThis.gc?.();
    const start = performance.now();
    for (let j = 0; j < repeat; j++) result = await f();
    if (i >= 0) times.push((performance.now() - start) / repeat);
  }
  return { times, result: String(result) };
}

async function context(master, settings = {}) {
  const { SparkConf, SparkContext } = await import("../dist/index.js");
  const conf = new SparkConf(false).setMaster(master).setAppName("bench").set("spark.ui.enabled", "false");
  return new SparkContext(conf.setAll(settings));
}

if (engine === "hand") {
  for (const [name, job] of Object.entries(jobs(size))) {
    if (job.hand && names.includes(name)) say({ name, ...(await time(async () => job.hand(file))) });
  }
} else if (engine === "big") {
  const sc = await context("local[2]");
  const start = performance.now();
  const result = await bigKeys(sc, keys);
  const times = [performance.now() - start];
  say({ name: "big", times, result: String(result), peak: process.resourceUsage().maxRSS * 1024 });
  await sc.stop();
} else {
  const sc = await context(engine, { "spark.tspark.placement": placement });
  for (const [name, job] of Object.entries(jobs(size))) {
    if (names.includes(name)) say({ name, ...(await time(() => job.run(sc, file), job.repeat)) });
  }
  await sc.stop();
}
process.exit(0);
