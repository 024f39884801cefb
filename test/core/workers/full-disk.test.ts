import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

/** The test build, where a program's `tspark` is the one under test. */
const build = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
const directory = mkdtempSync(path.join(tmpdir(), "tspark-full-"));
after(() => rmSync(directory, { recursive: true, force: true }));

const PROGRAM = `
import { readdirSync } from "node:fs";
import { SparkConf, SparkContext, StorageLevel } from "tspark";
const conf = new SparkConf(false).setMaster("local[2]").setAppName("full").setAll({
  "spark.ui.enabled": "false",
  "spark.tspark.placement": "workers",
  "spark.tspark.memory.budget": "256k",
  "spark.local.dir": ${JSON.stringify(directory)},
});
const sc = new SparkContext(conf);
const pairs = sc.range(0, 60_000, 1, 2).map(x => ["a long key, number " + x, x]);
const jobs = {
  reduceByKey: () => pairs.reduceByKey((a, b) => a + b).count(),
  groupByKey: () => pairs.groupByKey().count(),
  sortByKey: () => pairs.sortByKey().count(),
  persist: () => pairs.persist(StorageLevel.DISK_ONLY).count(),
};
const files = () => readdirSync(${JSON.stringify(directory)}, { recursive: true }).filter(name => /task_|shuffle_|rdd_/.test(name));
for (const [name, run] of Object.entries(jobs)) {
  const error = await run().then(() => undefined, e => e);
  const next = await sc.range(0, 4, 1, 2).map(x => x + 1).sum();
  console.log(JSON.stringify({ name, code: error?.cause?.code, message: error?.message, next, left: files() }));
}
await sc.stop();
console.log(JSON.stringify(readdirSync(${JSON.stringify(directory)})));
`;

// The limit on the size of a file stands for a disk without room: writing fails in the worker that spills.
test("a worker that cannot write what it spills fails the job; its files go, the next job runs", {
  skip: process.platform === "win32",
}, () => {
  const { stdout, stderr } = spawnSync(
    "sh",
    ["-c", 'ulimit -f 64; exec "$0" --input-type=module -e "$1"', process.execPath, PROGRAM],
    { cwd: build, encoding: "utf8", timeout: 120_000 },
  );
  const lines = stdout.trim().split("\n");
  const left = lines.pop();
  assert.deepEqual(
    lines.map(line => JSON.parse(line).name),
    ["reduceByKey", "groupByKey", "sortByKey", "persist"],
    stderr,
  );
  for (const line of lines) {
    const { name, code, message, next, left } = JSON.parse(line);
    assert.deepEqual({ name, code, next, left }, { name, code: "CANNOT_SPILL", next: 10, left: [] });
    assert.match(message, /Cannot spill to \S+: EFBIG.*free space there/);
  }
  assert.equal(left, "[]");
});
