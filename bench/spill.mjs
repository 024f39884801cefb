// `npm run bench -- spill [--only reduce,sort] [--masters local[1],local[2]] [--scale 1] [--heap 512]`: jobs on far more data
// than the heap holds, each in a process of its own, once: does it end, and what did the process take at its peak?
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const child = fileURLToPath(new URL("_spill-child.mjs", import.meta.url));
/** A job that has not ended after this time is given up, ms. */
const PATIENCE = 300_000;

const JOBS = {
  reduce: { what: "reduceByKey, distinct text keys", millions: 20 },
  distinct: { what: "distinct of text", millions: 10 },
  group: { what: "groupByKey, four values a text key", millions: 10 },
  join: { what: "join on text keys, each side", millions: 5 },
  sort: { what: "sortBy of text", millions: 10 },
};

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: Object.keys(JOBS).join(",") },
      masters: { type: "string", default: "local[1],local[2]" },
      scale: { type: "string", default: "1" },
      heap: { type: "string", default: "512" },
    },
  });
  const rows = [];
  for (const name of values.only.split(",")) {
    const { what, millions } = JOBS[name];
    const size = millions * Number(values.scale);
    for (const master of values.masters.split(",")) {
      const { stdout, signal } = spawnSync(
        process.execPath,
        [`--max-old-space-size=${values.heap}`, child, name, master, String(size)],
        { encoding: "utf8", timeout: PATIENCE, stdio: ["ignore", "pipe", "inherit"] },
      );
      const common = { what: `${size}M: ${what}`, master, "peak target MB": 1024 };
      if (stdout.trim() === "") {
        rows.push({ ...common, failed: signal ?? "ended without a result" });
        continue;
      }
      const { seconds, cpu, peak, spilled, result } = JSON.parse(stdout);
      if (result !== (name === "group" ? (size / 4) * 1e6 : size * 1e6)) throw new Error(`${what}: ${result}`);
      rows.push({ ...common, s: seconds, "CPU s": cpu, "spilled MB": spilled, "peak MB": peak });
    }
  }
  return {
    title: "More data than memory",
    notes: `A heap of ${values.heap} MB (--max-old-space-size) for each thread, one run each; "peak" is the resident set of the process.`,
    rows,
    losses: rows
      .filter(r => r.failed || r["peak MB"] > 1024)
      .map(r => `${r.what} at ${r.master}: ${r.failed ?? `${Math.round(r["peak MB"])} MB`}.`),
  };
}
