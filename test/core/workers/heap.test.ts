import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** The test build, where a program's `tspark` is the one under test. */
const build = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

const PROGRAM = `
import { SparkConf, SparkContext } from "tspark";
const conf = new SparkConf(false).setMaster("local[2,2]").setAppName("heap").set("spark.ui.enabled", "false");
const sc = new SparkContext(conf.set("spark.tspark.placement", "workers"));
const hungry = sc.range(0, 2, 1, 2).map(x => { const all = []; for (;;) all.push(new Array(1000).fill(x)); });
console.log(await hungry.collect().catch(e => e.message));
console.log(JSON.stringify(await sc.range(0, 4, 1, 2).map(x => x + 1).collect()));
await sc.stop();
`;

// V8 of Node 24 ends the process where one thread of it has no memory left, whatever limit that thread was given.
const skip = Number(process.versions.node.split(".")[0]) >= 24 && "Node ends all of the process";

test("a closure that uses up the memory of its thread fails its task; the program and the next job live", {
  skip,
}, () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--max-old-space-size=64", "--input-type=module", "-e", PROGRAM],
    { cwd: build, encoding: "utf8", timeout: 120_000 },
  );
  const [message, next] = stdout.split("\n");
  assert.match(message!, /^Job aborted .* failed 2 times, .*ExecutorLostFailure .*its memory was used up/, stderr);
  assert.deepEqual([next, status], ["[1,2,3,4]", 0]);
});
