// `npm run bench -- core [--peer spark] [--mb 200] [--runs 5] [--only words,lines]`: the engine's jobs at local[1] and
// local[2], the same by hand in one thread, and real Spark (where SPARK_HOME names one) through bench/core-spark.scala.
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

function option(args, name, otherwise) {
  const i = args.indexOf(`--${name}`);
  return i < 0 ? otherwise : (args[i + 1] ?? "");
}

/** A text of about `mb` megabytes: words by Zipf's law from 50,000, eight a line; the same each time. */
function text(mb) {
  const file = path.join(here, "data", `zipf-${mb}.txt`);
  if (existsSync(file) && statSync(file).size > mb * 999_000) return file;
  mkdirSync(path.dirname(file), { recursive: true });
  let seed = 42;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const words = Array.from({ length: 50_000 }, (_, i) => `w${i.toString(36)}${"abcdefgh".slice(0, i % 6)}`);
  const sums = new Float64Array(words.length);
  for (let i = 0, sum = 0; i < sums.length; i++) sums[i] = sum += 1 / (i + 1);
  const pick = () => {
    const x = random() * sums[sums.length - 1];
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle] < x) low = middle + 1;
      else high = middle;
    }
    return words[low];
  };
  const fd = openSync(file, "w");
  for (let written = 0; written < mb * 1e6; ) {
    let block = "";
    while (block.length < 1 << 20) {
      let line = pick();
      for (let i = 1; i < 8; i++) line += ` ${pick()}`;
      block += `${line}\n`;
    }
    written += writeSync(fd, block);
  }
  closeSync(fd);
  return file;
}

/** Each job: with an engine, and by hand. */
const JOBS = {
  words: {
    what: "word count",
    target: 0.45,
    run: async (sc, file) =>
      (
        await sc
          .textFile(file, 8)
          .flatMap(line => line.split(" "))
          .map(w => [w, 1])
          .reduceByKey((a, b) => a + b)
          .collect()
      ).length,
    hand: file => {
      const counts = new Map();
      for (const line of readFileSync(file, "latin1").split("\n")) {
        if (line !== "") for (const w of line.split(" ")) counts.set(w, (counts.get(w) ?? 0) + 1);
      }
      return counts.size;
    },
  },
  lines: {
    what: "lines of a text",
    target: 0.7,
    run: (sc, file) => sc.textFile(file, 8).count(),
    hand: file => readFileSync(file, "latin1").split("\n").length - 1,
  },
  numbers: {
    what: "10M map, filter, reduce",
    target: 0.3,
    run: sc =>
      sc
        .range(0, 10_000_000, 1, 4)
        .map(x => x * 2)
        .filter(x => x % 3 === 0)
        .reduce((a, b) => a + b),
    hand: () => {
      let sum = 0;
      for (let i = 0; i < 10_000_000; i++) if ((i * 2) % 3 === 0) sum += i * 2;
      return sum;
    },
  },
  sort: {
    what: "sortBy 5M ints, count",
    target: 0.4,
    run: sc =>
      sc
        .range(0, 5_000_000, 1, 4)
        .map(x => (x * 7919) % 5_000_011)
        .sortBy(x => x)
        .count(),
    hand: () => {
      const xs = new Float64Array(5_000_000);
      for (let i = 0; i < xs.length; i++) xs[i] = (i * 7919) % 5_000_011;
      return xs.sort().length;
    },
  },
  join: {
    what: "join 1M x 1M",
    target: 0.5,
    run: sc => {
      const left = sc.range(0, 1_000_000, 1, 4).map(x => [x, x]);
      const right = sc.range(0, 1_000_000, 1, 4).map(x => [x, x * 2]);
      return left.join(right).count();
    },
  },
  group: {
    what: "groupByKey 2M on 10k keys",
    target: 0.7,
    run: sc =>
      sc
        .range(0, 2_000_000, 1, 4)
        .map(x => [x % 10_000, x])
        .groupByKey()
        .count(),
  },
  reduce: {
    what: "reduceByKey 2M on 10k keys",
    target: 0.5,
    run: sc =>
      sc
        .range(0, 2_000_000, 1, 4)
        .map(x => [x % 10_000, x])
        .reduceByKey((a, b) => a + b)
        .count(),
  },
  distinct: {
    what: "distinct 2M of 500k",
    target: 0.5,
    run: sc =>
      sc
        .range(0, 2_000_000, 1, 4)
        .map(x => x % 500_000)
        .distinct()
        .count(),
  },
  tiny: {
    what: "tiny job",
    repeat: 100,
    run: sc =>
      sc
        .parallelize([1, 2, 3], 2)
        .map(x => x + 1)
        .count(),
  },
};

