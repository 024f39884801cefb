import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { publicMembers } from "./helpers/public-members.js";

// Every public name of the engine's three front doors is used by a test of the engine.

const folder = "test/core";
const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter(f => f.endsWith(".ts"))
  .map(f => readFileSync(path.join(folder, f), "utf8").replace(/^\s*\/\/.*$/gm, ""))
  .join("\n");

for (const [name, file] of [
  ["SparkConf", "src/core/conf/spark-conf.ts"],
  ["SparkContext", "src/core/spark-context.ts"],
  ["RDD", "src/core/rdd/rdd.ts"],
] as const) {
  test(`every public member of ${name} is tested`, () => {
    const { instance, static: statics } = publicMembers(file, name);
    assert.ok(instance.size > 20, "the members were not found");
    const untested = [...instance, ...statics].filter(member => !new RegExp(`\\.${member}\\b`).test(tests));
    assert.deepEqual(untested, []);
  });
}
