import assert from "node:assert/strict";
import { test } from "node:test";
import { HashPartitioner, Seconds, Time } from "tspark";
import { runOperation, runOperation2, sorted, testOperation } from "tspark/testing";
import { batchesOf, useSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();
const add = (a: number, b: number) => a + b;

test("map", () => testOperation([[1, 2], [], [3]], s => s.map(x => x * 2), [[2, 4], [], [6]]));

test("flatMap", () =>
  testOperation([["a b", "c"], ["d"]], s => s.flatMap(line => line.split(" ")), [["a", "b", "c"], ["d"]]));

test("filter", () => testOperation([[1, 2, 3, 4], [5]], s => s.filter(x => x % 2 === 0), [[2, 4], []]));

test("glom shows the partitions", () =>
  testOperation([[1, 2, 3, 4]], s => s.glom(), [
    [
      [1, 2],
      [3, 4],
    ],
  ]));

test("mapPartitions is called once a partition", () =>
  testOperation([[1, 2, 3, 4, 5]], s => s.mapPartitions(it => [[...it].reduce(add)]), [[3, 12]]));

test("repartition changes the number of partitions, not the elements", async () => {
  const [glommed] = await runOperation([[1, 2, 3, 4, 5, 6]], s => s.repartition(3).glom());
  assert.equal(glommed!.length, 3);
  assert.deepEqual(glommed!.flat().sort(), [1, 2, 3, 4, 5, 6]);
});

test("union puts the elements of both streams together", async () => {
  const batches = await runOperation2([[1], [2]], [[10], [20]], (s, t) => s.union(t));
  assert.deepEqual(batches, [
    [1, 10],
    [2, 20],
  ]);
});

test("reduce makes one element of a batch, none of an empty one", () =>
  testOperation([[1, 2, 3], [], [4]], s => s.reduce(add), [[6], [], [4]]));

test("count gives one number a batch, 0 too", () => testOperation([[1, 2, 3], []], s => s.count(), [[3], [0]]));

test("countByValue", () =>
  testOperation([["a", "b", "a"], [], ["c"]], s => s.countByValue(), [
    [
      ["a", 2],
      ["b", 1],
    ],
    [],
    [["c", 1]],
  ]));

test("countByValue compares by value", () =>
  testOperation([[{ x: 1 }, { x: 1 }, { x: 2 }]], s => s.countByValue().map(([k, n]) => [k.x, n]), [
    [
      [1, 2],
      [2, 1],
    ],
  ]));

test("transform gets the RDD and the time, and may be async", async () => {
  const batches = await runOperation([[3, 1, 2], [5]], s =>
    s.transform(async (rdd, time) => {
      const n = await rdd.count();
      return rdd.map(x => [x, n, time.milliseconds]);
    }),
  );
  assert.deepEqual(batches, [
    [
      [3, 3, 1000],
      [1, 3, 1000],
      [2, 3, 1000],
    ],
    [[5, 1, 2000]],
  ]);
});

test("transformWith gets the RDDs of both streams", async () => {
  const batches = await runOperation2([[1, 2]], [[3]], (s, t) =>
    s.transformWith(t, (a, b, time) => a.union(b).map(x => x + time.milliseconds)),
  );
  assert.deepEqual(batches, [[1001, 1002, 1003]]);
});

test("ssc.transform and ssc.union take lists of streams", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const [a, b, c] = [1, 10, 100].map(x => ssc.queueStream([spark.sc.parallelize([x], 1)]));
    const union = batchesOf(ssc.union([a!, b!, c!]));
    const transformed = batchesOf(ssc.transform(rdds => rdds[0]!.union(rdds[2]!), [a!, b!, c!]));
    await ssc.start();
    await clock.advance(1000);
    assert.deepEqual(union.get(1000), [1, 10, 100]);
    assert.deepEqual(transformed.get(1000), [1, 100]);
  }));

const PAIRS: [string, number][][] = [
  [
    ["a", 1],
    ["b", 2],
    ["a", 3],
  ],
  [],
  [["b", 4]],
];

test("mapValues and flatMapValues keep the key", async () => {
  await testOperation(PAIRS, s => s.mapValues(v => v * 10), [
    [
      ["a", 10],
      ["b", 20],
      ["a", 30],
    ],
    [],
    [["b", 40]],
  ]);
  await testOperation([[["a", 2]]] as [string, number][][], s => s.flatMapValues(v => [v, v + 1]), [
    [
      ["a", 2],
      ["a", 3],
    ],
  ]);
});

test("groupByKey", () =>
  testOperation(PAIRS, s => s.groupByKey(), [
    [
      ["a", [1, 3]],
      ["b", [2]],
    ],
    [],
    [["b", [4]]],
  ]));

