import assert from "node:assert/strict";
import { test } from "node:test";
import { HashPartitioner, Partitioner, RangePartitioner, SparkError } from "tspark";
import { sorted, testContext } from "./with-context.js";

const sc = testContext();
const numbers = (n: number, partitions = 3) =>
  sc.parallelize(
    Array.from({ length: n }, (_, i) => i),
    partitions,
  );

test("map calls its function with one argument", async () => {
  assert.deepEqual(await sc.parallelize(["1", "2", "3"]).map(Number.parseInt).collect(), [1, 2, 3]);
  assert.deepEqual(
    await sc
      .parallelize([1])
      .map((...args: unknown[]) => args.length)
      .collect(),
    [1],
  );
});

test("filter, flatMap and map make one loop, elements stay in order", async () => {
  const out = numbers(6)
    .filter(x => x % 2 === 0)
    .flatMap(x => [x, x * 10])
    .map(x => x + 1);
  assert.deepEqual(await out.collect(), [1, 1, 3, 21, 5, 41]);
});

test("flatMap takes any iterable, an endless one too when few are taken", async () => {
  assert.deepEqual(
    await sc
      .parallelize(["ab", "c"])
      .flatMap(s => s)
      .collect(),
    ["a", "b", "c"],
  );
  assert.deepEqual(
    await sc
      .parallelize([1])
      .flatMap(x => new Set([x, x]))
      .collect(),
    [1],
  );
  function* forever(x: number) {
    for (;;) yield x++;
  }
  assert.deepEqual(await sc.parallelize([5], 1).flatMap(forever).take(3), [5, 6, 7]);
});

test("mapPartitions reads and is read lazily", async () => {
  const read: number[] = [];
  const rdd = numbers(100, 1)
    .map(x => {
      read.push(x);
      return x;
    })
    .mapPartitions(function* (it) {
      for (const x of it) yield x * 2;
    });
  assert.deepEqual(await rdd.take(2), [0, 2]);
  assert.ok(read.length < 10, `read ${read.length} elements for 2`);
});

test("mapPartitionsWithIndex gets the partition's number", async () => {
  const rdd = numbers(4, 2).mapPartitionsWithIndex((i, it) => [[i, [...it]] as [number, number[]]]);
  assert.deepEqual(await rdd.collect(), [
    [0, [0, 1]],
    [1, [2, 3]],
  ]);
});

test("glom gives a partition as an array", async () => {
  assert.deepEqual(await sc.parallelize([1, 2, 3, 4, 5], 2).glom().collect(), [
    [1, 2],
    [3, 4, 5],
  ]);
  assert.deepEqual(await sc.parallelize([1], 3).glom().collect(), [[], [], [1]]);
});

test("distinct compares by value", async () => {
  const dates = sc.parallelize([new Date(5), new Date(5), new Date(6)]).distinct();
  assert.equal(await dates.count(), 2);
  const mixed = sc.parallelize<unknown>([
    1,
    "1",
    [1],
    [1],
    { a: 1 },
    { a: 1 },
    null,
    undefined,
    null,
    Number.NaN,
    Number.NaN,
  ]);
  assert.equal(await mixed.distinct().count(), 7);
  assert.equal(numbers(10, 4).distinct().getNumPartitions(), 4);
  assert.equal(numbers(10, 4).distinct(2).getNumPartitions(), 2);
});

test("sample without replacement: a part, the same for the same seed", async () => {
  const rdd = numbers(10_000);
  const a = await rdd.sample(false, 0.1, 7).collect();
  assert.deepEqual(a, await rdd.sample(false, 0.1, 7).collect());
  assert.equal(new Set(a).size, a.length);
  assert.ok(Math.abs(a.length - 1000) < 200, `${a.length} of about 1000`);
  assert.deepEqual(await rdd.sample(false, 0, 1).collect(), []);
  assert.equal(await rdd.sample(false, 1, 1).count(), 10_000);
});

test("sample with replacement: elements may come several times", async () => {
  const a = await numbers(1000).sample(true, 3, 7).collect();
  assert.ok(Math.abs(a.length - 3000) < 400, `${a.length} of about 3000`);
  assert.ok(new Set(a).size < a.length);
});

