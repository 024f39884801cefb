// Streams from a socket: the highest rate that holds, the smallest interval that holds, latency and CPU.
//   npm run bench -- streaming [--seconds 12] [--only count,interval,newest,cpu,window] [--rates 100000,200000]
import { writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { holds, measure, quantile } from "./streaming/measure.mjs";

const RATES = [100_000, 200_000, 300_000, 400_000, 500_000, 600_000, 800_000, 1_000_000];
const INTERVALS = [100, 50, 20, 10, 5, 2, 1];

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: "string", default: "12" },
      only: { type: "string", default: "count,interval,newest,cpu,window" },
      rates: { type: "string", default: RATES.join(",") },
      intervals: { type: "string", default: INTERVALS.join(",") },
    },
  });
  const seconds = Number(values.seconds);
  const only = new Set(values.only.split(","));
  const numbers = text => text.split(",").map(Number);
  const rows = [];
  if (only.has("count")) rows.push(...(await highestRate(seconds, numbers(values.rates))));
  if (only.has("interval")) rows.push(...(await smallestInterval(seconds, numbers(values.intervals))));
  if (only.has("newest") || only.has("cpu")) rows.push(...(await newestAndCpu(seconds)));
  if (only.has("window")) rows.push(...(await window(seconds)));
  const result = {
    title: "Streams from a socket",
    notes: `Lines of ten words from a process of its own over loopback; each measurement ran ${seconds} s, its first third is warming up. Spark's figures are those of 4.3 at local[2] on a machine with 2 cores, from an earlier run. A rate or interval holds when batches end as often as they are due, wait for less than an interval, and the sender is not held back.`,
    rows,
  };
  writePage(result);
  return result;
}

async function highestRate(seconds, rates) {
  const rows = [];
  let best = 0;
  for (const rate of rates) {
    const m = await measure({ job: "count", rate, interval: 1000, seconds: Math.max(seconds, 9) });
    const held = holds(m, 1000);
    rows.push({
      what: `word count at ${thousands(rate)} lines/s, 1 s batches: processing time, median`,
      ours: quantile(
        m.batches.map(b => b.processing),
        0.5,
      ),
      unit: "ms",
      note: `${held ? "holds" : "falls behind"}; ${m.cpu.toFixed(2)} CPU s/s, ${Math.round(m.rss / 2 ** 20)} MiB`,
    });
    if (!held) break;
    best = rate;
  }
  return [
    {
      what: "word count, 1 s batches: highest rate that holds",
      ours: best,
      Spark: 100_000,
      unit: "lines/s",
      target: "400,000",
    },
    ...rows,
  ];
}

async function smallestInterval(seconds, intervals) {
  const rows = [];
  let best;
  for (const interval of intervals) {
    const m = await measure({ job: "newest", rate: 1000, interval, seconds });
    const held = holds(m, interval);
    const ages = m.batches.map(b => b.age).filter(age => age !== undefined);
    rows.push({
      what: `1,000 records/s, a batch every ${interval} ms: age of its newest record at the output, median`,
      ours: quantile(ages, 0.5),
      unit: "ms",
      note: `${held ? "holds" : "falls behind"}; p95 ${quantile(ages, 0.95).toFixed(1)} ms; ${m.cpu.toFixed(2)} CPU s/s`,
    });
    if (!held) break;
    best = interval;
  }
  return [
    { what: "smallest interval that holds at 1,000 records/s", ours: best, Spark: 50, unit: "ms", target: "5" },
    ...rows,
  ];
}

async function newestAndCpu(seconds) {
  const m = await measure({ job: "newest", rate: 1000, interval: 100, seconds });
  const ages = m.batches.map(b => b.age).filter(age => age !== undefined);
  return [
    {
      what: "age of the newest record at the output, 100 ms batches, median",
      ours: quantile(ages, 0.5),
      Spark: 145,
      unit: "ms",
      target: "under 60",
      note: `p95 ${quantile(ages, 0.95).toFixed(1)} ms`,
    },
    { what: "CPU at 1,000 records/s, 100 ms batches", ours: m.cpu, Spark: 1.4, unit: "CPU s per s", target: "0.1" },
  ];
}

async function window(seconds) {
  const rate = 50_000;
  const m = await measure({ job: "window", rate, interval: 1000, seconds: Math.max(seconds, 30) });
  return [
    {
      what: `window of 20 batches with an inverse function at ${thousands(rate)} lines/s: processing time, median`,
      ours: quantile(
        m.batches.map(b => b.processing),
        0.5,
      ),
      unit: "ms",
      note: `${holds(m, 1000) ? "holds" : "falls behind"}; ${m.cpu.toFixed(2)} CPU s/s`,
    },
  ];
}

const thousands = n => n.toLocaleString("en-US");

/** The page that is read: the same table as in `results/`. */
function writePage({ title, notes, rows }) {
  const columns = ["what", "ours", "Spark", "unit", "target", "note"];
  const cell = v => (typeof v === "number" ? (v >= 100 ? thousands(Math.round(v)) : v.toFixed(2)) : (v ?? ""));
  const text = [
    `# ${title}`,
    "",
    "`npm run bench -- streaming` writes this page.",
    "",
    `${new Date().toISOString().slice(0, 10)}, ${os.cpus().length} cores (${os.cpus()[0]?.model.trim()}), Node ${process.version}. ${notes}`,
    "",
    `| ${columns.join(" | ")} |`,
    `| ${columns.map(() => "---").join(" | ")} |`,
    ...rows.map(row => `| ${columns.map(c => cell(row[c])).join(" | ")} |`),
    "",
  ].join("\n");
  writeFileSync(new URL("RESULTS-streaming.md", import.meta.url), text);
}
