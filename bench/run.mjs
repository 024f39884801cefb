// `npm run bench -- NAME [options]`: runs bench/NAME.mjs, whose `run(args)` measures ours and the peer in turn in one run
// and returns { title, notes?, rows, losses? }; a row is an object, its keys are the columns, and `losses` are sentences that
// say where we are slower. Written as JSON and as a table, and all tables together as bench/RESULTS.md.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const [name, ...args] = process.argv.slice(2);
const known = readdirSync(here)
  .filter(f => f.endsWith(".mjs") && f !== "run.mjs" && !f.startsWith("_"))
  .map(f => path.basename(f, ".mjs"));
if (!name || !known.includes(name)) {
  console.error(`usage: npm run bench -- ${known.join("|")} [options]${name ? `; ${name} is none of them` : ""}`);
  process.exit(2);
}

const { run } = await import(path.join(here, `${name}.mjs`));
const result = await run(args);
const machine = {
  cpu: os.cpus()[0]?.model.trim() ?? "unknown",
  cores: os.cpus().length,
  memoryGiB: Math.round(os.totalmem() / 2 ** 30),
  platform: `${os.platform()} ${os.release()}`,
  node: process.version,
};
const when = new Date().toISOString();
const dir = path.join(here, "results");
if (!existsSync(dir)) mkdirSync(dir);
writeFileSync(path.join(dir, `${name}.json`), `${JSON.stringify({ name, when, machine, ...result }, null, 2)}\n`);

const columns = [...new Set(result.rows.flatMap(r => Object.keys(r)))];
const cell = v =>
  typeof v === "number"
    ? Math.abs(v) >= 100
      ? Math.round(v).toLocaleString("en-US")
      : v.toFixed(2)
    : String(v ?? "").replaceAll("|", "\\|");
const table = [
  `## ${result.title}`,
  "",
  `${when.slice(0, 10)}, ${machine.cores} cores (${machine.cpu}), Node ${machine.node}. ${result.notes ?? ""}`.trim(),
  "",
  `| ${columns.join(" | ")} |`,
  `| ${columns.map(() => "---").join(" | ")} |`,
  ...result.rows.map(r => `| ${columns.map(c => cell(r[c])).join(" | ")} |`),
  "",
  ...(result.losses === undefined
    ? []
    : result.losses.length === 0
      ? ["Where we lose: nowhere in this table.", ""]
      : ["Where we lose:", "", ...result.losses.map(l => `- ${l}`), ""]),
].join("\n");
writeFileSync(path.join(dir, `${name}.md`), table);
const pages = readdirSync(dir)
  .filter(f => f.endsWith(".md"))
  .sort()
  .map(f => readFileSync(path.join(dir, f), "utf8"));
const head =
  "# Results\n\nEach table is one run of `npm run bench -- NAME`; single measurements are in `bench/results/NAME.json`.\n";
writeFileSync(path.join(here, "RESULTS.md"), [head, ...pages].join("\n"));
console.log(table);
process.exit(0);
