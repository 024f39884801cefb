// `npm run soak -- [--minutes 10] [--rate LINES_PER_S] [--share 0.8] [--highest LINES_PER_S]`: word count from a socket, at
// 80 % of the highest rate, for ten minutes. The highest rate is the one `npm run bench -- streaming` found last.
// Memory must not grow and delays must not either; ends in 1 when one does:
//   - RSS grows by less than 10 % from minute 2 to the end (medians of minutes 2 to 4 and of the last two: garbage comes and goes),
//   - p95 of the total delay in the last two minutes is at most 1.2 times that of minutes 2 to 4 (or 20 ms more).
// Where it runs for less than ten minutes, those times are cut in proportion.
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { quantile } from "../bench/streaming/measure.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    rate: { type: "string" },
    highest: { type: "string" },
    share: { type: "string", default: "0.8" },
  },
});
const minutes = Number(values.minutes);
const highest = () => {
  const { rows } = JSON.parse(readFileSync(new URL("../bench/results/streaming.json", import.meta.url), "utf8"));
  return rows.find(r => r.what === "word count, 1 s batches: highest rate that holds").ours;
};
const rate = Number(values.rate ?? Math.round(Number(values.highest ?? highest()) * Number(values.share)));
if (!(minutes > 0) || !(rate > 0)) {
  console.error("usage: npm run soak -- [--minutes 10] [--rate LINES_PER_S]; both more than 0");
  process.exit(2);
}

const file = name => fileURLToPath(new URL(`../bench/streaming/${name}`, import.meta.url));
const next = child => new Promise(resolve => child.once("message", resolve));
const sender = fork(file("sender.mjs"), [String(rate), "words"]);
const { port } = await next(sender);
let sent = { due: 1, sent: 1 };
sender.on("message", m => {
  sent = m;
});
const app = fork(file("app.mjs"), ["soak", String(port), "1000", String(minutes * 60)], {
  stdio: ["ignore", "ignore", "inherit", "ipc"],
});
const rss = [];
app.on("message", m => {
  if (m.rss === undefined || m.batches !== undefined) return;
  rss.push({ at: m.at, mib: m.rss / 2 ** 20 });
  if (rss.length % 6 === 0) {
    const { at, mib } = rss.at(-1);
    console.log(`${(at / 60).toFixed(1)} min: ${Math.round(mib)} MiB, total delay ${m.delay} ms`);
  }
});
const { batches } = await new Promise((resolve, reject) => {
  app.on("message", m => m.batches && resolve(m));
  app.on("exit", code => reject(new Error(`the program ended with ${code}`)));
});
sender.kill();
app.kill();

/** A minute of the ten, s. */
const minute = minutes * 6;
const delays = (from, to) => batches.filter(b => b.at >= from && b.at < to).map(b => b.total);
const memory = (from, to) =>
  quantile(
    rss.filter(r => r.at >= from && r.at < to).map(r => r.mib),
    0.5,
  );
const growth = memory(8 * minute, 10 * minute + 60) / memory(2 * minute, 4 * minute) - 1;
const [early, late] = [
  quantile(delays(2 * minute, 4 * minute), 0.95),
  quantile(delays(8 * minute, 10 * minute + 60), 0.95),
];
const records = batches.reduce((sum, b) => sum + b.records, 0);
const checks = [
  [`RSS grew by ${(growth * 100).toFixed(1)} %`, growth < 0.1, "less than 10 %"],
  [
    `p95 of the total delay went from ${early} to ${late} ms`,
    late <= Math.max(1.2 * early, early + 20),
    "at most 1.2 times",
  ],
  [
    `the sender could send ${((sent.sent / sent.due) * 100).toFixed(1)} % of its lines`,
    sent.sent > 0.97 * sent.due,
    "more than 97 %",
  ],
];
console.log(
  `${minutes} minutes at ${rate.toLocaleString("en-US")} lines/s: ${batches.length} batches, ${records.toLocaleString("en-US")} lines`,
);
for (const [what, holds, rule] of checks) console.log(`${holds ? "holds" : "FAILS"}: ${what} (${rule})`);
process.exit(checks.every(([, holds]) => holds) ? 0 : 1);
