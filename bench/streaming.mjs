// Streams from a socket: the highest rate that holds, the smallest interval that holds, latency and CPU; real Spark's beside
// them where SPARK_HOME names one, each alone on the machine.
//   npm run bench -- streaming [--seconds 12] [--only count,interval,newest,window] [--rates 100000,200000] [--peer spark]
import { parseArgs } from "node:util";
import { holds, measure, quantile } from "./streaming/measure.mjs";

const RATES = [100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 800_000, 1_000_000];
const INTERVALS = [100, 50, 20, 10, 5, 2, 1];

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string", default: "12" },
      only: { type: "string", default: "count,interval,newest,window" },
      rates: { type: "string", default: RATES.join(",") },
      intervals: { type: "string", default: INTERVALS.join(",") },
      peer: { type: "string" },
    },
  });
  const spark = values.peer === "spark";
  if (spark && !process.env.SPARK_HOME) throw new Error("--peer spark needs SPARK_HOME, the folder of a Spark");
  const seconds = Number(values.seconds);
  const only = new Set(values.only.split(","));
  const numbers = text => text.split(",").map(Number);
  const rows = [];
  if (only.has("count")) rows.push(...(await highestRate(seconds, numbers(values.rates), spark)));
  if (only.has("interval")) rows.push(...(await smallestInterval(seconds, numbers(values.intervals), spark)));
  if (only.has("newest")) rows.push(...(await newestAndCpu(seconds, spark)));
  if (only.has("window")) rows.push(...(await window(seconds, spark)));
  const peer = spark ? " Spark's are those of its shell at local[2], in the same run." : "";
  return {
    title: "Streams from a socket",
    notes: `Lines of ten words from a process of its own over loopback; each measurement ran ${seconds} s, its first third is warming up.${peer} A rate or interval holds when batches end as often as they are due, wait for less than an interval, and the sender is not held back.`,
    rows,
  };
}

/** One measurement of ours and one of Spark's, each as long as `goesOn` says for it. */
async function inTurn(run, spark, goesOn) {
  return {
    ours: goesOn.ours ? await measure(run) : undefined,
    theirs: spark && goesOn.theirs ? await measure({ ...run, spark }) : undefined,
  };
}

/** Measures with each value until neither holds any more; `best` is the last that did. */
async function climb(values, spark, runOf, rowOf) {
  const goesOn = { ours: true, theirs: spark };
  const best = {};
  const rows = [];
  for (const value of values) {
    const { run, interval } = runOf(value);
    const { ours, theirs } = await inTurn(run, spark, goesOn);
    const held = { ours: ours && holds(ours, interval), theirs: theirs && holds(theirs, interval) };
    for (const who of ["ours", "theirs"]) {
      if (held[who]) best[who] = value;
      else goesOn[who] = false;
    }
    const state = (m, holding) => m && `${holding ? "holds" : "falls behind"}, ${m.cpu.toFixed(2)} CPU s/s`;
    rows.push({
      ...rowOf(value, ours, theirs),
      note: state(ours, held.ours),
      ...(theirs && { "Spark's note": state(theirs, held.theirs) }),
    });
    if (!goesOn.ours && !goesOn.theirs) break;
  }
  return { best, rows };
}

async function highestRate(seconds, rates, spark) {
  const { best, rows } = await climb(
    rates,
    spark,
    rate => ({ interval: 1000, run: { job: "count", rate, interval: 1000, seconds: Math.max(seconds, 9) } }),
    (rate, ours, theirs) => ({
      what: `word count at ${thousands(rate)} lines/s, 1 s batches: processing time, median`,
      ours: processing(ours),
      Spark: processing(theirs),
      unit: "ms",
      MiB: ours && Math.round(ours.rss / 2 ** 20),
    }),
  );
  const what = "word count, 1 s batches: highest rate that holds";
  return [{ what, ours: best.ours, Spark: best.theirs, unit: "lines/s", target: "400,000" }, ...rows];
}

async function smallestInterval(seconds, intervals, spark) {
  const { best, rows } = await climb(
    intervals,
    spark,
    interval => ({ interval, run: { job: "newest", rate: 1000, interval, seconds } }),
    (interval, ours, theirs) => ({
      what: `1,000 records/s, a batch every ${interval} ms: age of its newest record at the output, median`,
      ours: age(ours, 0.5),
      Spark: age(theirs, 0.5),
      unit: "ms",
    }),
  );
  const what = "smallest interval that holds at 1,000 records/s";
  return [{ what, ours: best.ours, Spark: best.theirs, unit: "ms", target: "5" }, ...rows];
}

async function newestAndCpu(seconds, spark) {
  const run = { job: "newest", rate: 1000, interval: 100, seconds };
  const { ours, theirs } = await inTurn(run, spark, { ours: true, theirs: true });
  const what = "age of the newest record at the output, 100 ms batches";
  return [
    { what: `${what}, median`, ours: age(ours, 0.5), Spark: age(theirs, 0.5), unit: "ms", target: "under 60" },
    { what: `${what}, p95`, ours: age(ours, 0.95), Spark: age(theirs, 0.95), unit: "ms" },
    {
      what: "CPU at 1,000 records/s, 100 ms batches",
      ours: ours.cpu,
      Spark: theirs?.cpu,
      unit: "CPU s per s",
      target: "0.1",
    },
  ];
}

async function window(seconds, spark) {
  const rate = 50_000;
  const run = { job: "window", rate, interval: 1000, seconds: Math.max(seconds, 30) };
  const { ours, theirs } = await inTurn(run, spark, { ours: true, theirs: true });
  return [
    {
      what: `window of 20 batches with an inverse function at ${thousands(rate)} lines/s: processing time, median`,
      ours: processing(ours),
      Spark: processing(theirs),
      unit: "ms",
      note: `${holds(ours, 1000) ? "holds" : "falls behind"}, ${ours.cpu.toFixed(2)} CPU s/s`,
    },
  ];
}

const median = xs => (xs.length === 0 ? undefined : quantile(xs, 0.5));
const processing = m => m && median(m.batches.map(b => b.processing));
const age = (m, q) => {
  const ages = (m?.batches ?? []).map(b => b.age).filter(a => a !== undefined);
  return ages.length === 0 ? undefined : quantile(ages, q);
};
const thousands = n => n.toLocaleString("en-US");
