import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { JobAbortedError, type SparkContext, SparkError, StorageLevel } from "tspark";
import type { ByteSink } from "../../../src/core/io/file-system.js";
import { registerFileSystem } from "../../../src/core/io/file-systems.js";
import { LocalFileSystem } from "../../../src/core/io/local-file-system.js";
import { setLogSink } from "../../../src/core/log/logger.js";
import { sorted, withContext } from "../with-context.js";

const dir = mkdtempSync(path.join(tmpdir(), "spill-test-"));
after(() => rmSync(dir, { recursive: true }));

/** A context with so little memory that everything of some size goes to disk. */
const spilling = <R>(f: (sc: SparkContext) => Promise<R>, settings = {}, master = "local[2]") =>
  withContext(master, f, { "spark.local.dir": dir, "spark.tspark.memory.budget": "16k", ...settings });

/** Runs a job and gives what it gave, and what its tasks said of spilling and of shuffles. */
async function spilled<R>(sc: SparkContext, job: () => Promise<R>) {
  const sum = { memoryBytesSpilled: 0, diskBytesSpilled: 0, shuffleWriteBytes: 0, shuffleReadBytes: 0 };
  const listener = {
    onTaskEnd: ({ taskMetrics }: { taskMetrics: typeof sum }) => {
      for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += taskMetrics[name];
    },
  };
  sc.addSparkListener(listener);
  const result = await job();
  sc.removeSparkListener(listener);
  return { result, ...sum };
}

/** The files of the application's directory but the record of its owner. */
function files(): string[] {
  return readdirSync(dir).flatMap(app => readdirSync(path.join(dir, app)).filter(name => name !== "owner.json"));
}

const N = 20_000;

const JOBS: Readonly<Record<string, { job: (sc: SparkContext) => Promise<unknown>; expected: unknown }>> = {
  reduceByKey: {
    job: async sc => {
      const counts = await sc
        .range(0, N, 1, 3)
        .map(x => [`k${x % 5000}`, 1] as [string, number])
        .reduceByKey((a, b) => a + b)
        .collect();
      return [counts.length, new Set(counts.map(c => c[0])).size, counts.every(c => c[1] === N / 5000)];
    },
    expected: [5000, 5000, true],
  },
  aggregateByKey: {
    job: async sc => {
      const sets = await sc
        .range(0, N, 1, 3)
        .map(x => [x % 1000, x] as [number, number])
        .aggregateByKey(
          new Set<number>(),
          (seen, x) => seen.add(x % 7),
          (a, b) => new Set([...a, ...b]),
        )
        .collect();
      return [sets.length, sets.every(([, set]) => set.size === 7)];
    },
    expected: [1000, true],
  },
  distinct: {
    job: sc =>
      sc
        .range(0, N, 1, 3)
        .map(x => ({ x: x % 4000 }))
        .distinct()
        .count(),
    expected: 4000,
  },
  groupByKey: {
    job: async sc => {
      const groups = await sc
        .range(0, N, 1, 3)
        .map(x => [x % 100, x] as [number, number])
        .groupByKey()
        .collect();
      // Values come in the order of the input.
      return groups.every(([k, xs]) => xs.length === N / 100 && xs.every((x, i) => x === k + 100 * i));
    },
    expected: true,
  },
  "a group that is too big by itself": {
    job: async sc => {
      const groups = await sc
        .range(0, N, 1, 3)
        .map(x => [x % 10 === 0 ? x : -1, x] as [number, number])
        .groupByKey()
        .collect();
      return [groups.length, groups.find(([k]) => k === -1)?.[1].length];
    },
    expected: [N / 10 + 1, N * 0.9],
  },
  join: {
    job: async sc => {
      const left = sc.range(0, N, 1, 3).map(x => [x % 7000, x] as [number, number]);
      const right = sc.range(0, 7000, 1, 2).map(x => [x, `v${x}`] as [number, string]);
      const joined = left.join(right);
      return [await joined.count(), await joined.filter(([k, [x, v]]) => x % 7000 === k && v === `v${k}`).count()];
    },
    expected: [N, N],
  },
  "join of what is partitioned alike already": {
    job: sc => {
      const left = sc
        .range(0, N, 1, 3)
        .map(x => [x, x] as [number, number])
        .partitionBy(3);
      const right = left.mapValues(x => `v${x}`);
      return left.join(right, 3).count();
    },
    expected: N,
  },
  "what is where it belongs already": {
    job: async sc => {
      const pairs = sc
        .range(0, N, 1, 3)
        .map(x => [x % 5000, x] as [number, number])
        .partitionBy(2);
      const sums = await pairs.reduceByKey((a, b) => a + b, 2).collectAsMap();
      const groups = await pairs.groupByKey(2).collectAsMap();
      const order = await pairs.repartitionAndSortWithinPartitions(2).keys().glom().collect();
      const inOrder = order.every(keys => keys.every((k, i) => i === 0 || keys[i - 1]! <= k));
      return [sums.size, sums.get(7), groups.size, groups.get(7), order.flat().length, inOrder];
    },
    expected: [5000, 7 * 4 + 5000 * 6, 5000, [7, 5007, 10_007, 15_007], N, true],
  },
  "sort of numbers": {
    job: async sc => {
      const xs = await sc
        .range(0, N, 1, 3)
        .map(x => (x * 7919) % 20_011)
        .sortBy(x => x, false)
        .collect();
      return xs.length === N && xs.every((x, i) => i === 0 || xs[i - 1]! > x);
    },
    expected: true,
  },
  "sort by a part of it: equal ones stay in their order": {
    job: async sc => {
      const xs = await sc
        .range(0, N, 1, 3)
        .map(x => `${x % 10}:${x}`)
        .sortBy(s => s.slice(0, 1), true, 2)
        .collect();
      return xs.every((x, i) => {
        if (i === 0) return true;
        const [[a, b], [c, d]] = [xs[i - 1]!.split(":"), x.split(":")] as [[string, string], [string, string]];
        return a < c || (a === c && Number(b) < Number(d));
      });
    },
    expected: true,
  },
  repartition: { job: async sc => sorted(await sc.range(0, N, 1, 3).repartition(5).collect()).at(-1), expected: N - 1 },
};