test("randomSplit puts each element into exactly one part", async () => {
  const parts = numbers(3000).randomSplit([1, 2], 11);
  const [a, b] = await Promise.all(parts.map(p => p.collect()));
  assert.deepEqual(sorted([...a!, ...b!]), await numbers(3000).collect());
  assert.ok(Math.abs(a!.length - 1000) < 150, `${a!.length} of about 1000`);
});

test("union keeps duplicates and concatenates partitions", async () => {
  const u = sc.parallelize([1, 2], 2).union(sc.parallelize([2, 3], 1));
  assert.deepEqual(await u.glom().collect(), [[1], [2], [2, 3]]);
  assert.deepEqual(
    await sc.union([sc.parallelize([1], 1), sc.parallelize([2], 1), sc.parallelize([3], 1)]).collect(),
    [1, 2, 3],
  );
  assert.deepEqual(await sc.union().collect(), []);
});

test("a union with what has no partitions keeps the partitioner", async () => {
  const pairs = sc.parallelize<[number, string]>([[1, "a"]], 3).partitionBy(new HashPartitioner(2));
  const none = sc.emptyRDD<[number, string]>();
  for (const u of [pairs.union(none), none.union(pairs), sc.union(none, pairs, pairs)]) {
    assert.equal(u.partitioner, pairs.partitioner);
    assert.equal(u.getNumPartitions(), 2);
  }
  assert.deepEqual(await none.union(pairs).glom().collect(), [[], [[1, "a"]]]);
  assert.equal(pairs.union(pairs.map(p => p)).partitioner, undefined);
});

/** Knows strings only. */
class ByLength extends Partitioner {
  readonly numPartitions = 2;
  getPartition(key: unknown) {
    return (key as string).length % 2;
  }
}

test("pairs that are partitioned by key: distinct moves nothing, subtract puts elements where their keys belong", async () => {
  const data: [string, number][] = [
    ["a", 1],
    ["bb", 2],
    ["a", 1],
    ["ccc", 3],
  ];
  const pairs = sc.parallelize(data, 3);
  for (const by of [new ByLength(), new HashPartitioner(2), new RangePartitioner(2, pairs)]) {
    const there = pairs.partitionBy(by);
    const distinct = there.distinct();
    assert.equal(distinct.partitioner, by);
    assert.equal(distinct.toDebugString().split("+-").length, there.toDebugString().split("+-").length);
    assert.deepEqual((await distinct.collect()).sort(), [data[0], data[1], data[3]]);
    assert.equal(there.distinct(3).partitioner, undefined);
    const others = sc.parallelize<[string, number]>(
      [
        ["a", 2],
        ["ccc", 3],
      ],
      1,
    );
    const parts = await there.subtract(others).glom().collect();
    assert.deepEqual(
      parts.map(part => part.map(([key]) => key)),
      [0, 1].map(p => ["a", "a", "bb"].filter(key => by.getPartition(key) === p)),
    );
    assert.deepEqual(await there.subtract(others, by).glom().collect(), parts);
    assert.equal(there.subtract(others).partitioner, undefined);
  }
});

test("intersection and subtract", async () => {
  const a = sc.parallelize([1, 2, 2, 3, 3]);
  const b = sc.parallelize([2, 2, 4]);
  assert.deepEqual(await a.intersection(b).collect(), [2]);
  assert.deepEqual(sorted(await a.subtract(b).collect()), [1, 3, 3]);
});

test("cartesian: all pairs, a partition for each pair of partitions", async () => {
  const c = sc.parallelize([1, 2], 2).cartesian(sc.parallelize(["a", "b"], 2));
  assert.equal(c.getNumPartitions(), 4);
  assert.deepEqual(await c.collect(), [
    [1, "a"],
    [1, "b"],
    [2, "a"],
    [2, "b"],
  ]);
});

test("zip pairs what is at the same place", async () => {
  assert.deepEqual(
    await sc
      .parallelize([1, 2, 3], 2)
      .zip(sc.parallelize(["a", "b", "c"], 2))
      .collect(),
    [
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ],
  );
  assert.throws(() => numbers(4, 2).zip(numbers(4, 3)), /unequal numbers of partitions: 2, 3/);
  await assert.rejects(numbers(4, 2).zip(numbers(5, 2)).collect(), /same number of elements in each partition/);
});

