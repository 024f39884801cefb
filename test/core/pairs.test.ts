import assert from "node:assert/strict";
import { test } from "node:test";
import { HashPartitioner, Partitioner, RangePartitioner, type RDD } from "tspark";
import { byKey, sorted, testContext } from "./with-context.js";

const sc = testContext();
const pairs = sc.parallelize<[string, number]>(
  [
    ["a", 1],
    ["b", 2],
    ["a", 3],
    ["c", 4],
  ],
  2,
);
const add = (a: number, b: number) => a + b;

test("mapValues, flatMapValues, keys, values", async () => {
  assert.deepEqual(
    await pairs
      .mapValues(v => v * 10)
      .values()
      .collect(),
    [10, 20, 30, 40],
  );
  assert.deepEqual(await pairs.keys().collect(), ["a", "b", "a", "c"]);
  const many = pairs.flatMapValues(v => Array.from({ length: v }, () => v));
  assert.deepEqual(
    await many.countByKey(),
    new Map([
      ["a", 4],
      ["b", 2],
      ["c", 4],
    ]),
  );
});

test("reduceByKey, foldByKey, groupByKey", async () => {
  const sums: [string, number][] = [
    ["a", 4],
    ["b", 2],
    ["c", 4],
  ];
  assert.deepEqual(byKey(await pairs.reduceByKey(add).collect()), sums);
  assert.deepEqual(byKey(await pairs.foldByKey(0, add).collect()), sums);
  assert.deepEqual(byKey(await pairs.groupByKey().collect()), [
    ["a", [1, 3]],
    ["b", [2]],
    ["c", [4]],
  ]);
});

test("aggregateByKey may change its accumulator, and a second job gives the same", async () => {
  const lists = pairs.aggregateByKey(
    [] as number[],
    (acc, v) => {
      acc.push(v);
      return acc;
    },
    (a, b) => {
      a.push(...b);
      return a;
    },
  );
  const expected = [
    ["a", [1, 3]],
    ["b", [2]],
    ["c", [4]],
  ];
  assert.deepEqual(byKey(await lists.collect()), expected);
  assert.deepEqual(byKey(await lists.collect()), expected);
});

test("combineByKey with combiners that are lists, and texts", async () => {
  const lists = pairs.combineByKey(
    v => [v],
    (all, v) => [...all, v],
    (a, b) => a.concat(b),
  );
  assert.deepEqual(byKey(await lists.collect()), [
    ["a", [1, 3]],
    ["b", [2]],
    ["c", [4]],
  ]);
  const texts = pairs.combineByKey(
    v => `${v}`,
    (text, v) => `${text}+${v}`,
    (a, b) => `${a}|${b}`,
  );
  assert.deepEqual(byKey(await texts.collect()), [
    ["a", "1|3"],
    ["b", "2"],
    ["c", "4"],
  ]);
});

test("combineByKey with and without combining on the map side", async () => {
  for (const mapSide of [true, false]) {
    const means = pairs
      .combineByKey(
        v => [v, 1],
        ([s, n], v) => [s + v, n + 1],
        ([s, n], [t, m]) => [s + t, n + m],
        3,
        mapSide,
      )
      .mapValues(([s, n]) => s / n);
    assert.deepEqual(byKey(await means.collect()), [
      ["a", 2],
      ["b", 2],
      ["c", 4],
    ]);
  }
});

test("joins", async () => {
  const left = sc.parallelize<[number, string]>([
    [1, "a"],
    [2, "b"],
    [2, "B"],
  ]);
  const right = sc.parallelize<[number, boolean]>([
    [2, true],
    [3, false],
  ]);
  const show = (xs: readonly unknown[]) => xs.map(x => JSON.stringify(x)).sort();
  assert.deepEqual(
    show(await left.join(right).collect()),
    show([
      [2, ["b", true]],
      [2, ["B", true]],
    ]),
  );
  assert.deepEqual(
    show(await left.leftOuterJoin(right).collect()),
    show([
      [1, ["a", undefined]],
      [2, ["b", true]],
      [2, ["B", true]],
    ]),
  );
  assert.deepEqual(
    show(await left.rightOuterJoin(right).collect()),
    show([
      [2, ["b", true]],
      [2, ["B", true]],
      [3, [undefined, false]],
    ]),
  );
  assert.deepEqual(
    show(await left.fullOuterJoin(right).collect()),
    show([
      [1, ["a", undefined]],
      [2, ["b", true]],
      [2, ["B", true]],
      [3, [undefined, false]],
    ]),
  );
});

