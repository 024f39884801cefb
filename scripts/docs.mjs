// Writes the pages of docs/ that are made from tables: configuration.md, errors.md, commands.md.
//   node scripts/docs.mjs            writes them (after a build of the tests: it reads .build/)
//   node scripts/docs.mjs first-hour writes first-hour.md, too, by running what it says is typed
//   node scripts/docs.mjs --check    prints what differs and exits 1: the test of the documentation calls it
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const built = path.join(root, ".build/src");
const load = file => import(pathToFileURL(path.join(built, file)).href);
const cell = text => String(text).replaceAll("|", "\\|").replaceAll("\n", " ");

/** Every `errors.js`, wherever it is: importing it registers its table. */
async function loadErrorTables() {
  for (const file of readdirSync(built, { recursive: true })) {
    if (!file.endsWith(".js")) continue;
    if (/defineErrors\(/.test(readFileSync(path.join(built, file), "utf8")) && !file.endsWith("define-errors.js"))
      await load(file);
  }
  return (await load("core/errors/define-errors.js")).errorTables;
}

export async function pages() {
  const { CONFIG_ENTRIES } = await load("core/conf/keys.js");
  const unit = {
    timeMs: "time (ms)",
    timeSeconds: "time (s)",
    bytes: "size",
    mebibytes: "size (m)",
    int: "integer",
    long: "integer",
    double: "number",
  };
  const configuration = [
    "# Configuration",
    "",
    "Every key tspark reads. Times take `us`, `ms`, `s`, `m`, `min`, `h`, `d`; sizes take `b`, `k`, `m`, `g`, `t`, `p`, as in Spark.",
    "Precedence: code, then `--conf` and the other flags, then `--properties-file`, then `spark-defaults.conf`.",
    "",
    "| key | default | type | meaning | since |",
    "|---|---|---|---|---|",
    ...[...CONFIG_ENTRIES]
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(
        e =>
          `| \`${e.key}\` | ${e.default === undefined ? "(none)" : `\`${cell(e.default)}\``} | ${unit[e.type] ?? e.type} | ${cell(e.doc)}${e.values ? ` One of: ${e.values.join(", ")}.` : ""} | ${e.since} |`,
      ),
    "",
  ].join("\n");

  const tables = await loadErrorTables();
  const errors = [
    "# Errors",
    "",
    "Every error has a `code`. Its message names the subject, the value that came, the rule and the remedy.",
    ...[...tables]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([layer, rows]) => [
        "",
        `## ${layer}`,
        "",
        "| code | class | when, and what to do |",
        "|---|---|---|",
        ...Object.entries(rows)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([code, row]) => `| \`${code}\` | \`${row.base?.name ?? "SparkError"}\` | ${cell(row.doc)} |`),
      ]),
    "",
  ].join("\n");

  const out = { "configuration.md": configuration, "errors.md": errors };
  if (existsSync(path.join(built, "shell/commands/commands.js"))) {
    const { COMMANDS } = await load("shell/commands/commands.js");
    const { KEYMAP, keyName } = await load("shell/editor/keymap.js");
    const { MODES } = await load("shell/display/modes.js");
    out["commands.md"] = [
      "# Commands of the shell",
      "",
      "A line that begins with `:` is a command. Names may be abbreviated; an abbreviation that fits several means the first of this table.",
      "",
      "| command | what it does |",
      "|---|---|",
      ...COMMANDS.map(c => `| \`:${c.name}${c.args ? ` ${c.args}` : ""}\` | ${cell(c.doc)} |`),
      "",
      "## How results are printed",
      "",
      "`:mode MODE` sets it.",
      "",
      "| mode | |",
      "|---|---|",
      ...MODES.map(m => `| \`${m.name}\` | ${cell(m.doc)} |`),
      "",
      "## Keys of the editor",
      "",
      "| key | what it does |",
      "|---|---|",
      ...KEYMAP.map(b => `| ${[...new Set(b.keys.map(keyName))].join(", ")} | ${cell(b.doc)} |`),
      "",
    ].join("\n");
  }
  return out;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let stale = 0;
  for (const [name, text] of Object.entries(await pages())) {
    const file = path.join(root, "docs", name);
    const same = existsSync(file) && readFileSync(file, "utf8") === text;
    if (same) continue;
    if (process.argv.includes("--check")) {
      console.error(`docs/${name} does not match its table: run npm run docs`);
      stale++;
    } else writeFileSync(file, text);
  }
  if (process.argv.includes("first-hour")) {
    const { buildPackage, isStale } = await import("./build.mjs");
    if (isStale()) await buildPackage();
    const { writeFirstHour } = await import("./first-hour.mjs");
    await writeFirstHour();
  }
  process.exit(stale ? 1 : 0);
}