test("zipPartitions gives its function up to four iterators", async () => {
  const a = numbers(4, 2);
  const sum = (...its: IterableIterator<number>[]) => [its.map(it => [...it].length).join("+")];
  assert.deepEqual(await a.zipPartitions(numbers(6, 2), sum).collect(), ["2+3", "2+3"]);
  assert.deepEqual(await a.zipPartitions(a, numbers(6, 2), a, sum).collect(), ["2+2+3+2", "2+2+3+2"]);
});

test("zipWithIndex counts on over the partitions, zipWithUniqueId counts nothing", async () => {
  const rdd = sc.parallelize(["a", "b", "c", "d", "e"], 3);
  assert.deepEqual(
    (await rdd.zipWithIndex().collect()).map(([, i]) => i),
    [0, 1, 2, 3, 4],
  );
  assert.deepEqual(
    (await rdd.zipWithUniqueId().collect()).map(([, i]) => i),
    [0, 1, 4, 2, 5],
  );
  const filtered = rdd.filter(x => x !== "b").zipWithIndex();
  assert.deepEqual((await filtered.filter(([x]) => x === "e").collect())[0], ["e", 3]);
});

test("groupBy and keyBy", async () => {
  const groups = await numbers(5, 1)
    .groupBy(x => x % 2)
    .collect();
  assert.deepEqual(groups, [
    [0, [0, 2, 4]],
    [1, [1, 3]],
  ]);
  assert.deepEqual(
    await sc
      .parallelize(["ab", "c"])
      .keyBy(s => s.length)
      .collect(),
    [
      [2, "ab"],
      [1, "c"],
    ],
  );
});

test("sortBy: by number, by string, by tuple, descending, with an ordering", async () => {
  const xs = sc.parallelize([10, 9, 1, -5, 2], 3);
  assert.deepEqual(await xs.sortBy(x => x).collect(), [-5, 1, 2, 9, 10]);
  assert.deepEqual(await xs.sortBy(x => x, false).collect(), [10, 9, 2, 1, -5]);
  assert.deepEqual(
    await sc
      .parallelize(["b", "B", "a"])
      .sortBy(s => s)
      .collect(),
    ["B", "a", "b"],
  );
  assert.deepEqual(await xs.sortBy(x => [x % 2, x]).collect(), [-5, 2, 10, 1, 9]);
  assert.deepEqual(
    await xs
      .sortBy(
        x => x,
        true,
        2,
        (a, b) => Math.abs(a) - Math.abs(b),
      )
      .collect(),
    [1, 2, -5, 9, 10],
  );
  assert.equal(xs.sortBy(x => x, true, 2).getNumPartitions(), 2);
});

test("a small sort is cut where Spark cuts it", async () => {
  assert.deepEqual(
    await sc
      .parallelize([3, 1, 2], 2)
      .sortBy(x => x)
      .glom()
      .collect(),
    [[1, 2], [3]],
  );
});

test("more partitions than keys: the sorted ones come first, whichever way", async () => {
  for (const [ascending, expected] of [
    [true, [[1], [2], [3], [], []]],
    [false, [[3], [2], [1], [], []]],
  ] as const) {
    const sorted = sc.parallelize([3, 1, 2], 2).sortBy(x => x, ascending, 5);
    assert.deepEqual(await sorted.glom().collect(), expected);
  }
});

test("a lineage of thousands of steps is computed and drawn", async () => {
  let rdd = sc.parallelize<[number, number]>([[1, 0]], 2).partitionBy(new HashPartitioner(2));
  for (let i = 0; i < 5000; i++) rdd = rdd.mapValues(n => n + 1);
  assert.deepEqual(await rdd.collect(), [[1, 5000]]);
  assert.ok(rdd.partitioner instanceof HashPartitioner);
  assert.equal(rdd.toDebugString().split("\n").length, 5002);
  assert.deepEqual(await rdd.map(([k, n]) => k + n).take(1), [5001]);
});

