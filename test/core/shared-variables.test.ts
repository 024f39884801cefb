import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { AccumulatorV2, HashPartitioner, SparkFiles, TaskContext } from "tspark";
import { temporaryDirectory } from "./io/temporary-directory.js";
import { testContext } from "./with-context.js";

const sc = testContext("local[2,2]");

test("long, double and collection accumulators", async () => {
  const n = sc.longAccumulator("n");
  const d = sc.doubleAccumulator();
  const seen = sc.collectionAccumulator<string>("seen");
  await sc.parallelize(["a", "bb", "ccc"], 3).foreach(s => {
    n.add(s.length);
    d.add(s.length / 2);
    seen.add(s);
  });
  assert.deepEqual([n.value, n.count, n.avg, n.name], [6, 3, 2, "n"]);
  assert.equal(d.value, 3);
  assert.deepEqual(seen.value, ["a", "bb", "ccc"]);
  n.reset();
  assert.equal(n.isZero, true);
});

test("what is no number is refused by accumulators of numbers, in the driver and in tasks", async () => {
  for (const acc of [sc.longAccumulator(), sc.doubleAccumulator()]) {
    for (const value of ["1", undefined, null, 1n]) {
      assert.throws(() => acc.add(value as never), { code: "BAD_ARGUMENT", message: /it must be a number/ });
    }
    sc.setLogLevel("OFF");
    await assert.rejects(
      sc.parallelize(["1"], 1).foreach(s => acc.add(s as never)),
      /the value is '1', it must be a number/,
    );
    sc.setLogLevel("WARN");
    assert.equal(acc.isZero, true);
  }
});

test("an attempt that failed adds nothing", async () => {
  const n = sc.longAccumulator();
  let failed = false;
  sc.setLogLevel("OFF");
  await sc.parallelize([1, 2, 3], 1).foreach(x => {
    n.add(x);
    if (x === 2 && !failed) {
      failed = true;
      throw new Error("once");
    }
  });
  sc.setLogLevel("WARN");
  assert.equal(n.value, 6);
});

test("code that runs behind an asynchronous step belongs to its task, too", async () => {
  const n = sc.longAccumulator();
  let failures = 1;
  const slow = sc.parallelize([1, 2, 3], 1).mapAsync(async x => {
    await undefined;
    return [x % 2, x] as [number, number];
  });
  const counted = slow.map(pair => {
    n.add(1);
    return pair;
  });
  // Partitions of two parents, cached: the map above is computed chunk by chunk, not by the last loop.
  const both = counted.cache().union(sc.parallelize([[0, 1]] as [number, number][], 1));
  sc.setLogLevel("OFF");
  const partitions = await both
    .reduceByKey((a, b) => a + b, 1)
    .mapPartitions(pairs => {
      const all = [...pairs];
      if (failures-- > 0) throw new Error("once");
      return [[TaskContext.get() !== undefined, all.length]];
    })
    .collect();
  sc.setLogLevel("WARN");
  assert.deepEqual(partitions, [[true, 2]]);
  assert.equal(n.value, 3);
  const spread = new HashPartitioner(2);
  const local = slow.reduceByKey((a, b) => a + b, spread).mapAsync(async x => x);
  assert.equal(await local.count(), 2);
});

test("an accumulator of one's own class", async () => {
  class Longest extends AccumulatorV2<string, string> {
    #longest = "";
    get isZero() {
      return this.#longest === "";
    }
    copy() {
      const c = new Longest();
      c.#longest = this.#longest;
      return c;
    }
    reset() {
      this.#longest = "";
    }
    add(s: string) {
      if (s.length > this.#longest.length) this.#longest = s;
    }
    merge(other: Longest) {
      this.add(other.#longest);
    }
    get value() {
      return this.#longest;
    }
  }
  const longest = new Longest();
  sc.register(longest, "longest");
  await sc.parallelize(["a", "ccc", "bb"], 3).foreach(s => longest.add(s));
  assert.equal(longest.value, "ccc");
  assert.equal(longest.name, "longest");
});

test("broadcast", async () => {
  const names = sc.broadcast(new Map([[1, "one"]]));
  assert.deepEqual(
    await sc
      .parallelize([1, 2])
      .map(x => names.value.get(x))
      .collect(),
    ["one", undefined],
  );
  await names.unpersist();
  assert.equal(names.value.size, 1);
  await names.destroy();
  assert.throws(() => names.value, /after it was destroyed/);
  assert.throws(() => sc.broadcast(sc.parallelize([1])), /collect\(\) and broadcast the result/);
});

test("addFile", () => {
  sc.addFile(import.meta.filename);
  assert.match(SparkFiles.get(path.basename(import.meta.filename)), /shared-variables\.test\.[jt]s$/);
  assert.throws(() => SparkFiles.get("other"), /No file other was added: there are shared-variables/);
});

test("addFile of a directory", () => {
  const directory = path.join(temporaryDirectory(), "words");
  mkdirSync(path.join(directory, "de"), { recursive: true });
  writeFileSync(path.join(directory, "de/stop.txt"), "der\n");
  assert.throws(() => sc.addFile(directory), {
    code: "DIRECTORY_TO_ADD",
    message: /^addFile: .*words is a directory, and recursive is not turned on\. sc\.addFile\(path, true\)/,
  });
  assert.deepEqual(SparkFiles.list().includes("words"), false);
  sc.addFile(`file:${directory}/`, true);
  assert.equal(readFileSync(path.join(SparkFiles.get("words"), "de/stop.txt"), "utf8"), "der\n");
  assert.throws(() => sc.addFile(directory, "yes" as never), { code: "BAD_ARGUMENT" });
});

test("local properties stay with the asynchronous context that set them", async () => {
  const flow = async (name: string) => {
    await null;
    sc.setLocalProperty("who", name);
    await null;
    return sc.getLocalProperty("who");
  };
  assert.deepEqual(await Promise.all([flow("a"), flow("b")]), ["a", "b"]);
  sc.setLocalProperty("who", undefined);
  assert.equal(sc.getLocalProperty("who"), undefined);
});

test("addFile of what is not there", () => {
  assert.throws(() => sc.addFile("/no/such/file"), /there is no file or directory \/no\/such\/file/);
  for (const url of ["file://host/x", "file:/%zz"]) {
    assert.throws(() => sc.addFile(url), {
      code: "BAD_ARGUMENT",
      message: /it must be a URL of this machine, file:\/path/,
    });
  }
  assert.throws(() => sc.addFile("s3a://bucket/file"), /^IllegalArgumentError: No FileSystem for scheme "s3a"/);
});