test("cogroup and groupWith with up to three others", async () => {
  const a = sc.parallelize<[string, number]>([["k", 1]]);
  const b = sc.parallelize<[string, string]>([
    ["k", "x"],
    ["l", "y"],
  ]);
  assert.deepEqual(byKey(await a.cogroup(b).collect()), [
    ["k", [[1], ["x"]]],
    ["l", [[], ["y"]]],
  ]);
  assert.deepEqual(byKey(await a.cogroup(b, a, a, 3).collect()), [
    ["k", [[1], ["x"], [1], [1]]],
    ["l", [[], ["y"], [], []]],
  ]);
  assert.equal(a.cogroup(b, a, 5).getNumPartitions(), 5);
  assert.deepEqual(byKey(await a.groupWith(b, a).collect())[0], ["k", [[1], ["x"], [1]]]);
});

test("subtractByKey keeps all pairs whose key the other lacks", async () => {
  const other = sc.parallelize<[string, unknown]>([["a", 0]]);
  assert.deepEqual(byKey(await pairs.subtractByKey(other).collect()), [
    ["b", 2],
    ["c", 4],
  ]);
});

test("sortByKey: range partitions in order, stable, both ways", async () => {
  const xs = sc.parallelize(
    Array.from({ length: 1000 }, (_, i): [number, number] => [(i * 7919) % 101, i]),
    4,
  );
  const up = await xs.sortByKey().collect();
  assert.deepEqual(
    up,
    Array.from({ length: 1000 }, (_, i): [number, number] => [(i * 7919) % 101, i]).sort((a, b) => a[0] - b[0]),
  );
  const down = await xs.sortByKey(false, 3).keys().glom().collect();
  assert.equal(down.length, 3);
  assert.deepEqual(down.flat(), sorted(down.flat()).reverse());
  assert.ok(down.every(p => p.length > 0));
});

test("operations by key on what has no partitions have none, as in Spark, and are no obstacle to others", async () => {
  const none = sc.emptyRDD<[string, number]>();
  const add = (a: number, b: number) => a + b;
  const results: readonly RDD<unknown>[] = [
    none.reduceByKey(add),
    none.groupByKey(),
    none.groupBy(([key]) => key),
    none.join(none),
    none.intersection(none),
    none.distinct(),
  ];
  for (const rdd of results) {
    assert.equal(rdd.getNumPartitions(), 0);
    assert.deepEqual(await rdd.collect(), []);
  }
  const pairs = sc.parallelize([["a", 1] as [string, number]], 2).reduceByKey(add);
  const empty = none.reduceByKey(add);
  assert.deepEqual(await empty.lookup("a"), []);
  assert.deepEqual(await empty.union(pairs).glom().collect(), await pairs.glom().collect());
  assert.equal(empty.union(pairs).partitioner, pairs.partitioner);
  assert.deepEqual(await empty.fullOuterJoin(pairs).collect(), [["a", [undefined, 1]]]);
  assert.equal(pairs.cogroup(empty).getNumPartitions(), 2);
  assert.equal(none.sortByKey().getNumPartitions(), 1);
});

test("a large sort of numbers, with NaN, infinities and both zeros", async () => {
  const xs = Array.from({ length: 9000 }, (_, i) => ((i * 7919) % 9001) - 4500 + 0.5);
  xs.push(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, -1e-320);
  const expected = [...xs].sort((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b));
  assert.deepEqual(
    (
      await sc
        .parallelize(xs, 1)
        .sortBy(x => x, true, 1)
        .collect()
    ).map(x => x + 0),
    expected.map(x => x + 0),
  );
  const down = await sc
    .parallelize(xs, 1)
    .sortBy(x => x, false, 1)
    .collect();
  assert.ok(Number.isNaN(down[0]));
  assert.deepEqual(
    down.slice(1).map(x => x + 0),
    expected
      .slice(0, -1)
      .reverse()
      .map(x => x + 0),
  );
});

test("partitionBy puts each key where the partitioner says, and moves nothing twice", async () => {
  const by = pairs.partitionBy(new HashPartitioner(3));
  for (const [i, part] of (await by.glom().collect()).entries()) {
    for (const [k] of part) assert.equal(by.partitioner!.getPartition(k), i);
  }
  assert.equal(by.partitionBy(new HashPartitioner(3)), by);
  assert.equal(by.mapValues(v => v).partitioner, by.partitioner);
  assert.equal(by.map(x => x).partitioner, undefined);
});

test("a partitioner of one's own, and one that errs", async () => {
  class ByParity extends Partitioner {
    readonly numPartitions = 2;
    getPartition(key: unknown) {
      return (key as number) % 2;
    }
  }
  const xs = sc.parallelize([1, 2, 3].map((x): [number, string] => [x, "v"]));
  assert.deepEqual(await xs.partitionBy(new ByParity()).keys().glom().collect(), [[2], [1, 3]]);
  class Wrong extends ByParity {
    override getPartition() {
      return 2;
    }
  }
  await assert.rejects(
    xs.partitionBy(new Wrong()).collect(),
    /into partition 2: it must be a whole number from 0 to 1/,
  );
});