test("repartition puts elements where Spark 3.5 puts them", async () => {
  const ten = sc.parallelize([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 3);
  assert.deepEqual(await ten.repartition(2).glom().collect(), [
    [2, 5, 7, 9],
    [1, 3, 4, 6, 8, 10],
  ]);
  assert.deepEqual(await ten.repartition(3).glom().collect(), [
    [1, 6, 8],
    [2, 4, 9],
    [3, 5, 7, 10],
  ]);
  assert.deepEqual(await ten.repartition(5).glom().collect(), [[2, 5, 8], [3, 6, 9], [10], [], [1, 4, 7]]);
  assert.deepEqual(await ten.repartition(7).glom().collect(), [[5], [6], [7], [1, 8], [2, 9], [3, 10], [4]]);
  const halves = sc.parallelize(await ten.collect(), 2);
  assert.deepEqual(await halves.coalesce(4, true).glom().collect(), [
    [4, 9],
    [1, 5, 6, 10],
    [2, 7],
    [3, 8],
  ]);
});

test("repartition deals out evenly, coalesce puts neighbours together", async () => {
  const parts = await numbers(100, 2).repartition(5).glom().collect();
  assert.deepEqual(
    parts.map(p => p.length),
    [20, 20, 20, 20, 20],
  );
  assert.deepEqual(sorted(parts.flat()), await numbers(100).collect());
  assert.deepEqual(await numbers(6, 6).coalesce(4).glom().collect(), [[0], [1, 2], [3], [4, 5]]);
  assert.equal(numbers(6, 2).coalesce(4).getNumPartitions(), 2);
  assert.equal(numbers(6, 2).coalesce(4, true).getNumPartitions(), 4);
});

test("pipe sends elements as lines to a process", async () => {
  assert.deepEqual(await sc.parallelize(["b", "a"], 1).pipe("sort").collect(), ["a", "b"]);
  assert.deepEqual(
    await sc
      .parallelize([["k", 1]], 1)
      .pipe(["sh", "-c", "cat; echo $X"], { X: "x y" })
      .collect(),
    ["(k,1)", "x y"],
  );
  await assert.rejects(sc.parallelize([1], 1).pipe(["sh", "-c", "exit 3"]).collect(), /exited with status 3/);
  // One that does not read to the end: much more than a pipe holds is left.
  assert.deepEqual(await sc.range(0, 1_000_000, 1, 2).pipe("head -1").collect(), ["0", "500000"]);
  await assert.rejects(sc.parallelize([1], 1).pipe("no-such-program-here").collect(), /could not be started/);
});

test("mapAsync keeps the order and bounds how many calls are under way", async () => {
  let now = 0;
  let most = 0;
  const rdd = numbers(20, 1).mapAsync(
    async x => {
      most = Math.max(most, ++now);
      for (let i = 0; i < 20 - x; i++) await null;
      now--;
      return x * 2;
    },
    { concurrency: 3 },
  );
  assert.deepEqual(
    await rdd.collect(),
    Array.from({ length: 20 }, (_, i) => i * 2),
  );
  assert.equal(most, 3);
  await assert.rejects(
    numbers(3)
      .mapAsync(async () => Promise.reject(new Error("no")))
      .collect(),
    /no/,
  );
});

test("nothing runs before an action", () => {
  const fail = (): never => {
    throw new Error("ran");
  };
  numbers(3).map(fail).filter(fail).groupBy(fail).sortBy(fail).zipWithIndex().distinct();
});

test("wrong arguments say what they are and what they must be", async () => {
  const rdd = numbers(3);
  assert.throws(() => rdd.repartition(0), /number of partitions is 0, it must be a positive whole number/);
  assert.throws(() => rdd.coalesce(-1), SparkError);
  assert.throws(() => sc.parallelize([1], 0), /parallelize: the number of partitions is 0/);
  assert.throws(() => rdd.sample(false, -1), /fraction is -1/);
  assert.throws(() => rdd.randomSplit([]), SparkError);
  assert.throws(() => rdd.map(5 as never), /must be a function/);
  assert.throws(() => rdd.union(7 as never), SparkError);
  await assert.rejects(rdd.flatMap(x => x as never).collect(), /flatMap returned 0, which is not iterable/);
  await assert.rejects(rdd.flatMap((async () => [1]) as never).collect(), /mapAsync/);
  await assert.rejects(rdd.filter(async () => true).collect(), /promise/);
  await assert.rejects(
    rdd.foreach(async () => {}),
    /mapAsync/,
  );
});

test("elements are undefined, null or holes of arrays like any other", async () => {
  assert.deepEqual(
    await sc
      .parallelize([undefined, null, 0], 1)
      .map(x => x)
      .collect(),
    [undefined, null, 0],
  );
});
