import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { CodeCache } from "../../src/pack/code-cache.js";

const PACK = path.resolve("dist/tspark.cjs");
let folder: string;
let kept: string;

function run(script: string, ...args: readonly string[]) {
  const env = { ...process.env, TSPARK_CACHE_DIR: folder, NODE_OPTIONS: "" };
  return spawnSync(process.execPath, [script, ...args], { env, encoding: "utf8" });
}

before(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "tspark-code-"));
  const earlier = path.basename(new CodeCache(PACK, folder).file).replace(/-[^-]*$/, "-0.bin");
  writeFileSync(path.join(folder, earlier), "of an earlier build");
  writeFileSync(path.join(folder, "code-0-of-another.bin"), "");
  assert.equal(run("dist/load.cjs").status, 0);
  kept = new CodeCache(PACK, folder).file;
});
after(() => rmSync(folder, { recursive: true }));

test("what was compiled is kept for this build; what earlier builds kept goes, what others kept stays", () => {
  assert.deepEqual(readdirSync(folder).sort(), ["code-0-of-another.bin", path.basename(kept)].sort());
});

test("where it serves it is not made again", () => {
  const whole = readFileSync(kept);
  assert.equal(run("dist/load.cjs").status, 0);
  assert.ok(whole.equals(readFileSync(kept)));
});

for (const [what, spoil] of [
  ["torn", () => truncateSync(kept, 100_000)],
  ["not code at all", () => writeFileSync(kept, "not code")],
  ["of another V8", () => writeFileSync(kept, Buffer.from(readFileSync(kept)).fill(7, 4, 12))],
  ["absent", () => rmSync(kept)],
] as const) {
  test(`where it is ${what} the shell runs without it and says nothing; then it is made again`, () => {
    const whole = readFileSync(kept);
    spoil();
    const { stdout, stderr, status } = run("bin/tspark-shell", "-q", "--conf", "spark.ui.enabled=false", "-e", "1 + 1");
    assert.deepEqual({ stdout, stderr, status }, { stdout: "", stderr: "", status: 0 });
    assert.equal(run("dist/load.cjs").status, 0);
    assert.ok(readFileSync(kept).length > whole.length / 2);
  });
}

test("every module of the package hands on the same classes, also to those who require it", () => {
  const script = path.join(folder, "same.mjs");
  const at = (name: string) => JSON.stringify(path.resolve("dist", name));
  writeFileSync(
    script,
    `import { createRequire } from "node:module";
     import * as api from ${at("index.js")};
     import { ManualClock } from ${at("testing.js")};
     const required = createRequire(import.meta.url)(${at("index.js")});
     const conf = new api.SparkConf().setMaster("local").setAppName("t").set("spark.ui.enabled", "false");
     const sc = new api.SparkContext(conf);
     const ssc = new api.StreamingContext(sc, api.Seconds(1), { clock: new ManualClock() });
     console.log(required.RDD === api.RDD, ssc.sparkContext === sc, sc.parallelize([1]) instanceof required.RDD);
     await sc.stop();`,
  );
  assert.equal(run(script).stdout, "true true true\n");
});