test("reduceByKey", () =>
  testOperation(PAIRS, s => s.reduceByKey(add), [
    [
      ["a", 4],
      ["b", 2],
    ],
    [],
    [["b", 4]],
  ]));

test("reduceByKey takes a number of partitions or a partitioner; by default they are the default parallelism", async () => {
  const partitions = async (p?: number | HashPartitioner) =>
    (await runOperation(PAIRS.slice(0, 1), s => s.reduceByKey(add, p).glom()))[0]!.length;
  assert.equal(await partitions(5), 5);
  assert.equal(await partitions(new HashPartitioner(3)), 3);
  assert.equal(await partitions(), spark.sc.defaultParallelism);
});

test("combineByKey", () =>
  testOperation(
    PAIRS,
    s =>
      s
        .combineByKey(
          v => [v],
          (c, v) => [...c, v],
          (a, b) => [...a, ...b],
        )
        .mapValues(c => c.sort()),
    [
      [
        ["a", [1, 3]],
        ["b", [2]],
      ],
      [],
      [["b", [4]]],
    ],
  ));

const LEFT: [string, number][][] = [
  [
    ["a", 1],
    ["b", 2],
    ["a", 3],
  ],
];
const RIGHT: [string, string][][] = [
  [
    ["a", "x"],
    ["c", "y"],
  ],
];

test("join, cogroup and the outer joins", async () => {
  const both = async <V>(operation: Parameters<typeof runOperation2<[string, number], [string, string], V>>[2]) =>
    sorted((await runOperation2(LEFT, RIGHT, operation))[0]!);
  assert.deepEqual(await both((s, t) => s.join(t)), [
    ["a", [1, "x"]],
    ["a", [3, "x"]],
  ]);
  assert.deepEqual(await both((s, t) => s.cogroup(t)), [
    ["a", [[1, 3], ["x"]]],
    ["b", [[2], []]],
    ["c", [[], ["y"]]],
  ]);
  assert.deepEqual(await both((s, t) => s.leftOuterJoin(t)), [
    ["a", [1, "x"]],
    ["a", [3, "x"]],
    ["b", [2, undefined]],
  ]);
  assert.deepEqual(await both((s, t) => s.rightOuterJoin(t)), [
    ["a", [1, "x"]],
    ["a", [3, "x"]],
    ["c", [undefined, "y"]],
  ]);
  assert.deepEqual(await both((s, t) => s.fullOuterJoin(t)), [
    ["a", [1, "x"]],
    ["a", [3, "x"]],
    ["b", [2, undefined]],
    ["c", [undefined, "y"]],
  ]);
});

test("operations chain", () =>
  testOperation(
    [["to be or", "not to be"]],
    s =>
      s
        .flatMap(line => line.split(" "))
        .map((word): [string, number] => [word, 1])
        .reduceByKey(add)
        .filter(([, n]) => n > 1),
    [
      [
        ["be", 2],
        ["to", 2],
      ],
    ],
  ));

test("a stream knows its context, its slide and what it is made of", () =>
  withStream(spark.sc, async ssc => {
    const lines = ssc.queueStream<string>([]);
    const words = lines.flatMap(line => line.split(" "));
    assert.equal(words.context, ssc);
    assert.deepEqual(words.dependencies, [lines]);
    assert.deepEqual(lines.dependencies, []);
    assert.equal(words.slideDuration.milliseconds, 1000);
    assert.equal(words.window(Seconds(4), Seconds(2)).slideDuration.milliseconds, 2000);
  }));

test("cache and persist keep each RDD once it is computed", () =>
  withStream(spark.sc, async (ssc, clock) => {
    let computed = 0;
    const stream = ssc
      .queueStream([spark.sc.parallelize([1, 2, 3], 1)])
      .map(x => {
        computed++;
        return x;
      })
      .cache();
    const first = batchesOf(stream);
    const second = batchesOf(stream);
    await ssc.start();
    await clock.advance(1000);
    assert.deepEqual(
      [first.get(1000), second.get(1000)],
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    );
    assert.equal(computed, 3);
  }));

test("slice gives the RDDs of the slides between two times", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const stream = ssc.queueStream([1, 2, 3, 4].map(x => spark.sc.parallelize([x], 1))).map(x => x * 10);
    batchesOf(stream);
    ssc.remember(Seconds(10));
    await ssc.start();
    await clock.advance(4000);
    const rdds = await stream.slice(new Time(2000), new Time(3500));
    assert.deepEqual(await Promise.all(rdds.map(rdd => rdd.collect())), [[20], [30]]);
    assert.deepEqual(await (await stream.compute(new Time(4000)))?.collect(), [40]);
    assert.equal(await stream.compute(new Time(4500)), undefined);
  }));