test("a RangePartitioner samples inside the job", async () => {
  const xs = sc.parallelize(
    [5, 1, 4, 2, 3].map((x): [number, string] => [x, "v"]),
    2,
  );
  const by = new RangePartitioner(2, xs);
  assert.throws(() => by.getPartition(1), /has not seen its data yet/);
  assert.deepEqual((await xs.partitionBy(by).keys().glom().collect()).map(sorted), [
    [1, 2, 3],
    [4, 5],
  ]);
  assert.equal(by.getPartition(1), 0);
});

test("repartitionAndSortWithinPartitions", async () => {
  const xs = sc.parallelize(
    [5, 1, 4, 2, 3, 6].map((x): [number, string] => [x, "v"]),
    3,
  );
  const out = xs.repartitionAndSortWithinPartitions(new HashPartitioner(2));
  assert.deepEqual(await out.keys().glom().collect(), [
    [2, 4, 6],
    [1, 3, 5],
  ]);
});

test("sampleByKey takes a fraction for each key", async () => {
  const xs = sc.parallelize(Array.from({ length: 4000 }, (_, i): [string, number] => [i % 2 === 0 ? "a" : "b", i]));
  const counts = await xs.sampleByKey(false, { a: 0.5, b: 1 }, 3).countByKey();
  assert.equal(counts.get("b"), 2000);
  assert.ok(Math.abs(counts.get("a")! - 1000) < 120);
  assert.deepEqual(
    await xs
      .sampleByKey(false, new Map([["a", 1]]), 3)
      .keys()
      .distinct()
      .collect(),
    ["a"],
  );
});

test("keys compare by value in every operation by key", async () => {
  const xs = sc.parallelize<[[string, number], number]>(
    [
      [["x", 1], 1],
      [["x", 1], 2],
      [["x", 2], 3],
    ],
    3,
  );
  assert.deepEqual(byKey(await xs.reduceByKey(add).collect()), [
    [["x", 1], 3],
    [["x", 2], 3],
  ]);
  const counts = await xs.countByKey();
  assert.equal(counts.get(["x", 1]), 2);
  assert.deepEqual(await xs.lookup(["x", 2]), [3]);
  assert.equal(await xs.join(xs).count(), 5);
  class P {
    constructor(readonly x: number) {}
  }
  await assert.rejects(
    sc
      .parallelize([new P(1)])
      .map((p): [P, number] => [p, 1])
      .reduceByKey(add)
      .collect(),
    /A key is an instance of P/,
  );
  await assert.rejects(
    sc
      .parallelize([() => 1])
      .distinct()
      .collect(),
    /A key is a function/,
  );
});

test("instances with equals and hashCode are keys", async () => {
  class Money {
    constructor(readonly cents: number) {}
    equals(other: unknown) {
      return other instanceof Money && other.cents === this.cents;
    }
    hashCode() {
      return this.cents;
    }
  }
  assert.equal(
    await sc
      .parallelize([new Money(1), new Money(1), new Money(2)])
      .distinct()
      .count(),
    2,
  );
});

test("an operation by key on elements that are no pairs says so", async () => {
  await assert.rejects((sc.parallelize([1, 2]) as never as typeof pairs).reduceByKey(add).collect(), /1 is not a pair/);
  await assert.rejects((sc.parallelize([1, 2]) as never as typeof pairs).mapValues(x => x).collect(), /is not a pair/);
});

test("the default number of partitions of a shuffle is the largest upstream's", () => {
  const small = sc.parallelize<[number, number]>([[1, 1]], 2);
  const large = sc.parallelize<[number, number]>([[1, 1]], 5);
  assert.equal(small.reduceByKey(add).getNumPartitions(), 2);
  assert.equal(small.join(large).getNumPartitions(), 5);
  assert.equal(small.reduceByKey(add, 7).join(large).getNumPartitions(), 7);
  assert.equal(small.join(large, 3).getNumPartitions(), 3);
});

test("what is partitioned alike is not shuffled again", async () => {
  const by = pairs.partitionBy(new HashPartitioner(4));
  const sums = by.reduceByKey(add);
  assert.deepEqual(
    sums.dependencies.map(d => d.kind),
    ["OneToOneDependency"],
  );
  assert.deepEqual(
    by.join(sums).dependencies[0]!.rdd.dependencies.map(d => d.kind),
    ["OneToOneDependency", "OneToOneDependency"],
  );
  assert.deepEqual(
    byKey(
      await by
        .join(sums)
        .mapValues(([v, s]) => v / s)
        .groupByKey()
        .mapValues(x => x.length)
        .collect(),
    ),
    [
      ["a", 2],
      ["b", 1],
      ["c", 1],
    ],
  );
  assert.deepEqual(byKey(await by.aggregateByKey(0, add, add).collect()), byKey(await sums.collect()));
  assert.deepEqual(byKey(await by.groupByKey().collect())[0], ["a", [1, 3]]);
});
