import assert from "node:assert/strict";
import { test } from "node:test";
import { type SparkContext, TaskNotSerializableError } from "tspark";
import { setLogSink } from "../../src/core/log/logger.js";
import { Cells } from "../closure/cells.js";
import { withContext } from "./with-context.js";

// Closures as the shell and ts-node compile them: with the variables they capture.

/** Runs cells of TypeScript in which `sc` is in scope, and gives what the last one exports. */
async function session(sc: SparkContext, ...texts: string[]): Promise<Record<string, never>> {
  Object.assign(globalThis, { sc });
  const cells = new Cells();
  return cells.run(...texts);
}

test("what a closure assigns to a captured variable stays in its task; an accumulator does not", () =>
  withContext("local[2]", async sc => {
    const { seen, count, sum, out } = await session(
      sc,
      "let count = 0; const seen = new Set<number>(); const sum = sc.longAccumulator();",
      "const rdd = sc.parallelize([1, 2, 3, 4], 2).map((x: number) => { count += x; seen.add(x); sum.add(x); return [count, seen.size]; });",
      "export const out = rdd.collect(); export { seen, count, sum };",
    );
    assert.deepEqual(await out, [
      [1, 1],
      [3, 2],
      [3, 1],
      [7, 2],
    ]);
    assert.equal(count, 0);
    assert.equal((seen as Set<number>).size, 0);
    assert.equal((sum as { value: number }).value, 10);
  }));

for (const placement of ["driver", "workers"]) {
  test(`each task has its own copy of what a closure changes, beside something that cannot travel too (${placement})`, () =>
    withContext(
      "local[2]",
      async sc => {
        const { out, left } = await session(
          sc,
          "import { Socket } from 'node:net'\nconst sock = new Socket(); let n = 0; const box = { n: 0 };",
          "const two = sc.parallelize([1, 2], 2); const bump = (x: number) => (n += x);" +
            "export const out = Promise.all([" +
            "two.map((x: number) => (n += x)).collect()," +
            "two.map((x: number) => bump(x)).collect()," +
            "two.map((x: number) => (box.n += x)).collect()," +
            "two.mapPartitions((it: Iterable<number>) => [...it].map(x => (n += x))).collect()," +
            "two.map((x: number) => { n += x; return sock.destroyed ? -1 : n; }).collect()]);",
          "export const left = out.then(() => n); export { out };",
        );
        assert.deepEqual(await out, new Array(5).fill([1, 2]));
        assert.equal(await left, 0);
      },
      { "spark.tspark.placement": placement },
    ));
}

test("each job takes the variables as they are when it starts", () =>
  withContext("local[2]", async sc => {
    const { run } = await session(
      sc,
      "let k = 1; const rdd = sc.parallelize([1, 2]).map((x: number) => x * k); export const run = async () => { const before = await rdd.collect(); k = 10; return [before, await rdd.collect()]; };",
    );
    assert.deepEqual(await (run as () => Promise<number[][]>)(), [
      [1, 2],
      [10, 20],
    ]);
  }));

test("classes, broadcast values and functions that call functions travel", () =>
  withContext("local[2]", async sc => {
    const { out } = await session(
      sc,
      "class P { constructor(readonly a: number) {} twice() { return this.a * 2; } }",
      "const names = sc.broadcast(new Map([[2, 'two']])); const half = (x: number) => x / 2; const quarter = (x: number) => half(half(x));",
      "export const out = sc.parallelize([4, 8]).map((x: number) => new P(quarter(x)).twice()).map((x: number) => names.value.get(x) ?? x).collect();",
    );
    assert.deepEqual(await out, ["two", 4]);
  }));

test("an RDD or the context in a closure is explained where it is used", () =>
  withContext("local[2]", async sc => {
    const { nested, context } = await session(
      sc,
      "const other = sc.parallelize([1]); const mine = { sc };",
      "export const nested = () => sc.parallelize([1]).map((x: number) => other.count()).collect(); export const context = () => sc.parallelize([1]).map((x: number) => mine.sc.parallelize([x]).id).collect();",
    );
    await assert.rejects(nested as () => Promise<unknown>, /can only be invoked by the driver/);
    await assert.rejects(context as () => Promise<unknown>, /parallelize was called inside a closure/);
  }));

test("what cannot travel keeps its stage in the driver's thread, and an INFO line names it", () =>
  withContext("local[2]", async sc => {
    const lines: string[] = [];
    const undo = setLogSink(line => lines.push(line));
    sc.setLogLevel("INFO");
    const { out } = await session(
      sc,
      "const seen = new WeakMap<object, number>();",
      "export const out = sc.parallelize([1]).map((x: number) => seen.has({}) ? 1 : x).collect();",
    );
    assert.deepEqual(await out, [1]);
    sc.setLogLevel("WARN");
    undo();
    assert.ok(
      lines.some(l => l.includes("seen is a WeakMap")),
      lines.join("\n"),
    );
  }));

test("in the strict setting it is an error that names the path", () =>
  withContext(
    "local[2]",
    async sc => {
      const { out } = await session(
        sc,
        "const seen = new WeakMap<object, number>();",
        "export const out = () => sc.parallelize([1]).map((x: number) => seen.has({}) ? 1 : x).collect();",
      );
      await assert.rejects(out as () => Promise<unknown>, (e: Error) => {
        assert.ok(e instanceof TaskNotSerializableError);
        assert.match(e.message, /^Task not serializable: .*seen is a WeakMap/);
        return true;
      });
    },
    { "spark.tspark.closure.strict": "true" },
  ));

test("every attempt of a task begins with fresh copies", () =>
  withContext("local[1,3]", async sc => {
    sc.setLogLevel("OFF");
    const { out } = await session(
      sc,
      "const seen: number[] = [];",
      "let tries = { n: 0 }; Object.assign(globalThis, { tries });",
      "export const out = sc.parallelize([1, 2, 3], 1).map((x: number) => { seen.push(x); const g = globalThis as never as { tries: { n: number } }; if (x === 3 && ++g.tries.n < 3) throw new Error('again'); return seen.length; }).collect();",
    );
    assert.deepEqual(await out, [1, 2, 3]);
    sc.setLogLevel("WARN");
  }));