for (const placement of ["driver", "workers"]) {
  for (const [name, { job, expected }] of Object.entries(JOBS)) {
    test(`${name} with less memory than data (${placement})`, () =>
      spilling(
        async sc => {
          const { result, memoryBytesSpilled, diskBytesSpilled } = await spilled(sc, () => job(sc));
          assert.deepEqual(result, expected);
          assert.ok(diskBytesSpilled > 16_384, "it has spilled");
          assert.ok(memoryBytesSpilled >= diskBytesSpilled, "objects take more than bytes");
        },
        { "spark.tspark.placement": placement },
      ));
  }
}

test("a second job on what was spilled finds the same", () =>
  spilling(async sc => {
    const sums = sc
      .range(0, N, 1, 3)
      .map(x => [`k${x % 5000}`, [x]] as [string, number[]])
      // It changes its argument: merged twice, there would be too many.
      .reduceByKey((a, b) => {
        a.push(...b);
        return a;
      })
      .mapValues(xs => xs.length);
    const first = await sums.collectAsMap();
    assert.deepEqual(await sums.collectAsMap(), first);
    assert.equal(first.get("k7"), 4);
  }));

test("with memory enough nothing goes to disk, and the bytes of shuffles are counted", () =>
  spilling(
    async sc => {
      const pairs = sc.range(0, N, 1, 3).map(x => [x % 5000, 1] as [number, number]);
      const found = await spilled(sc, () => pairs.reduceByKey((a, b) => a + b).count());
      assert.equal(found.diskBytesSpilled, 0);
      assert.ok(found.shuffleWriteBytes > 15_000 * 8);
      assert.equal(found.shuffleReadBytes, found.shuffleWriteBytes);
      assert.deepEqual(readdirSync(dir), []);
    },
    { "spark.tspark.memory.budget": "64m", "spark.tspark.placement": "driver" },
  ));