const median = xs => [...xs].sort((a, b) => a - b)[xs.length >> 1];

/** Median and spread of `runs` runs after two that do not count, ms; and what came out. */
async function time(f, runs, repeat = 1) {
  const times = [];
  let result;
  for (let i = -2; i < runs; i++) {
    const start = performance.now();
    for (let j = 0; j < repeat; j++) result = await f();
    if (i >= 0) times.push((performance.now() - start) / repeat);
  }
  return { ms: median(times), spread: (Math.max(...times) - Math.min(...times)) / median(times), result };
}

export async function run(args) {
  const { SparkConf, SparkContext } = await import("../dist/index.js");
  const runs = Number(option(args, "runs", "5"));
  const mb = Number(option(args, "mb", "200"));
  const only = option(args, "only", "").split(",").filter(Boolean);
  const jobs = Object.entries(JOBS).filter(([name]) => only.length === 0 || only.includes(name));
  const file = text(mb);
  const measured = new Map(jobs.map(([name]) => [name, {}]));
  for (const master of ["local[1]", "local[2]"]) {
    const conf = new SparkConf(false).setMaster(master).setAppName("bench").set("spark.ui.enabled", "false");
    conf.set("spark.tspark.placement", option(args, "placement", "auto"));
    const sc = new SparkContext(conf);
    for (const [name, job] of jobs) {
      measured.get(name)[master] = await time(
        () => job.run(sc, file),
        job.repeat ? Math.max(5, runs) : runs,
        job.repeat,
      );
    }
    await sc.stop();
  }
  for (const [name, job] of jobs) {
    if (job.hand) measured.get(name).hand = await time(async () => job.hand(file), Math.min(3, runs));
  }
  const spark = option(args, "peer", "") === "spark" ? peer(file, runs, jobs) : {};
  const rows = jobs.map(([name, { what, target }]) => {
    const { "local[1]": one, "local[2]": two, hand } = measured.get(name);
    if (hand && String(hand.result) !== String(two.result))
      throw new Error(`${name}: ${two.result} is not ${hand.result}`);
    const s = spark[name];
    if (s && String(s.result) !== String(two.result))
      throw new Error(`${name}: ${two.result} is not Spark's ${s.result}`);
    return {
      what,
      "local[1]": one.ms,
      "local[2]": two.ms,
      "1/2": one.ms / two.ms,
      hand: hand?.ms ?? "",
      spark: s?.ms ?? "",
      unit: "ms",
      ratio: s ? two.ms / s.ms : "",
      target: target ?? "",
      spread: Math.max(one.spread, two.spread),
    };
  });
  const load = readFileSync("/proc/loadavg", "utf8").split(" ")[0];
  return { title: "Engine", notes: `Medians of ${runs} after two, text of ${mb} MB, load ${load} at the end.`, rows };
}

/** The same jobs on real Spark, in a process of its own. */
function peer(file, runs, jobs) {
  const home = process.env.SPARK_HOME;
  if (!home) throw new Error("--peer spark needs SPARK_HOME, the folder of a Spark");
  const names = jobs.map(([name]) => name).join(",");
  const { stdout, status } = spawnSync(path.join(home, "bin/spark-shell"), ["--master", "local[2]"], {
    encoding: "utf8",
    input: readFileSync(path.join(here, "core-spark.scala"), "utf8").replace(/^/, ":paste\n").concat("\u0004"),
    env: { ...process.env, BENCH_FILE: file, BENCH_RUNS: String(runs), BENCH_JOBS: names },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const found = [...(stdout ?? "").matchAll(/^RESULT (\w+) (\S+) (\S+)$/gm)];
  if (found.length === 0) throw new Error(`spark-shell gave no result (status ${status})`);
  return Object.fromEntries(found.map(([, name, ms, result]) => [name, { ms: Number(ms), result }]));
}
