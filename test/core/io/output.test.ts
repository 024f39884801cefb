import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { codecNamed } from "../../../src/core/io/codec.js";
import { readObjectFile, writeObjectPart } from "../../../src/core/io/object-file.js";
import { abortOutput, beginOutput, commitOutput } from "../../../src/core/io/output-job.js";
import { writeTextPart } from "../../../src/core/io/part-writer.js";
import { temporaryDirectory, writeFiles } from "./temporary-directory.js";

const dir = temporaryDirectory();
const at = (name: string) => path.join(dir, name);
const text = (name: string) => readFileSync(at(name), "utf8");

test("parts and _SUCCESS appear when the job is committed", async () => {
  const job = await beginOutput(at("deep/out"));
  const written = await writeTextPart(job, 0, 0, [["a", "ä"], [], ["b"]]);
  await writeTextPart(job, 11, 0, []);
  assert.deepEqual(
    readdirSync(at("deep")).filter(n => !n.startsWith("._temporary-out-")),
    [],
  );
  await commitOutput(job);
  assert.deepEqual(written, { bytes: 7, records: 3 });
  assert.deepEqual(readdirSync(at("deep")), ["out"]);
  assert.deepEqual(readdirSync(at("deep/out")).sort(), ["_SUCCESS", "part-00000", "part-00011"]);
  assert.equal(text("deep/out/part-00000"), "a\nä\nb\n");
});

test("an existing directory is refused, also when it appeared meanwhile", async () => {
  writeFiles(dir, { "there/x": "1" });
  await assert.rejects(beginOutput(at("there")), {
    name: "InputOutputError",
    message: `Output directory file:${at("there")} already exists. Choose another, remove it first, or set spark.hadoop.validateOutputSpecs=false to write over it.`,
  });
  const job = await beginOutput(at("later"));
  writeFiles(dir, { "later/x": "1" });
  await assert.rejects(commitOutput(job), /already exists/);
  assert.deepEqual(readdirSync(at("later")), ["x"]);
  assert.equal(
    readdirSync(dir).some(n => n.startsWith("._temporary")),
    false,
  );
});

test("replace puts a new directory in the place of the old, merge adds to it", async () => {
  writeFiles(dir, { "again/part-00000": "old", "again/part-00009": "old" });
  const merged = await beginOutput(at("again"), "merge");
  await writeTextPart(merged, 0, 0, [["new"]]);
  await commitOutput(merged);
  assert.deepEqual(readdirSync(at("again")).sort(), ["_SUCCESS", "part-00000", "part-00009"]);
  assert.equal(text("again/part-00000"), "new\n");
  const replaced = await beginOutput(at("again"), "replace");
  await writeTextPart(replaced, 1, 0, [["newer"]]);
  await commitOutput(replaced);
  assert.deepEqual(readdirSync(at("again")).sort(), ["_SUCCESS", "part-00001"]);
});

test("where a folder cannot be made, the error says so", async () => {
  writeFiles(dir, { file: "" });
  // Linux answers ENOENT to `mkdir` there, though the folder above exists.
  await assert.rejects(beginOutput("/proc/nope/out"), /^InputOutputError: Cannot write file:\/proc\/nope\//);
  await assert.rejects(beginOutput(at("file/below/out")), /Cannot write file:.*: a part of the path is a file/);
});

test("an attempt that fails leaves nothing, and the next one counts", async () => {
  const job = await beginOutput(at("retried"));
  async function* failing() {
    yield ["half"];
    throw new Error("boom");
  }
  await assert.rejects(writeTextPart(job, 0, 0, failing()), /boom/);
  await writeTextPart(job, 0, 1, [["whole"]]);
  await commitOutput(job);
  assert.deepEqual(readdirSync(at("retried")).sort(), ["_SUCCESS", "part-00000"]);
  assert.equal(text("retried/part-00000"), "whole\n");
});

test("an aborted job leaves nothing", async () => {
  const job = await beginOutput(at("aborted/x"));
  await writeTextPart(job, 0, 0, [["a"]]);
  await abortOutput(job);
  assert.deepEqual(readdirSync(at("aborted")), []);
});

test("compressed parts", async () => {
  const lines = Array.from({ length: 50_000 }, (_, i) => `line ${i}`);
  const job = await beginOutput(at("zipped"));
  await writeTextPart(job, 0, 0, [lines], codecNamed("gzip"));
  await writeTextPart(job, 1, 0, [["d"]], codecNamed("org.apache.hadoop.io.compress.GzipCodec"));
  await commitOutput(job);
  assert.deepEqual(readdirSync(at("zipped")).sort(), ["_SUCCESS", "part-00000.gz", "part-00001.gz"]);
  assert.equal(gunzipSync(readFileSync(at("zipped/part-00000.gz"))).toString(), `${lines.join("\n")}\n`);
  assert.throws(() => codecNamed("gzp"), /Codec "gzp" is not available. Consider gzip\./);
});

test("object files give back what was written", async () => {
  const values = [1, "ä", null, undefined, 10n, new Date(5), [1, [2]], { a: new Map([[1, new Set([2])]]) }, Number.NaN];
  const many = Array.from({ length: 1000 }, (_, i) => ({ i }));
  const job = await beginOutput(at("objects"));
  await writeObjectPart<unknown>(job, 0, 0, [values, many]);
  await writeObjectPart(job, 1, 0, []);
  await commitOutput(job);
  const read = async (name: string) => {
    const out: unknown[] = [];
    for await (const elements of readObjectFile(at(name))) out.push(...elements);
    return out;
  };
  assert.deepEqual(await read("objects/part-00000"), [...values, ...many]);
  assert.deepEqual(await read("objects/part-00001"), []);
  writeFiles(dir, { "cut.obj": readFileSync(at("objects/part-00000")).subarray(0, 40), "text.obj": "some text" });
  await assert.rejects(read("cut.obj"), /cut\.obj is damaged: it ends in the middle/);
  await assert.rejects(read("text.obj"), /text\.obj is damaged: it does not begin/);
});

test("what has no serial form is named", async () => {
  const job = await beginOutput(at("functions"));
  await assert.rejects(writeObjectPart(job, 0, 0, [[() => 1]]), /^IllegalArgumentError: \(\) => 1 cannot be written/);
  await abortOutput(job);
});
