import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { JobAbortedError, type SparkContext, StorageLevel, TaskContext, TaskNotSerializableError } from "tspark";
import { setLogSink } from "../../../src/core/log/logger.js";
import { Cells } from "../../closure/cells.js";
import { chainsGiveWhatArraysGive } from "../chains.js";
import { byKey, withContext } from "../with-context.js";

const WORKERS = { "spark.tspark.placement": "workers" };
const inWorkers = <R>(f: (sc: SparkContext) => Promise<R>, master = "local[2]", settings = {}) =>
  withContext(master, f, { ...WORKERS, ...settings });

const inDriver = () => process.getBuiltinModule("node:worker_threads").isMainThread;

/** Both threads of a rendezvous must be there at the same time, or it ends in an error. */
function meeting(parties: number) {
  return { here: new Int32Array(new SharedArrayBuffer(8)), parties };
}

test("chains of operations give what a plain array gives", () =>
  inWorkers(sc => chainsGiveWhatArraysGive(sc, 60), "local[3]"));

test("tasks run in other threads", () =>
  inWorkers(async sc => {
    const threads = await sc
      .range(0, 4, 1, 4)
      .map(() => inDriver())
      .collect();
    assert.deepEqual(threads, [false, false, false, false]);
  }));

for (const placement of ["workers", "auto"]) {
  test(`two tasks run at the same time (${placement})`, () =>
    withContext(
      "local[2]",
      async sc => {
        const { here, parties } = meeting(2);
        const met = await sc
          .parallelize([0, 1], 2)
          .map(x => {
            Atomics.add(here, 0, 1);
            Atomics.notify(here, 0);
            const before = Date.now();
            while (Atomics.load(here, 0) < parties) {
              if (Date.now() - before > 20_000) throw new Error("nobody else came");
              Atomics.wait(here, 0, 1, 100);
            }
            return x;
          })
          .collect();
        assert.deepEqual(met, [0, 1]);
      },
      { "spark.tspark.placement": placement },
    ));
}

test("captured variables travel, of plain functions and of those that were compiled with their captures", () =>
  inWorkers(async sc => {
    const table = new Map([[1, "one"]]);
    const twice = (x: number) => x * 2;
    assert.deepEqual(
      await sc
        .parallelize([1, 2], 2)
        .map(x => [table.get(x), twice(x)])
        .collect(),
      [
        ["one", 2],
        [undefined, 4],
      ],
    );
    Object.assign(globalThis, { sc });
    const cells = new Cells();
    await cells.run(
      "class P { constructor(readonly x: number) {} twice() { return this.x * 2 } }",
      "const out = () => sc.parallelize([1, 2], 2).map((x: number) => new P(x)).collect();",
    );
    const out = cells.fn("out") as () => Promise<{ twice(): number }[]>;
    const made = await out();
    assert.deepEqual(
      made.map(p => p.twice()),
      [2, 4],
    );
    assert.equal(made[0]!.constructor, cells.value("P"));
  }));

test("what is thrown comes back with its class, its properties and the place in the source", () =>
  inWorkers(async sc => {
    await assert.rejects(
      sc
        .range(0, 4, 1, 2)
        .map(x => {
          if (x === 3) throw Object.assign(new RangeError(`no ${x}`), { row: x, cause: new Error("deeper") });
          return x;
        })
        .collect(),
      (error: Error) => {
        assert.ok(error instanceof JobAbortedError);
        assert.match(error.message, /RangeError: no 3/);
        const cause = error.cause as RangeError & { row: number };
        assert.ok(cause instanceof RangeError);
        assert.equal(cause.row, 3);
        assert.equal((cause.cause as Error).message, "deeper");
        assert.match(cause.stack!, /workers\.test\.[jt]s:\d+:\d+/);
        return true;
      },
    );
  }));

test("an error of a class that exists only within the closure keeps its name and what it holds", () =>
  inWorkers(async sc => {
    await assert.rejects(
      sc
        .range(0, 4, 1, 2)
        .map(x => {
          class BadRow extends Error {
            override readonly name = "BadRow";
            readonly code = 42;
            readonly row = { x };
            readonly undo = () => x;
          }
          if (x === 3) throw new BadRow("no");
          return x;
        })
        .collect(),
      ({ message, cause }: Error) => {
        assert.match(message, /BadRow: no/);
        assert.equal((cause as Error).name, "BadRow");
        assert.deepEqual({ ...(cause as object) }, { code: 42, row: { x: 3 } });
        assert.equal(Object.hasOwn(cause as object, "cause"), false);
        return true;
      },
    );
  }));

test("an error of ours keeps its class and its code", () =>
  inWorkers(async sc => {
    const pairs = sc.parallelize([1, 2], 2) as never as { reduceByKey(f: Function): { collect(): Promise<unknown> } };
    await assert.rejects(pairs.reduceByKey((a: number) => a).collect(), (error: Error) => {
      assert.equal((error.cause as { code?: string }).code, "NOT_A_PAIR");
      return true;
    });
  }));

