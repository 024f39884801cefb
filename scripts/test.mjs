// The README's test command: builds, lints, type-checks, then runs test/**/*.test.ts with Node's test runner.
//   npm test                       everything
//   npm test -- streaming kafka    only the files whose path contains one of the words (no lint, no type check)
// TSPARK_TEST_NO_SKIP=1 (set by .ci/run) turns every skip for an absent tool (Java, Maven, Chromium, PostgreSQL) into a failure.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackage, buildSnapshot, buildTests, isStale } from "./build.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const words = process.argv.slice(2);
const run = (...args) => {
  const r = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (r.status !== 0) process.exit(r.status ?? 1);
};

// Nothing of the user's: shells under test start from a snapshot of this checkout's own.
process.env.TSPARK_CACHE_DIR ??= path.join(root, ".cache/tspark");
// What tests put into the temporary directory goes when the run ends.
process.env.TMPDIR = mkdtempSync(path.join(os.tmpdir(), "tspark-tests-"));
process.on("exit", () => rmSync(process.env.TMPDIR, { recursive: true, force: true }));
if (isStale()) await buildPackage();
if (words.length === 0) {
  run("node_modules/@biomejs/biome/bin/biome", "check", ".");
  run("node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--noEmit");
}
await buildTests();
const files = readdirSync(path.join(root, ".build/test"), { recursive: true })
  .map(f => path.join(".build/test", f))
  .filter(f => f.endsWith(".test.js") && (words.length === 0 || words.some(w => f.includes(w))))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${words.join(" ")}: the words are matched against paths under test/`);
  process.exit(2);
}
if (files.some(f => f.includes("/shell/"))) buildSnapshot();
// A file that hangs fails after ten minutes, by its name, instead of holding the whole run.
const runner = ["--test", "--test-concurrency=2", "--test-timeout=600000", "--test-reporter=spec"];
run("--enable-source-maps", ...runner, ...files);
