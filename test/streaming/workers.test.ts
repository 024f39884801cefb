import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { type DStream, type RDD, Seconds, type SparkContext, type State, StateSpec, StreamingContext } from "tspark";
import { ManualClock } from "tspark/testing";
import { byKey } from "../core/with-context.js";
import { batchesOf, quietly, useDirectory, useSpark, withOwnSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();
const directory = useDirectory();
const ALL = { "spark.tspark.placement": "workers" };
const STRICT = { ...ALL, "spark.tspark.closure.strict": "true" };

type Pairs = [string, number][];
const THREE: Pairs[] = [
  [
    ["a", 1],
    ["b", 2],
  ],
  [["a", 4]],
  [],
];

/** What three batches of pairs give, each in the order of its keys; `where` is the directory of checkpoints. */
async function resultsOf<K, V>(
  sc: SparkContext,
  where: string,
  make: (pairs: DStream<[string, number]>) => DStream<readonly [K, V]>,
  batches = THREE,
): Promise<(readonly [K, V])[][]> {
  let results: (readonly [K, V])[][] = [];
  await withStream(sc, async (ssc, clock) => {
    ssc.checkpoint(path.join(directory.path, where));
    const queue: RDD<[string, number]>[] = batches.map(pairs => sc.parallelize(pairs, 2));
    const made = batchesOf(make(ssc.queueStream(queue)));
    await ssc.start();
    await clock.advance(batches.length * 1000);
    assert.equal(ssc.failure, undefined);
    results = [...made.values()].map(byKey);
  });
  return results;
}

/** Where code runs: a function that is called so that no captured variable is needed. */
const threadOf = () => (process.getBuiltinModule("node:worker_threads").isMainThread ? "driver" : "worker");

test("states are updated in workers, also of keys without new values, and stay what they are", () =>
  withOwnSpark(spark, STRICT, async sc => {
    const seen = await resultsOf(sc, "update", pairs =>
      pairs.updateStateByKey<[number, string]>((values, state) => {
        const sum = values.reduce((a, b) => a + b, state?.[0] ?? 0);
        return sum > 4 ? undefined : [sum, threadOf()];
      }, 2),
    );
    assert.deepEqual(seen, [
      [
        ["a", [1, "worker"]],
        ["b", [2, "worker"]],
      ],
      [["b", [2, "worker"]]],
      [["b", [2, "worker"]]],
    ]);
  }));

test("windows with an inverse function slide in workers, counts are made there", () =>
  withOwnSpark(spark, STRICT, async sc => {
    const add = (a: number, b: number) => a + b;
    const slid = await resultsOf(sc, "window", pairs =>
      pairs.reduceByKeyAndWindow(
        add,
        (a, b) => (threadOf() === "worker" ? a - b : Number.NaN),
        Seconds(2),
        Seconds(1),
        2,
        ([, n]) => n > 0,
      ),
    );
    const [a, b, both] = [["a", 4] as const, ["b", 2] as const, ["a", 5] as const];
    assert.deepEqual(slid, [[["a", 1], b], [both, b], [a]]);
    const counts = await resultsOf(sc, "count", pairs => pairs.count().map(n => ["count", n] as [string, number]));
    assert.deepEqual(counts.flat(), [
      ["count", 2],
      ["count", 1],
      ["count", 0],
    ]);
    const words = await resultsOf(sc, "by value", pairs =>
      pairs.map(([word]) => word).countByValueAndWindow(Seconds(2), Seconds(1)),
    );
    assert.deepEqual(words, [
      [
        ["a", 1],
        ["b", 1],
      ],
      [
        ["a", 2],
        ["b", 1],
      ],
      [["a", 1]],
    ]);
  }));

test("a state that cannot travel stays in the driver's thread, with those that could", () =>
  withOwnSpark(spark, ALL, async sc => {
    let seen: (readonly [string, unknown])[][] = [];
    const make = (pairs: DStream<[string, number]>) =>
      pairs
        .updateStateByKey<{ readonly sum: number; readonly own: WeakRef<object> }>((values, state) => ({
          sum: values.reduce((a, b) => a + b, state?.sum ?? 0),
          own: state?.own ?? new WeakRef({}),
        }))
        .mapValues(({ sum, own }): unknown => [sum, own instanceof WeakRef]);
    // Nor can it be kept in a checkpoint, which is told.
    await quietly(async () => {
      seen = await resultsOf(sc, "weak", make);
    });
    assert.deepEqual(seen[1], [
      ["a", [5, true]],
      ["b", [2, true]],
    ]);
    assert.deepEqual(seen[2], seen[1]);
  }));

test("in the strict setting what is ours and does not travel is no error: states of mapWithState, records of files, what is recovered", () =>
  withOwnSpark(spark, STRICT, async sc => {
    const counting = (_: string, n: number | undefined, state: State<number>): [string, number] => {
      state.update((state.getOption() ?? 0) + (n ?? 0));
      return [threadOf(), state.get()];
    };
    const mapped = await resultsOf(sc, "mapped", pairs => pairs.mapWithState(StateSpec.function(counting)));
    assert.deepEqual(mapped[1], [["driver", 5]]);

    const clock = new ManualClock();
    const where = path.join(directory.path, "recovered");
    const create = (batches: Pairs[]) => () => {
      const ssc = new StreamingContext(sc, Seconds(1), { clock });
      const sums = ssc
        .queueStream(batches.map(pairs => sc.parallelize(pairs, 2)))
        .updateStateByKey<number>((values, sum) => values.reduce((a, b) => a + b, sum ?? 0));
      sums.foreachRDD(async rdd => void found.push(byKey(await rdd.collect())));
      return ssc;
    };
    const found: (readonly [string, number])[][] = [];
    for (const batches of [THREE, [[["a", 10]]] as Pairs[]]) {
      const ssc = await StreamingContext.getOrCreate(where, create(batches));
      await ssc.start();
      await clock.advance(batches.length * 1000);
      assert.equal(ssc.failure, undefined);
      await ssc.stop(false, true);
    }
    assert.deepEqual(found.at(-1), [
      ["a", 15],
      ["b", 2],
    ]);

    await withStream(sc, async (ssc, clock) => {
      const records = batchesOf(ssc.binaryRecordsStream(directory.path, 2).map(bytes => bytes.toString()));
      await ssc.start();
      writeFileSync(path.join(directory.path, "records"), "abcd");
      await clock.advance(1000);
      assert.deepEqual([records.get(1000), ssc.failure], [["ab", "cd"], undefined]);
    });
  }));