test("a task is tried again in a worker, as often as the master string says", () =>
  inWorkers(async sc => {
    const tried = await sc
      .range(0, 2, 1, 2)
      .mapPartitions(it => {
        const { get } = TaskContext;
        const attempt = get.call(TaskContext)!.attemptNumber();
        if (attempt < 2) throw new Error("not yet");
        return [[...it].length + attempt];
      })
      .collect();
    assert.deepEqual(tried, [3, 3]);
  }, "local[2,3]"));

test("a closure that ends its thread fails its task, and the next job has a new one", () =>
  inWorkers(async sc => {
    await assert.rejects(
      sc.range(0, 2, 1, 2).foreach(() => process.exit(7)),
      /ExecutorLostFailure .*exit code 7/,
    );
    assert.deepEqual(await sc.range(0, 2, 1, 2).collect(), [0, 1]);
  }));

test("accumulators are merged, those of a failed attempt are not", () =>
  inWorkers(async sc => {
    const sum = sc.longAccumulator();
    const seen = sc.collectionAccumulator<string>();
    await sc.range(0, 100, 1, 4).foreach(x => {
      sum.add(x);
      if (x % 50 === 0) seen.add(`x${x}`);
      if (x === 99 && TaskContext.get()!.attemptNumber() === 0) throw new Error("once");
    });
    assert.equal(sum.value, 4950);
    assert.deepEqual([...seen.value].sort(), ["x0", "x50"]);
  }, "local[2,2]"));

test("an accumulator of one's own class keeps its stage in the driver's thread", () =>
  inWorkers(async sc => {
    const { AccumulatorV2 } = await import("tspark");
    class Most extends AccumulatorV2<number, number> {
      most = 0;
      get isZero() {
        return this.most === 0;
      }
      copy() {
        const copy = new Most();
        copy.most = this.most;
        return copy;
      }
      reset() {
        this.most = 0;
      }
      add(x: number) {
        this.most = Math.max(this.most, x);
      }
      merge(other: Most) {
        this.most = Math.max(this.most, other.most);
      }
      get value() {
        return this.most;
      }
    }
    const most = new Most();
    sc.register(most);
    await sc.range(0, 10, 1, 2).foreach(x => most.add(x));
    assert.equal(most.value, 9);
  }));

test("a broadcast value is there, and gone where it was destroyed", () =>
  inWorkers(async sc => {
    const names = sc.broadcast(new Map([[1, "one"]]));
    const rdd = sc.parallelize([1, 2], 2).map(x => names.value.get(x));
    assert.deepEqual(await rdd.collect(), ["one", undefined]);
    await names.unpersist();
    assert.deepEqual(await rdd.collect(), ["one", undefined]);
    await names.destroy();
    await assert.rejects(rdd.collect(), /after it was destroyed/);
  }));

test("what is cached is computed once, by whichever thread", () =>
  inWorkers(async sc => {
    const calls = sc.longAccumulator();
    for (const level of [StorageLevel.MEMORY_ONLY, StorageLevel.MEMORY_AND_DISK_SER, StorageLevel.DISK_ONLY]) {
      calls.reset();
      const rdd = sc
        .range(0, 100, 1, 4)
        .map(x => {
          calls.add(1);
          return [x % 3, { x }] as [number, { x: number }];
        })
        .persist(level);
      const first = await rdd.collect();
      assert.deepEqual(await rdd.collect(), first);
      assert.equal((await rdd.groupByKey().collect()).length, 3);
      assert.equal(calls.value, 100);
      assert.equal(sc.storedRDD(rdd.id).cachedPartitions, 4);
      rdd.unpersist();
      assert.deepEqual(await rdd.collect(), first);
      assert.equal(calls.value, 200);
    }
  }));

test("a job that is cancelled ends, also in a call that never returns; its worker is replaced", () =>
  inWorkers(async sc => {
    const here = new Int32Array(new SharedArrayBuffer(4));
    sc.setJobGroup("endless", "");
    const endless = sc.range(0, 2, 1, 2).foreach(() => {
      Atomics.add(here, 0, 1);
      for (;;);
    });
    while (Atomics.load(here, 0) === 0) await new Promise(setImmediate);
    sc.cancelJobGroup("endless");
    await assert.rejects(endless, /cancelled part of cancelled job group endless/);
    sc.clearJobGroup();
    assert.deepEqual(await sc.range(0, 4, 1, 2).collect(), [0, 1, 2, 3]);
  }));

test("what cannot travel keeps its stage in the driver's thread, and an INFO line says why", () =>
  inWorkers(async sc => {
    const lines: string[] = [];
    const restore = setLogSink(line => lines.push(line));
    sc.setLogLevel("INFO");
    try {
      const socket = new AbortController();
      const out = await sc
        .range(0, 2, 1, 2)
        .map(() => [inDriver(), socket.signal.aborted])
        .collect();
      assert.deepEqual(out, [
        [true, false],
        [true, false],
      ]);
      assert.match(
        lines.join("\n"),
        /INFO Executor: A stage stays in the driver's thread: the closure -> socket is an AbortController/,
      );
    } finally {
      sc.setLogLevel("WARN");
      restore();
    }
  }));

