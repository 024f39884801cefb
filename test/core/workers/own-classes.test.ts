import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { RDD, type SparkContext } from "tspark";
import ts from "typescript";
import { setLogSink } from "../../../src/core/log/logger.js";
import { Cells } from "../../closure/cells.js";
import { withContext } from "../with-context.js";
import { LettersNode } from "./letters-source.js";

// What users and connectors derive from tspark's classes runs in workers too.

/** From where cells import: beside this file, `tspark` is the one under test. */
const BASE = path.join(path.dirname(fileURLToPath(import.meta.url)), "session.ts");

const inWorkers = <R>(f: (sc: SparkContext) => Promise<R>) =>
  withContext("local[2]", f, { "spark.tspark.placement": "workers" });

/** What the last cell exports, and what was said at INFO. */
async function session(sc: SparkContext, ...texts: string[]): Promise<{ out: unknown; said: string }> {
  Object.assign(globalThis, { sc });
  const lines: string[] = [];
  const undo = setLogSink(line => lines.push(line));
  sc.setLogLevel("INFO");
  try {
    const { out } = await new Cells(ts, {}, BASE).run(...texts);
    return { out: await out, said: lines.filter(line => line.includes("driver's thread")).join("\n") };
  } finally {
    sc.setLogLevel("WARN");
    undo();
  }
}

const isWorker = "!process.getBuiltinModule('node:worker_threads').isMainThread";

test("a partitioner of the user's own class places keys in workers", () =>
  inWorkers(async sc => {
    const { out, said } = await session(
      sc,
      `import { Partitioner } from "tspark"
       class ByLength extends Partitioner {
         constructor(readonly numPartitions: number) { super(); }
         getPartition(key: unknown) { if (!(${isWorker})) throw new Error("in the driver"); return String(key).length % this.numPartitions; }
       }`,
      `const pairs = sc.parallelize(["a", "bb", "ccc", "dd"], 2).map((w: string) => [w, 1]);
       export const out = pairs.partitionBy(new ByLength(2)).keys().glom().collect();`,
    );
    assert.deepEqual(out, [
      ["bb", "dd"],
      ["a", "ccc"],
    ]);
    assert.equal(said, "");
  }));

test("subtract on an RDD that such a partitioner spread: it is given keys, not whole elements", () =>
  inWorkers(async sc => {
    const { out, said } = await session(
      sc,
      `import { Partitioner } from "tspark"
       class ByLength extends Partitioner {
         readonly numPartitions = 2;
         getPartition(key: string) { if (!(${isWorker})) throw new Error("in the driver"); return key.length % 2; }
       }`,
      `const pairs = sc.parallelize(["a", "bb", "ccc", "dd"], 2).map((w: string) => [w, 1]).partitionBy(new ByLength());
       export const out = pairs.subtract(sc.parallelize([["bb", 1], ["a", 2]], 2)).glom().collect();`,
    );
    assert.deepEqual(out, [
      [["dd", 1]],
      [
        ["a", 1],
        ["ccc", 1],
      ],
    ]);
    assert.equal(said, "");
  }));

const LONGEST = (field: string) => `import { AccumulatorV2 } from "tspark"
  class Longest extends AccumulatorV2<string, string> {
    ${field} = "";
    get isZero() { return this.${field} === ""; }
    copy() { const c = new Longest(); c.${field} = this.${field}; return c; }
    reset() { this.${field} = ""; }
    add(s: string) { if (s.length > this.${field}.length) this.${field} = s; }
    merge(other: Longest) { this.add(other.${field}); }
    get value() { return this.${field}; }
  }
  const longest = new Longest();
  sc.register(longest, "longest");`;

const RUN = `export const out = sc.parallelize(["a", "bbb", "cc", "d"], 2)
  .map((s: string) => { longest.add(s); return ${isWorker}; })
  .collect().then(threads => [threads, longest.value]);`;

test("an accumulator of the user's own class is added to in workers", () =>
  inWorkers(async sc => {
    const { out, said } = await session(sc, LONGEST("longest"), RUN);
    assert.deepEqual(out, [[true, true, true, true], "bbb"]);
    assert.equal(said, "");
  }));

test("one with private fields keeps its stage in the driver's thread, which is said", () =>
  inWorkers(async sc => {
    const { out, said } = await session(sc, LONGEST("#longest"), RUN);
    assert.deepEqual(out, [[false, false, false, false], "bbb"]);
    assert.match(said, /the accumulator is a Longest, which has private fields/);
  }));

test("classes of tspark are those of the worker", () =>
  inWorkers(async sc => {
    const { out } = await session(
      sc,
      `import { HashPartitioner, TaskContext } from "tspark"
       export const out = sc.range(0, 4, 1, 2).map((x: number) => [TaskContext.getPartitionId(), new HashPartitioner(3).getPartition(x)]).collect();`,
    );
    assert.deepEqual(out, [
      [0, 0],
      [0, 1],
      [1, 2],
      [1, 0],
    ]);
  }));

test("a source that waits for its data is made again in workers from its module", () =>
  inWorkers(async sc => {
    const letters = new RDD(sc, new LettersNode(["ab", "c"]));
    assert.deepEqual(
      await letters
        .map(s => s.toUpperCase())
        .glom()
        .collect(),
      [
        ["A", "WORKER", "B", "WORKER"],
        ["C", "WORKER"],
      ],
    );
    assert.deepEqual(
      await letters.countByValue(),
      new Map([
        ["a", 1],
        ["worker", 3],
        ["b", 1],
        ["c", 1],
      ]),
    );
  }));