test("the files of tasks go with the tasks, those of shuffles and the cache with what refers to them", () =>
  spilling(async sc => {
    const spread = sc
      .range(0, N, 1, 3)
      .map(x => [`k${x}`, x] as [string, number])
      .partitionBy(2);
    await spread.count();
    const ofShuffles = files();
    // Each map task had more than its share; for the last piece of one there may be room in memory, which is estimated.
    const tasks = ofShuffles.map(name => /^task_\d+/.exec(name)?.[0]).filter(task => task !== undefined);
    assert.deepEqual([...new Set(tasks)].sort(), ["task_0", "task_1", "task_2"]);
    const cached = sc
      .range(0, N, 1, 3)
      .map(x => `text ${x}`)
      .persist(StorageLevel.DISK_ONLY);
    await cached.count();
    assert.equal(files().length, ofShuffles.length + 3);
    cached.unpersist();
    assert.deepEqual(files(), ofShuffles);
    // Until here it is referred to: the collector would take the shuffle's files with it.
    assert.equal(await spread.count(), N);
  }));

test("what a task has spilled goes with it where the job is cancelled while the task ends", () =>
  spilling(
    async sc => {
      let spilled = 0;
      sc.addSparkListener({ onTaskEnd: ({ taskMetrics }) => (spilled += taskMetrics.diskBytesSpilled) });
      sc.setJobGroup("cancelled", "");
      const numbers = sc.range(0, N, 1, 1).map(x => {
        if (x === N - 1) sc.cancelJobGroup("cancelled");
        return x;
      });
      await assert.rejects(numbers.repartition(2).count(), /cancelled/);
      await new Promise(setImmediate);
      assert.ok(spilled > 0);
      assert.deepEqual(files(), []);
    },
    { "spark.tspark.placement": "driver" },
  ));

test("what a task in a worker has written goes with it, also where the job was cancelled before it was done", () =>
  spilling(
    async sc => {
      // How many tasks have come to their end; whether they may.
      const state = new Int32Array(new SharedArrayBuffer(8));
      const parted = sc
        .range(0, N, 1, 2)
        .map(x => {
          // The last one of its partition: all that is left is to write.
          if (x % (N / 2) === N / 2 - 1) {
            Atomics.add(state, 0, 1);
            Atomics.wait(state, 1, 0);
          }
          return [`k${x}`, x] as [string, number];
        })
        .partitionBy(2);
      sc.setJobGroup("cancelled", "");
      const job = parted.count();
      while (Atomics.load(state, 0) < 2) await new Promise(resolve => setImmediate(resolve));
      sc.cancelJobGroup("cancelled");
      Atomics.store(state, 1, 1);
      Atomics.notify(state, 1);
      await assert.rejects(job, /cancelled/);
      sc.clearJobGroup();
      // When each slot has done something else, those tasks have ended.
      await sc.parallelize([1, 2], 2).foreach(() => {});
      assert.deepEqual(files(), []);
      assert.equal(await parted.count(), N);
    },
    { "spark.tspark.placement": "workers" },
  ));

for (const placement of ["driver", "workers"]) {
  test(`a partition that is too big to be cached in memory is cached on disk, or not (${placement})`, () =>
    spilling(
      async sc => {
        const undo = setLogSink(() => {});
        const computed = sc.longAccumulator();
        const texts = sc.range(0, N, 1, 2).map(x => {
          computed.add(1);
          return `text ${x}`;
        });
        const onDisk = texts.map(t => t).persist(StorageLevel.MEMORY_AND_DISK);
        for (let i = 0; i < 2; i++) assert.equal((await onDisk.collect())[N - 1], `text ${N - 1}`);
        assert.equal(computed.value, N);
        const { memory, disk, cachedPartitions } = sc.storedRDD(onDisk.id);
        assert.deepEqual([memory, cachedPartitions], [0, 2]);
        assert.ok(disk > 10 * N);
        const inMemory = texts.map(t => t).cache();
        for (let i = 0; i < 2; i++) assert.equal((await inMemory.collect())[N - 1], `text ${N - 1}`);
        assert.equal(computed.value, 3 * N);
        assert.equal(sc.storedRDD(inMemory.id).cachedPartitions, 0);
        undo();
      },
      { "spark.tspark.placement": placement },
    ));
}

