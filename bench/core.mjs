// `npm run bench -- core [--peer spark]`: the engine's jobs at local[1] and local[2], the same by hand in one thread, and on
// real Spark at local[2] where SPARK_HOME names one: each engine in a process of its own, one after the other.
//   --mb 200      size of the text        --size 1      scale of the jobs that make their own data
//   --runs 5      measurements a job      --seconds 5  after so many, three measurements do (two by hand)
//   --only words,lines                    --placement auto|workers|driver
//   --keys 20     millions of distinct keys in a heap of 512 MB; 0 leaves that out
import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { jobs } from "./_core-jobs.mjs";
import { zipfText } from "./_zipf-text.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const median = xs => [...xs].sort((a, b) => a - b)[xs.length >> 1];
const spread = xs => (Math.max(...xs) - Math.min(...xs)) / median(xs);
/** An engine that has not ended after this time is given up, ms. */
const PATIENCE = 150_000;
const PATIENCE_BIG = 60_000;

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      peer: { type: "string" },
      mb: { type: "string", default: "200" },
      size: { type: "string", default: "1" },
      runs: { type: "string", default: "5" },
      seconds: { type: "string", default: "5" },
      only: { type: "string" },
      placement: { type: "string", default: "auto" },
      keys: { type: "string", default: "20" },
    },
  });
  const [mb, size, runs, seconds] = [values.mb, values.size, values.runs, values.seconds].map(Number);
  const table = jobs(size);
  const names = values.only?.split(",") ?? Object.keys(table);
  const options = { file: zipfText(mb), names, runs, seconds, size, placement: values.placement };
  const engines = {};
  for (const engine of ["local[1]", "local[2]", "hand"]) engines[engine] = await child(engine, options);
  const spark = values.peer === "spark" ? peer(options) : undefined;
  if (spark) engines.spark = spark.results;
  const rows = names.map(name => row(table[name], name, engines));
  const keys = Number(values.keys) * 1e6;
  if (keys > 0 && !values.only) rows.push(await big(keys));
  return {
    title: "Engine",
    notes:
      `Medians of ${runs} runs after two that do not count (fewer where ${seconds} s were over); spread is (longest - shortest) / median, ` +
      `the widest of ours; text of ${mb} MB${spark ? `; Spark ${spark.version} at local[2], the same jobs in its shell` : ""}.`,
    rows,
    losses: losses(rows),
    times: Object.fromEntries(
      Object.entries(engines).map(([engine, results]) => [
        engine,
        Object.fromEntries(Object.entries(results).map(([name, { times }]) => [name, times])),
      ]),
    ),
  };
}

/** One job, all engines; an error where they do not agree. */
function row({ what, target }, name, engines) {
  const of = engine => engines[engine]?.[name];
  const [one, two, hand, spark] = [of("local[1]"), of("local[2]"), of("hand"), of("spark")];
  for (const [engine, other] of Object.entries({ "local[1]": one, hand, spark })) {
    if (other && two && other.result !== two.result)
      throw new Error(`${name}: ${two.result} at local[2] is not ${other.result} (${engine})`);
  }
  const ms = found => (found ? median(found.times) : "");
  const ours = [one, two].filter(Boolean);
  return {
    what,
    "local[1]": ms(one),
    "local[2]": ms(two),
    "1/2": one && two ? ms(one) / ms(two) : "",
    "by hand": ms(hand),
    Spark: ms(spark),
    unit: "ms",
    "of Spark": spark && two ? ms(two) / ms(spark) : "",
    target: target ?? "",
    spread: ours.length > 0 ? Math.max(...ours.map(o => spread(o.times))) : "",
    "Spark's spread": spark ? spread(spark.times) : "",
  };
}

/** What is slower than it was to be, than Spark, or than a loop of one thread. */
function losses(rows) {
  const out = [];
  const times = (a, b) => `${(a / b).toFixed(2)} times`;
  for (const r of rows) {
    const ours = Math.min(...[r["local[1]"], r["local[2]"]].filter(x => typeof x === "number"));
    if (typeof r["of Spark"] === "number" && r["of Spark"] > 1) {
      out.push(`${r.what}: slower than Spark, ${r["of Spark"].toFixed(2)} of its time.`);
    } else if (typeof r["of Spark"] === "number" && r.target !== "" && r["of Spark"] > r.target) {
      out.push(`${r.what}: ${r["of Spark"].toFixed(2)} of Spark's time, the target is ${r.target}.`);
    }
    if (typeof r["by hand"] === "number" && ours > r["by hand"])
      out.push(`${r.what}: ${times(ours, r["by hand"])} what the loop written by hand takes.`);
    if (r["1/2"] !== "" && r["1/2"] < 1 && r["local[1]"] > 5)
      out.push(`${r.what}: two threads are slower than one, ${times(r["local[2]"], r["local[1]"])} as long.`);
    if (r.failed) out.push(`${r.what}: ${r.failed}.`);
  }
  return out;
}

/** What one engine measured, by job. */
async function child(engine, options, flags = ["--expose-gc"]) {
  const file = path.join(here, "_core-child.mjs");
  const process_ = spawn(process.execPath, [...flags, file, engine, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const timer = setTimeout(() => process_.kill("SIGKILL"), engine === "big" ? PATIENCE_BIG : PATIENCE);
  let text = "";
  process_.stdout.setEncoding("utf8").on("data", chunk => {
    text += chunk;
  });
  const status = await new Promise(resolve => process_.on("close", (code, signal) => resolve(signal ?? code)));
  clearTimeout(timer);
  const results = {};
  for (const line of text.split("\n")) {
    if (!line.startsWith("{")) continue;
    const { name, ...measured } = JSON.parse(line);
    results[name] = measured;
  }
  if (status !== 0 && engine !== "big") console.error(`${engine} ended with ${status}`);
  return results;
}

/** Distinct text keys that the heap does not hold. */
async function big(keys) {
  const what = `reduceByKey, ${keys / 1e6}M distinct text keys, heap of 512 MB`;
  const { big: found } = await child("big", { keys }, ["--max-old-space-size=512"]);
  if (found === undefined) return { what, unit: "ms", failed: `did not end in ${PATIENCE_BIG / 1000} s` };
  if (found.result !== String(keys)) throw new Error(`${what}: ${found.result} keys`);
  return { what, "local[2]": found.times[0], unit: "ms", "peak MB": found.peak / 1e6 };
}

/** The same jobs on real Spark. */
function peer({ file, names, runs, seconds, size }) {
  const home = process.env.SPARK_HOME;
  if (!home) throw new Error("--peer spark needs SPARK_HOME, the folder of a Spark");
  const shell = path.join(home, "bin/spark-shell");
  const { stdout, status } = spawnSync(
    shell,
    ["--master", "local[2]", "--conf", "spark.ui.showConsoleProgress=false", "-i", path.join(here, "core-spark.scala")],
    {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: 2 * PATIENCE,
      input: "",
      env: {
        ...process.env,
        SPARK_LOCAL_IP: "127.0.0.1",
        BENCH_FILE: file,
        BENCH_RUNS: String(runs),
        BENCH_SECONDS: String(seconds),
        BENCH_SIZE: String(size),
        BENCH_JOBS: names.join(","),
      },
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const results = {};
  for (const [, name, times, result] of (stdout ?? "").matchAll(/^RESULT (\w+) (\S+) (\S+)$/gm))
    results[name] = { times: times.split(",").map(Number), result };
  if (Object.keys(results).length === 0) throw new Error(`spark-shell gave no result (status ${status}): ${stdout}`);
  return { version: /^VERSION (\S+)/m.exec(stdout)?.[1] ?? "", results };
}
