import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import {
  Broadcast,
  CollectionAccumulator,
  DoubleAccumulator,
  Duration,
  HashPartitioner,
  IllegalArgumentError,
  IllegalStateError,
  InputOutputError,
  JobAbortedError,
  LongAccumulator,
  Milliseconds,
  Minutes,
  NoSuchElementError,
  RangePartitioner,
  Seconds,
  SparkConf,
  SparkError,
  SparkFiles,
  StatCounter,
  StorageLevel,
  TaskContext,
  TaskNotSerializableError,
  Time,
  UnsupportedOperationError,
} from "tspark";
import { failureOf } from "../failure.js";
import { testContext } from "../with-context.js";

// What `tspark` exports and a closure may rightly use is there in workers: in the strict setting, where what is not fails.
const sc = testContext("local[2]", {
  "spark.tspark.placement": "workers",
  "spark.tspark.closure.strict": "true",
});
const one = sc.parallelize([3], 1);
const dir = mkdtempSync(path.join(tmpdir(), "tspark-exports-"));
after(() => rmSync(dir, { recursive: true }));

/** What a closure gives in a worker. */
const there = async <R>(f: (x: number) => R): Promise<R> => (await one.map(f).collect())[0]!;

test("tasks of this file run in other threads", async () => {
  assert.equal(await there(() => process.getBuiltinModule("node:worker_threads").isMainThread), false);
});

test("SparkFiles finds what was added, also after the worker has begun, and no more what is gone", async () => {
  assert.deepEqual(await there(() => SparkFiles.list()), []);
  assert.equal(await there(() => SparkFiles.getRootDirectory()), undefined);
  for (const name of ["a.txt", "b.txt"]) {
    writeFileSync(path.join(dir, name), `in ${name}`);
    sc.addFile(path.join(dir, name));
    assert.equal(await there(() => readFileSync(SparkFiles.get(name), "utf8")), `in ${name}`);
    assert.equal(await there(() => SparkFiles.get(name)), SparkFiles.get(name));
  }
  assert.deepEqual(await there(() => SparkFiles.list()), ["a.txt", "b.txt"]);
  assert.equal(await there(() => SparkFiles.getRootDirectory()), SparkFiles.getRootDirectory());
  assert.deepEqual(await sc.parallelize(["b.txt"], 1).map(SparkFiles.get).collect(), [SparkFiles.get("b.txt")]);
  const error = await failureOf(() => there(() => SparkFiles.get("c.txt")));
  assert.match(error.message, /No file c\.txt was added: there are a\.txt, b\.txt/);
});

test("a StatCounter is made, filled, captured, merged and brought back", async () => {
  const before = new StatCounter([1, 2]);
  assert.equal(await there(x => before.merge(x).mean), 2);
  assert.equal(before.count, 2);
  const back = await there(x => new StatCounter([x, x + 1]));
  assert.ok(back instanceof StatCounter);
  assert.deepEqual([back.count, back.max], [2, 4]);
  const numbers = sc.parallelize([1, 2, 3, 4], 3);
  const all = await numbers.aggregate(
    new StatCounter(),
    (s, x) => s.merge(x),
    (a, b) => a.merge(b),
  );
  assert.deepEqual([all.count, all.mean, all.min, all.max], [4, 2.5, 1, 4]);
  const byKey = await numbers
    .keyBy(x => x % 2)
    .aggregateByKey(
      new StatCounter(),
      (s, x) => s.merge(x),
      (a, b) => a.merge(b),
    )
    .mapValues(s => s.sum)
    .collectAsMap();
  assert.deepEqual([byKey.get(0), byKey.get(1)], [6, 4]);
});

test("times and durations", async () => {
  const [time, duration] = [new Time(5000), Seconds(2)];
  assert.equal(await there(() => time.plus(duration).milliseconds), 7000);
  assert.equal(await there(x => new Time(x).plus(Seconds(1)).milliseconds), 1003);
  assert.deepEqual(
    await there(x => [Milliseconds(x), Minutes(x), new Duration(x)].map(d => d.milliseconds)),
    [3, 180_000, 3],
  );
  assert.ok((await there(x => new Time(x))) instanceof Time);
  assert.deepEqual(
    await sc
      .parallelize([time], 1)
      .map(t => t.milliseconds)
      .collect(),
    [5000],
  );
});

test("errors are thrown, caught, told apart and brought back as what they are", async () => {
  assert.equal(
    await there(() => {
      try {
        throw new NoSuchElementError("k");
      } catch (e) {
        return e instanceof SparkError && e.name;
      }
    }),
    "NoSuchElementError",
  );
  for (const Thrown of [
    SparkError,
    IllegalArgumentError,
    IllegalStateError,
    InputOutputError,
    JobAbortedError,
    NoSuchElementError,
    TaskNotSerializableError,
    UnsupportedOperationError,
  ]) {
    const { cause } = await failureOf(() =>
      there(() => {
        throw new Thrown("no", { code: "MINE" });
      }),
    );
    assert.equal((cause as Error).constructor, Thrown);
    assert.deepEqual([(cause as SparkError).message, (cause as SparkError).code], ["no", "MINE"]);
  }
  const { cause } = await failureOf(() =>
    there(x => {
      class BadRow extends SparkError {
        readonly row = x;
      }
      throw new BadRow("row");
    }),
  );
  assert.ok(cause instanceof SparkError);
  assert.deepEqual([cause.name, cause.message, (cause as { row?: number }).row], ["BadRow", "row", 3]);
});

test("storage levels are the same in each thread", async () => {
  const level = StorageLevel.DISK_ONLY;
  assert.equal(await there(() => level === StorageLevel.DISK_ONLY && level.useDisk), true);
  assert.equal(await there(() => level), StorageLevel.DISK_ONLY);
});

test("configurations are read, with the origins of their values", async () => {
  const conf = new SparkConf(false).set("spark.app.name", "x");
  assert.deepEqual(await there(() => [conf.get("spark.app.name"), conf.origin("spark.app.name")]), ["x", "code"]);
  assert.equal(await there(() => new SparkConf(false).set("a", "b").get("a")), "b");
});

test("partitioners say where keys are", async () => {
  const pairs = sc.parallelize([1, 5, 9, 13], 2).map(x => [x, x] as [number, number]);
  const ranges = new RangePartitioner(2, pairs);
  await pairs.partitionBy(ranges).count();
  assert.deepEqual(await there(() => [1, 13].map(k => ranges.getPartition(k))), [0, 1]);
  const hash = new HashPartitioner(2);
  assert.equal(await there(x => hash.getPartition(x)), hash.getPartition(3));
  assert.equal(await there(() => new HashPartitioner(5).numPartitions), 5);
});

test("classes of what closures share, and of their task", async () => {
  const [sum, mean, all] = [sc.longAccumulator(), sc.doubleAccumulator(), sc.collectionAccumulator<number>()];
  const shared = sc.broadcast([1]);
  assert.deepEqual(
    await there(x => {
      for (const accumulator of [sum, mean, all]) accumulator.add(x);
      return [
        sum instanceof LongAccumulator,
        mean instanceof DoubleAccumulator,
        all instanceof CollectionAccumulator,
        shared instanceof Broadcast,
        TaskContext.getPartitionId(),
      ];
    }),
    [true, true, true, true, 0],
  );
  assert.deepEqual([sum.value, mean.value, all.value], [3, 3, [3]]);
});
