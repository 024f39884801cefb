import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Seconds, type State, StateSpec, TaskContext, type Time } from "tspark";
import { runOperation, sorted, testOperation } from "tspark/testing";
import { StateMap } from "../../src/streaming/state/state-map.js";
import { batchesOf, useDirectory, useSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();
const dir = useDirectory();
const total = (values: number[], sum: number | undefined) => values.reduce((a, b) => a + b, sum ?? 0);
const keeping = {
  get checkpointDir() {
    return dir.path;
  },
};

const PAIRS: [string, number][][] = [
  [
    ["a", 1],
    ["b", 2],
  ],
  [["a", 3]],
  [],
];

test("updateStateByKey holds the state of every key in every batch", () =>
  testOperation(
    PAIRS,
    s => s.updateStateByKey(total),
    [
      [
        ["a", 1],
        ["b", 2],
      ],
      [
        ["a", 4],
        ["b", 2],
      ],
      [
        ["a", 4],
        ["b", 2],
      ],
    ],
    keeping,
  ));

test("updateStateByKey is called for keys without new values, and undefined removes a key", () =>
  testOperation(
    PAIRS,
    s =>
      s.updateStateByKey((values: number[], sum: number | undefined) =>
        values.length === 0 ? undefined : total(values, sum),
      ),
    [
      [
        ["a", 1],
        ["b", 2],
      ],
      [["a", 4]],
      [],
    ],
    keeping,
  ));

test("updateStateByKey begins with the initial states", async () => {
  const initial = spark.sc.parallelize([
    ["a", 100],
    ["z", 26],
  ] as [string, number][]);
  await testOperation(
    PAIRS.slice(0, 2),
    s => s.updateStateByKey(total, 3, initial),
    [
      [
        ["a", 101],
        ["b", 2],
        ["z", 26],
      ],
      [
        ["a", 104],
        ["b", 2],
        ["z", 26],
      ],
    ],
    keeping,
  );
});

test("states stay in their partition, however many batches pass", () =>
  withStream(spark.sc, async (ssc, clock) => {
    ssc.checkpoint(dir.path);
    const queue = Array.from({ length: 60 }, () => spark.sc.parallelize([["a", 1]] as [string, number][], 1));
    const states = batchesOf(ssc.queueStream(queue).updateStateByKey(total, 2).glom());
    await ssc.start();
    await clock.advance(60_000);
    assert.deepEqual(sorted(states.get(60_000)!), sorted([[["a", 60]], []]));
  }));

test("mapWithState emits what the function returns, for new data only", () =>
  testOperation(
    PAIRS,
    s =>
      s.mapWithState(
        StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
          const sum = (state.getOption() ?? 0) + (value ?? 0);
          state.update(sum);
          return [key, sum] as [string, number];
        }),
      ),
    [
      [
        ["a", 1],
        ["b", 2],
      ],
      [["a", 4]],
      [],
    ],
    keeping,
  ));

test("the function of mapWithState belongs to its task; what is spread as the states are comes without a shuffle", async () => {
  const calls = spark.sc.longAccumulator();
  const spec = StateSpec.function((key: string, n: number | undefined, state: State<number>): [string, number] => {
    calls.add(TaskContext.get() === undefined ? 1000 : 1);
    state.update((state.getOption() ?? 0) + n!);
    return [key, state.get()];
  });
  const add = (a: number, b: number) => a + b;
  await testOperation(
    PAIRS,
    s => s.reduceByKey(add).reduceByKey(add).mapWithState(spec),
    [
      [
        ["a", 1],
        ["b", 2],
      ],
      [["a", 4]],
      [],
    ],
    keeping,
  );
  assert.equal(calls.value, 3);
});

test("mapWithState emits nothing for undefined, and sees earlier values of the same batch", () =>
  testOperation(
    [
      [
        ["a", 1],
        ["a", 2],
        ["a", 3],
      ],
    ] as [string, number][][],
    s =>
      s.mapWithState(
        StateSpec.function((_: string, value: number | undefined, state: State<number>) => {
          const before = state.getOption();
          state.update(value!);
          return before;
        }),
      ),
    [[1, 2]],
    keeping,
  ));

test("stateSnapshots holds all states, which begin with the initial ones; removed keys are gone", async () => {
  const spec = StateSpec.function((_: string, value: number | undefined, state: State<number>) => {
    if (value === 0) state.remove();
    else state.update(value!);
    return undefined;
  })
    .initialState(spark.sc.parallelize([["z", 26]] as [string, number][]))
    .numPartitions(3);
  await testOperation(
    [
      [["a", 1]],
      [
        ["z", 0],
        ["b", 2],
      ],
      [],
    ] as [string, number][][],
    s => s.mapWithState(spec).stateSnapshots(),
    [
      [
        ["a", 1],
        ["z", 26],
      ],
      [
        ["a", 1],
        ["b", 2],
      ],
      [
        ["a", 1],
        ["b", 2],
      ],
    ],
    keeping,
  );
});

test("a key that had no data for longer than the time-out is told once and goes", () =>
  testOperation(
    [[["a", 1]], [["b", 1]], [], [], []] as [string, number][][],
    s =>
      s.mapWithState(
        StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
          if (state.isTimingOut()) return `${key} timed out with ${state.get()}`;
          state.update(value!);
          return `${key} came`;
        }).timeout(Seconds(2)),
      ),
    [["a came"], ["b came"], [], ["a timed out with 1"], ["b timed out with 1"]],
    keeping,
  ));

