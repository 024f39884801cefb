import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { type DStream, HashPartitioner, Seconds, type State, StateSpec } from "tspark";
import { TestReceiver } from "tspark/testing";
import { emptyLike, isKnownEmpty } from "../../src/streaming/plan/known-empty.js";
import { useDirectory, useSpark, withOwnSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();
const temporary = useDirectory();

type Pairs = DStream<readonly [string, number]>;
const add = (a: number, b: number) => a + b;

/** Operations, with the partitions and the elements of a batch in which nothing came, after one in which `a` came. */
const OPERATIONS: Record<string, [(pairs: Pairs) => DStream<unknown>, number, unknown[]]> = {
  "map, flatMap, filter": [
    s =>
      s
        .map(x => [x])
        .flatMap(x => [x[0]!])
        .filter(() => true),
    0,
    [],
  ],
  "mapValues, flatMapValues": [s => s.mapValues(n => [n]).flatMapValues(list => list), 0, []],
  mapPartitions: [s => s.mapPartitions(it => [[...it].length]), 0, []],
  "mapPartitions of a shuffle": [s => s.reduceByKey(add).mapPartitions(it => [[...it].length]), 2, [0, 0]],
  "glom of a shuffle": [s => s.groupByKey(3).glom(), 3, [[], [], []]],
  reduceByKey: [s => s.reduceByKey(add, 5), 5, []],
  groupByKey: [s => s.groupByKey(), 2, []],
  combineByKey: [s => s.combineByKey(n => n, add, add, 3), 3, []],
  countByValue: [s => s.map(([key]) => key).countByValue(3), 3, []],
  repartition: [s => s.repartition(3), 3, []],
  reduce: [s => s.map(([, n]) => n).reduce(add), 1, []],
  count: [s => s.count(), 1, [0]],
  union: [s => s.union(s.reduceByKey(add)), 2, []],
  join: [s => s.join(s.mapValues(n => n)), 2, []],
  "window that holds something": [s => s.window(Seconds(2)), 1, [["a", 1]]],
  "window of shuffles": [s => s.reduceByKeyAndWindow(add, Seconds(2)), 2, [["a", 1]]],
  "inverse window that lets go": [s => s.reduceByKeyAndWindow(add, (a, b) => a - b, Seconds(1)), 2, [["a", 0]]],
  "inverse window that keeps": [s => s.reduceByKeyAndWindow(add, (a, b) => a - b, Seconds(2)), 2, [["a", 1]]],
  updateStateByKey: [
    s => s.updateStateByKey((values: number[], n: number | undefined) => (n ?? 0) + values.length),
    2,
    [["a", 1]],
  ],
  mapWithState: [
    s =>
      s.mapWithState(
        StateSpec.function((key: string, n: number | undefined, state: State<number>) => {
          state.update(n ?? 0);
          return key;
        }),
      ),
    2,
    [],
  ],
};

for (const [name, [operation, partitions, elements]] of Object.entries(OPERATIONS)) {
  test(`${name}: a batch in which nothing came has the partitions and elements that it should`, () =>
    withStream(spark.sc, async (ssc, clock) => {
      ssc.checkpoint(path.join(temporary.path, name.replace(/\W/g, "-")));
      const receiver = new TestReceiver<readonly [string, number]>();
      const seen: [number, unknown[]][] = [];
      operation(ssc.receiverStream(receiver)).foreachRDD(async rdd => {
        seen.push([rdd.getNumPartitions(), await rdd.collect()]);
      });
      await ssc.start();
      await receiver.store([["a", 1]]);
      await clock.advance(2000);
      assert.deepEqual(seen[1], [partitions, elements]);
    }));
}

test("states, windows and timeouts go on through many batches in which nothing comes", () =>
  withStream(spark.sc, async (ssc, clock) => {
    ssc.checkpoint(path.join(temporary.path, "many"));
    const receiver = new TestReceiver<readonly [string, number]>();
    const pairs = ssc.receiverStream(receiver);
    const seen: Record<string, unknown[][]> = { window: [], inverse: [], state: [], timeout: [] };
    const keep = (what: string, stream: DStream<unknown>) =>
      stream.foreachRDD(async rdd => {
        seen[what]!.push(await rdd.collect());
      });
    keep("window", pairs.reduceByKeyAndWindow(add, Seconds(3)));
    keep(
      "inverse",
      pairs.reduceByKeyAndWindow(
        add,
        (a, b) => a - b,
        Seconds(3),
        Seconds(1),
        2,
        ([, n]) => n > 0,
      ),
    );
    keep(
      "state",
      pairs.updateStateByKey((values: number[], n: number | undefined) => values.reduce(add, n ?? 0)),
    );
    const spec = StateSpec.function((key: string, _: number | undefined, state: State<number>) => {
      if (state.isTimingOut()) return `${key} is over`;
      state.update(1);
      return undefined;
    }).timeout(Seconds(3));
    keep("timeout", pairs.mapWithState(spec));
    await ssc.start();
    await receiver.store([["a", 1]]);
    await clock.advance(5000);
    await receiver.store([["a", 2]]);
    await clock.advance(1000);
    const [one, two, none]: [unknown[], unknown[], unknown[]] = [[["a", 1]], [["a", 2]], []];
    assert.deepEqual(seen.window, [one, one, one, none, none, two]);
    assert.deepEqual(seen.inverse, [one, one, one, none, none, two]);
    assert.deepEqual(seen.state, [one, one, one, one, one, [["a", 3]]]);
    assert.deepEqual(seen.timeout!.flat(), ["a is over"]);
  }));

test("an RDD of nothing is spread as it says, and takes part in joins without a shuffle", async () => {
  const partitioner = new HashPartitioner(3);
  const nothing = emptyLike<[string, number]>(spark.sc, 3, partitioner);
  assert.deepEqual([isKnownEmpty(nothing), nothing.getNumPartitions(), nothing.partitioner], [true, 3, partitioner]);
  const some = spark.sc.parallelize<[string, number]>([["a", 1]]);
  assert.deepEqual(await some.leftOuterJoin(nothing).collect(), [["a", [1, undefined]]]);
  assert.equal(isKnownEmpty(some), false);
});

test("an RDD of nothing goes to worker threads with what is made of it", () =>
  withOwnSpark(spark, { "spark.tspark.placement": "workers", "spark.tspark.closure.strict": "true" }, async sc => {
    const made = emptyLike<number>(sc, 2).mapPartitions(it => [[...it].length]);
    assert.deepEqual(await made.collect(), [0, 0]);
  }));
