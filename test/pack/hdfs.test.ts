// `hdfs:` paths in the package as it is built: the connector, the thread that asks, and workers are found in the one file.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { json, nobody, serve } from "../hdfs/fake-server.js";

const folder = mkdtempSync(path.join(os.tmpdir(), "tspark-pack-"));
after(() => rmSync(folder, { recursive: true }));

/** What a program prints that has a context on the built package. */
async function run(body: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const file = path.join(folder, "program.mjs");
  writeFileSync(
    file,
    `import { SparkConf, SparkContext } from ${JSON.stringify(path.resolve("dist/index.js"))};
     const settings = ${JSON.stringify({ "spark.ui.enabled": "false", "spark.tspark.placement": "workers", ...settings })};
     const sc = new SparkContext(new SparkConf(false).setMaster("local[2]").setAppName("t").setAll(settings));
     ${body}
     await sc.stop();`,
  );
  const env = { ...process.env, NODE_OPTIONS: "", HADOOP_CONF_DIR: "" };
  const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", data => {
    out += data;
  });
  await new Promise(resolve => child.once("close", resolve));
  return out;
}

test("a path is read in a worker", async () => {
  const text = "one\ntwo\nthree\n";
  const server = await serve(({ op, path, parameters, response }) => {
    const status = { pathSuffix: "", type: "FILE", length: text.length, modificationTime: 1, blockSize: 7 };
    if (op === "GETFILESTATUS") return json(response, { FileStatus: status });
    const data = `http://${server.address}/webhdfs/v1${path}?op=DATA&offset=${parameters.get("offset")}`;
    if (op === "OPEN") return json(response, { Location: data });
    return response.end(text.slice(Number(parameters.get("offset"))));
  });
  const body = `const lines = sc.textFile("hdfs:/x", 1);
    console.log(JSON.stringify(await lines.map(line => [line, process.getBuiltinModule("node:worker_threads").isMainThread]).glom().collect()));`;
  const said = await run(body, { "spark.hadoop.fs.defaultFS": `webhdfs://${server.address}` });
  assert.deepEqual(JSON.parse(said), [
    [
      ["one", false],
      ["two", false],
    ],
    [["three", false]],
  ]);
});

test("what is wrong is told", async () => {
  const body = `for (const path of ["hdfs:/x", "hdfs://127.0.0.1:8020/x"])
    await sc.textFile(path).count().catch(error => console.log(error.code));`;
  const settings = { "spark.hadoop.dfs.namenode.http-address": await nobody() };
  assert.equal(await run(body, settings), "HDFS_NO_DEFAULT_FS\nHDFS_UNREACHABLE\n");
});
