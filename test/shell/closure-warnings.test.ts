import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { load } from "../../src/core/closure/load.js";
import { ship } from "../../src/core/closure/ship.js";
import { type SessionHarness, startSession } from "./session-harness.js";

let folder: string;
let shell: SessionHarness;
let untyped: SessionHarness;

before(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tspark-warnings-"));
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(path.resolve("node_modules/chalk"), path.join(folder, "node_modules/chalk"));
  shell = await startSession({ directory: folder });
  untyped = await startSession({ directory: folder, transpileOnly: true });
});
after(async () => {
  await untyped.dispose();
  await shell.dispose();
  rmSync(folder, { recursive: true });
});

const ASSIGNED =
  "'n' is assigned to inside a closure of map(): each task has its own copy of it, and the assignment does not come back. " +
  'Use an accumulator: const acc = sc.longAccumulator("n"), and acc.add(…) in the closure.';

test("a closure that assigns to a variable of an earlier input is warned about, and runs", async () => {
  assert.equal(await shell.type("let n = 0"), "n: number = 0");
  assert.equal(
    await shell.type("const counted = sc.parallelize([1]).map(x => { n += x; return x })\nawait counted.count()"),
    `<console>:1:48 - warning: ${ASSIGNED}\n` +
      "  const counted = sc.parallelize([1]).map(x => { n += x; return x })\n" +
      "                                                 ^\n" +
      echoOf("counted") +
      "\nres0: number = 1",
  );
});

/** The line that shows a name's value. */
function echoOf(name: string): string {
  return `${name}: RDD<number> = ${String(shell.session.get(name))}`;
}

test("types tell an RDD from an array", async () => {
  await shell.type("const rdd = sc.range(3); const xs = [1, 2]; let m = 0");
  assert.match(await shell.type("const a = rdd.map(x => { m = x })"), /warning: 'm' is assigned to/);
  assert.doesNotMatch(await shell.type("const b = xs.map(x => { m = x })"), /warning/);
});

test("an async closure that nobody awaits is told where to go", async () => {
  assert.match(
    await shell.type("const c = rdd.map(async x => x)"),
    /^<console>:1:19 - warning: map\(\) does not wait for an async closure: .* Use mapAsync\(f, \{ concurrency \}\)\.\n/,
  );
  assert.doesNotMatch(await shell.type("const d = rdd.mapAsync(async x => x)"), /warning/);
});

test("without type checks, what begins at a context is told", async () => {
  await untyped.type("let n = 0");
  assert.match(await untyped.type("const e = sc.range(1).map(x => { n = x })"), /^<console>:1:34 - warning: 'n' is/);
  assert.doesNotMatch(await untyped.type("[1].map(x => { n = x })"), /warning/);
});

test("a file is warned about by its own name, and runs", async () => {
  const text =
    'import chalk from "chalk";\nlet n = 0;\nawait sc.range(1).map(x => { n += x; return x; }).collect();\n' +
    "console.log(typeof chalk.red, n);\n";
  writeFileSync(path.join(folder, "counts.ts"), text);
  const said =
    `counts.ts:3:30 - warning: ${ASSIGNED}\n` +
    "  await sc.range(1).map(x => { n += x; return x; }).collect();\n" +
    "                               ^\nfunction 0";
  assert.equal(await shell.runFile("counts.ts"), said);
});

test("a package that an earlier input imported travels by its name", async () => {
  await shell.type('import chalk, { Chalk } from "chalk"');
  await shell.type("const paint = (x: string) => chalk.red(x); const fresh = () => new Chalk({ level: 0 }).red('a')");
  for (const name of ["paint", "fresh"]) {
    const { bytes } = ship(shell.session.get(name) as () => string);
    const text = Buffer.from(bytes).toString("latin1");
    assert.ok(text.includes("chalk") && !text.includes("applyStyle"), name);
    assert.match(load<(x: string) => string>(bytes)("a"), /a/);
  }
});