test("jobs at work take memory from the cache, but never what spark.memory.storageFraction keeps for it", () =>
  spilling(
    async sc => {
      const rdds = Array.from({ length: 8 }, () => sc.range(0, 2000, 1, 1).cache());
      for (const rdd of rdds) await rdd.count();
      const held = () => rdds.reduce((sum, rdd) => sum + sc.storedRDD(rdd.id).memory, 0);
      const before = held();
      assert.ok(before > 100_000 && before < 160 * 1024);
      const pairs = sc.range(0, N, 1, 1).map(x => [x, x] as [number, number]);
      assert.equal(await pairs.groupByKey().count(), N);
      // How much a task holds when it looks depends on how fast it got there; what is kept for the cache does not.
      assert.ok(held() <= before, `${held()} after ${before}`);
      assert.ok(held() > 80 * 1024 - before / rdds.length, `${held()} after ${before}`);
    },
    { "spark.tspark.memory.budget": "160k", "spark.memory.storageFraction": "0.5" },
    "local[1]",
  ));

/** The local file system of a disk with so many bytes left. */
class SmallDisk extends LocalFileSystem {
  constructor(private left: number) {
    super();
  }

  override create(path: string): ByteSink {
    const sink = super.create(path);
    if (!path.startsWith(dir)) return sink;
    const write = (bytes: Uint8Array) => {
      this.left -= bytes.length;
      if (this.left < 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      return sink.write(bytes);
    };
    return { write, close: () => sink.close() };
  }
}

for (const [what, job] of Object.entries({
  "an aggregation": JOBS["reduceByKey"]!.job,
  "a sort": JOBS["sort of numbers"]!.job,
  "a shuffle": JOBS["repartition"]!.job,
  "the cache": (sc: SparkContext) => sc.range(0, N, 1, 3).persist(StorageLevel.DISK_ONLY).count(),
})) {
  test(`a disk that is full while ${what} spills: the job fails with a clear error, the next one runs`, () =>
    spilling(
      async sc => {
        registerFileSystem("file", new SmallDisk(40_000));
        try {
          const failure = await job(sc).then(
            () => assert.fail("it has succeeded"),
            (error: unknown) => error,
          );
          assert.ok(failure instanceof JobAbortedError);
          assert.match(failure.message, /Cannot spill to .*: no space left on the device\. .*spark\.local\.dir/);
          assert.ok(failure.cause instanceof SparkError && failure.cause.code === "CANNOT_SPILL");
        } finally {
          registerFileSystem("file", new LocalFileSystem());
        }
        for (const cached of sc.getPersistentRDDs().values()) cached.unpersist();
        assert.deepEqual(files(), []);
        assert.equal(await sc.range(0, 10, 1, 2).count(), 10);
        assert.deepEqual(await job(sc), what === "the cache" ? N : await job(sc));
      },
      { "spark.tspark.placement": "driver" },
    ));
}

test("what cannot be made bytes stays in memory, and a line says so", async () => {
  const lines: string[] = [];
  const undo = setLogSink(line => lines.push(line));
  await spilling(async sc => {
    const functions = await sc
      .range(0, 3000, 1, 2)
      .map(x => [x % 1000, () => x] as [number, () => number])
      .groupByKey()
      .mapValues(fs => fs.map(f => f()))
      .collectAsMap();
    assert.deepEqual(functions.get(5), [5, 1005, 2005]);
  });
  undo();
  assert.match(lines.join("\n"), /stays in memory, it cannot be (spilled|written)/);
});

test("nothing is left when the contexts have stopped", () => {
  assert.deepEqual(readdirSync(dir), []);
});