test("a function of four parameters gets the batch's time first", () =>
  testOperation(
    [[["a", 1]], [["a", 2]]] as [string, number][][],
    s =>
      s.mapWithState(
        StateSpec.function(
          (time: Time, key: string, value: number | undefined, _: State<number>) => `${time} ${key} ${value}`,
        ),
      ),
    [["1000 ms a 1"], ["2000 ms a 2"]],
    keeping,
  ));

test("State tells what it may not do", async () => {
  const trouble: unknown[] = [];
  const attempt = (f: () => void) => {
    try {
      f();
    } catch (error) {
      trouble.push((error as { code: string }).code);
    }
  };
  await runOperation(
    [[["a", 1]], [], []] as [string, number][][],
    s =>
      s.mapWithState(
        StateSpec.function((_: string, __: number | undefined, state: State<number>) => {
          if (state.isTimingOut()) {
            attempt(() => state.update(1));
            attempt(() => state.remove());
            return undefined;
          }
          attempt(() => state.get());
          state.remove();
          attempt(() => state.update(1));
          attempt(() => state.remove());
          return undefined;
        })
          .timeout(Seconds(1))
          .initialState(spark.sc.parallelize([["t", 1]] as [string, number][])),
      ),
    keeping,
  );
  assert.deepEqual(sorted(trouble), sorted([...Array(4).fill("STATE_CANNOT_CHANGE"), "STATE_HAS_NO_VALUE"]));
});

test("batches without data put no layers on a StateMap, which would have to be merged", () => {
  const first = new StateMap<string, number>();
  first.set("a", 1, 1000);
  let states = first.next();
  for (let batch = 0; batch < 100; batch++) states = states.next();
  assert.equal(states.layer.below, first.layer);
  assert.deepEqual(states.idleSince(1001), [["a", 1]]);
});

test("few changes do not have a large StateMap copied", () => {
  const large = new StateMap<number, number>();
  for (let key = 0; key < 1000; key++) large.set(key, 0, 0);
  let states = large;
  for (let batch = 1; batch <= 100; batch++) {
    states = states.next();
    states.set(batch, batch, batch);
    if (batch % 2 === 0) states.remove(batch - 1);
  }
  let bottom = states.layer;
  while (bottom.below !== undefined) bottom = bottom.below;
  assert.equal(bottom, large.layer);
  assert.ok(states.layer.depth < 12, `${states.layer.depth} layers`);
  assert.equal(states.pairs().length, 950);
  assert.deepEqual([states.get(99), states.get(100)?.state, states.get(101)?.state], [undefined, 100, 0]);
});

test("a StateMap is a Map of the changes, version by version", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.tuple(fc.constantFrom(..."abcdefghij"), fc.option(fc.nat(), { nil: undefined })), {
          maxLength: 6,
        }),
        { maxLength: 60, size: "max" },
      ),
      batches => {
        let states = new StateMap<string, number>();
        const model = new Map<string, number>();
        for (const batch of batches) {
          const before = sorted([...model]);
          const next = states.next();
          for (const [key, value] of batch) {
            if (value === undefined) {
              next.remove(key);
              model.delete(key);
            } else {
              next.set(key, value, 0);
              model.set(key, value);
            }
          }
          assert.deepEqual(sorted(states.pairs()), before);
          assert.deepEqual(sorted(next.pairs()), sorted([...model]));
          for (const key of "abcdefghij") assert.equal(next.get(key)?.state, model.get(key));
          states = next;
        }
      },
    ),
  ));

test("a state that no output uses takes nothing from those that do", () =>
  withStream(spark.sc, async (ssc, clock) => {
    ssc.checkpoint(dir.path);
    const numbers = Array.from({ length: 25 }, (_, i) => i + 1);
    const stream = ssc.queueStream(numbers.map(n => spark.sc.parallelize([n], 1)));
    stream.map((n): [string, number] => ["sum", n]).updateStateByKey(total);
    const batches = batchesOf(stream);
    await ssc.start();
    await clock.advance(25_000);
    assert.deepEqual([...batches.values()].flat(), numbers);
  }));

test("a state that is computed now and then is what it is when it is computed always, and made of few batches", async () => {
  const run = async (isComputed: (time: Time) => boolean) => {
    const results: [number, unknown[]][] = [];
    const lengths: number[] = [];
    await withStream(spark.sc, async (ssc, clock) => {
      const numbers = Array.from({ length: 105 }, (_, i) => spark.sc.parallelize([i % 3, i % 7], 1));
      const counts = ssc.queueStream(numbers).countByValueAndWindow(Seconds(3), Seconds(1), 1);
      counts.foreachRDD(rdd => rdd.count());
      counts.countByValueAndWindow(Seconds(4), Seconds(1), 1).foreachRDD(async (rdd, time) => {
        lengths.push(rdd.toDebugString().split("\n").length);
        if (isComputed(time)) results.push([time.milliseconds, sorted(await rdd.collect())]);
      });
      await ssc.start();
      await clock.advance(105_000);
      assert.equal(ssc.failure, undefined);
    });
    return { results, longest: Math.max(...lengths) };
  };
  const always = await run(() => true);
  const isTime = (time: number) => time % 35_000 === 0;
  const seldom = await run(time => isTime(time.milliseconds));
  assert.deepEqual(
    seldom.results,
    always.results.filter(([time]) => isTime(time)),
  );
  assert.ok(seldom.longest < 12 * always.longest, `${seldom.longest} RDDs`);
});