test("in the strict setting it is an error", () =>
  inWorkers(
    async sc => {
      const socket = new AbortController();
      await assert.rejects(
        sc
          .range(0, 2, 1, 2)
          .map(() => socket.signal.aborted)
          .collect(),
        (error: Error) => {
          const cause = error instanceof TaskNotSerializableError ? error : error.cause;
          assert.ok(cause instanceof TaskNotSerializableError);
          assert.match(cause.message, /Task not serializable: the closure -> socket is an AbortController/);
          return true;
        },
      );
    },
    "local[2]",
    { "spark.tspark.closure.strict": "true" },
  ));

test("a result that cannot travel is made in the driver's thread", () =>
  inWorkers(async sc => {
    const [f] = await sc
      .range(0, 2, 1, 2)
      .map(x => ({ x, close: new AbortController() }))
      .collect();
    assert.ok(f!.close instanceof AbortController);
  }));

test("files are read and written by the tasks", () =>
  inWorkers(async sc => {
    const dir = mkdtempSync(path.join(tmpdir(), "tspark-"));
    try {
      await sc
        .range(0, 1000, 1, 3)
        .map(x => `line ${x % 10}`)
        .saveAsTextFile(path.join(dir, "out"));
      assert.match(readFileSync(path.join(dir, "out/part-00000"), "utf8"), /^line 0\nline 1\n/);
      const counts = await sc
        .textFile(path.join(dir, "out"), 4)
        .map(line => [line, 1])
        .reduceByKey((a, b) => a + b)
        .collect();
      assert.equal(counts.length, 10);
      assert.ok(counts.every(([, n]) => n === 100));
    } finally {
      rmSync(dir, { recursive: true });
    }
  }));

test("asynchronous closures are awaited", () =>
  inWorkers(async sc => {
    const doubled = sc.range(0, 4, 1, 2).mapAsync(async x => {
      await Promise.resolve();
      return x * 2;
    });
    assert.deepEqual(await doubled.collect(), [0, 2, 4, 6]);
  }));

test("shuffles between threads: combined, grouped, sorted, joined", () =>
  inWorkers(async sc => {
    const pairs = sc.range(0, 1000, 1, 3).map(x => [`k${x % 10}`, x] as [string, number]);
    assert.deepEqual(
      byKey(await pairs.reduceByKey((a, b) => a + b, 4).collect()).map(([, n]) => n),
      Array.from({ length: 10 }, (_, i) => 49500 + 100 * i),
    );
    const joined = await pairs.join(sc.parallelize([["k3", true]] as [string, boolean][], 2)).collect();
    assert.equal(joined.length, 100);
    const sorted = await sc
      .range(0, 5000, 1, 3)
      .map(x => (x * 7919) % 5003)
      .sortBy(x => x, false, 4)
      .collect();
    assert.deepEqual(
      sorted,
      [...sorted].sort((a, b) => b - a),
    );
    assert.equal(
      (
        await pairs
          .groupByKey()
          .mapValues(vs => vs.length)
          .collect()
      ).length,
      10,
    );
  }));

test("a partitioner of one's own keeps the map side in the driver's thread", () =>
  inWorkers(async sc => {
    const { Partitioner } = await import("tspark");
    class Parity extends Partitioner {
      readonly numPartitions = 2;
      getPartition(key: unknown) {
        return Number(key) % 2;
      }
    }
    const parts = await sc
      .range(0, 6, 1, 3)
      .map(x => [x, x] as [number, number])
      .partitionBy(new Parity())
      .keys()
      .glom()
      .collect();
    assert.deepEqual(parts, [
      [0, 2, 4],
      [1, 3, 5],
    ]);
  }));

test("what a closure prints is there before its job has ended", () =>
  inWorkers(async sc => {
    const out: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = ((text: string) => {
      out.push(String(text));
      return true;
    }) as typeof write;
    try {
      await sc.range(0, 2, 1, 2).foreach(x => console.log("printed", x));
    } finally {
      process.stdout.write = write;
    }
    assert.deepEqual(out.filter(line => line.startsWith("printed")).sort(), ["printed 0\n", "printed 1\n"]);
  }));

test("numbers of a task come back: what it read and wrote", () =>
  inWorkers(async sc => {
    let records = 0;
    sc.addSparkListener({
      onTaskEnd: e => {
        records += e.taskMetrics?.shuffleWriteRecords ?? 0;
      },
    });
    await sc
      .range(0, 100, 1, 2)
      .map(x => [x, 1] as [number, number])
      .groupByKey()
      .count();
    assert.equal(records, 100);
  }));
