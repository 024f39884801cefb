import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { publicMembers } from "./helpers/public-members.js";

// Every public name of a layer's front doors is used by a test of the layer.

const testsOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(f => f.endsWith(".ts"))
    .map(f => readFileSync(path.join(folder, f), "utf8").replace(/^\s*\/\/.*$/gm, ""))
    .join("\n");

for (const [name, file, folder] of [
  ["SparkConf", "src/core/conf/spark-conf.ts", "test/core"],
  ["SparkContext", "src/core/spark-context.ts", "test/core"],
  ["FileSystem", "src/connectors/hdfs/file-system.ts", "test/hdfs"],
  ["RDD", "src/core/rdd/rdd.ts", "test/core"],
  ["StreamingContext", "src/streaming/streaming-context.ts", "test/streaming"],
  ["DStream", "src/streaming/dstream.ts", "test/streaming"],
  ["MapWithStateDStream", "src/streaming/dstream.ts", "test/streaming"],
  ["InputDStream", "src/streaming/input-dstream.ts", "test/streaming"],
  ["Receiver", "src/streaming/receiver/receiver.ts", "test/streaming"],
  ["State", "src/streaming/state/state.ts", "test/streaming"],
  ["StateSpec", "src/streaming/state/state-spec.ts", "test/streaming"],
  ["Duration", "src/streaming/duration.ts", "test/streaming"],
  ["Time", "src/streaming/time.ts", "test/streaming"],
  ["BatchInfo", "src/streaming/listener.ts", "test/streaming"],
] as const) {
  test(`every public member of ${name} is tested`, () => {
    const tests = testsOf(folder);
    const { instance, static: statics } = publicMembers(file, name);
    assert.ok(instance.size > 0, "the members were not found");
    const untested = [...instance, ...statics].filter(
      member =>
        !new RegExp(`\\.${member}\\b|override (?:get |async )?${member}\\b|\\{[^}]*\\b${member}\\b[^}]*\\} =`).test(
          tests,
        ),
    );
    assert.deepEqual(untested, []);
  });
}
