import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { testContext } from "./with-context.js";

const sc = testContext();
const dir = mkdtempSync(path.join(tmpdir(), "tspark-test-"));
after(() => rmSync(dir, { recursive: true }));
const at = (name: string) => path.join(dir, name);

test("textFile reads every line once, however it is split", async () => {
  const lines = Array.from({ length: 500 }, (_, i) => `line ${i} ${"é".repeat(i % 7)}`);
  writeFileSync(at("a.txt"), lines.join("\n"));
  for (const n of [1, 2, 7, 50]) {
    const rdd = sc.textFile(at("a.txt"), n);
    assert.ok(rdd.getNumPartitions() >= n, `${rdd.getNumPartitions()} of ${n}`);
    assert.deepEqual(await rdd.collect(), lines);
  }
  assert.equal(sc.textFile(at("a.txt")).name, at("a.txt"));
});

test("textFile: directories, patterns, lists, gzip", async () => {
  mkdirSync(at("d"));
  writeFileSync(at("d/1.txt"), "one\r\n\rtwo");
  writeFileSync(at("d/2.txt.gz"), gzipSync("three\nfour\n"));
  writeFileSync(at("d/_hidden"), "no");
  const all = ["one", "", "two", "three", "four"];
  assert.deepEqual(await sc.textFile(at("d")).collect(), all);
  assert.deepEqual(await sc.textFile(at("d/{1,2}.*")).collect(), all);
  assert.deepEqual(await sc.textFile(`${at("d/2.txt.gz")},${at("d/1.txt")}`).collect(), [
    ...all.slice(3),
    ...all.slice(0, 3),
  ]);
  assert.deepEqual(
    await sc
      .textFile(at("d"))
      .map(s => s.length)
      .mapPartitions(it => [[...it].length])
      .sum(),
    5,
  );
  assert.deepEqual(await sc.textFile(at("d/2.txt.gz")).take(1), ["three"]);
});

test("a path that does not exist is named", async () => {
  await assert.rejects(sc.textFile(at("missing")).count(), e => String(e).includes(at("missing")));
});

test("wholeTextFiles and binaryFiles", async () => {
  const texts = await sc.wholeTextFiles(at("d")).collect();
  assert.deepEqual(
    texts.map(([name, text]) => [path.basename(name), text]),
    [
      ["1.txt", "one\r\n\rtwo"],
      ["2.txt.gz", "three\nfour\n"],
    ],
  );
  const [[, bytes]] = (await sc.binaryFiles(at("d/1.txt")).collect()) as [[string, Buffer]];
  assert.equal(bytes.toString(), "one\r\n\rtwo");
});

test("saveAsTextFile writes a part for each partition, and refuses an existing directory", async () => {
  const rdd = sc.parallelize<unknown>([["a", 1], { x: 1 }, null, [["n", 2], 3], "s", 1.5], 2);
  await rdd.saveAsTextFile(at("out"));
  assert.deepEqual(readdirSync(at("out")).sort(), ["_SUCCESS", "part-00000", "part-00001"]);
  assert.equal(readFileSync(at("out/part-00000"), "utf8"), '(a,1)\n{"x":1}\nnull\n');
  assert.equal(readFileSync(at("out/part-00001"), "utf8"), "((n,2),3)\ns\n1.5\n");
  await assert.rejects(rdd.saveAsTextFile(at("out")), /already exists/);
  await rdd.saveAsTextFile(at("zipped"), "gzip");
  assert.equal(gunzipSync(readFileSync(at("zipped/part-00000.gz"))).toString(), '(a,1)\n{"x":1}\nnull\n');
});

test("a save that fails leaves nothing", async () => {
  const before = readdirSync(dir);
  const rdd = sc.parallelize([1, 2], 2).map(x => {
    if (x === 2) throw new Error("boom");
    return x;
  });
  await assert.rejects(rdd.saveAsTextFile(at("failed")), /boom/);
  assert.deepEqual(readdirSync(dir), before);
});

test("object files keep what elements are", async () => {
  const xs = [new Map([["k", [1, undefined]]]), new Date(5), -0, 10n, { a: Number.NaN }];
  await sc.parallelize<unknown>(xs, 2).saveAsObjectFile(at("objects"));
  assert.deepEqual(await sc.objectFile(at("objects")).collect(), xs);
});
