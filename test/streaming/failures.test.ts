import assert from "node:assert/strict";
import { test } from "node:test";
import { InputDStream, Seconds, type StreamingContext, type Time } from "tspark";
import { batchesOf, logOf, quietly, useSpark, withStream } from "./helpers/streams.js";

const spark = useSpark();

async function linesOfBatch(define: (ssc: StreamingContext) => void): Promise<string> {
  const lines = await logOf(() =>
    withStream(spark.sc, async (ssc, clock) => {
      define(ssc);
      await ssc.start();
      await clock.advance(1000);
    }),
  );
  return lines.join("\n");
}

test("a failed batch is one ERROR: what failed, the line of the user's closure, and what caused it", async () => {
  const text = await linesOfBatch(ssc =>
    ssc
      .queueStream([spark.sc.parallelize([1, 2, 3])])
      .map(function check(x) {
        if (x > 2) throw new TypeError("too large", { cause: new RangeError("the limit is 2") });
        return x;
      })
      .foreachRDD(rdd => rdd.collect()),
  );
  assert.match(
    text,
    /^ERROR JobScheduler: Error running job streaming job 1000 ms\.0 \(foreachRDD at failures\.test\.[^)]*\): Job aborted.*: TypeError: too large\n/,
  );
  assert.match(text, /\n {4}at .*failures\.test\.[jt]s:\d+:\d+/);
  assert.match(text, /\nCaused by: TypeError: too large\n/);
  assert.match(text, /\nCaused by: RangeError: the limit is 2\n/);
  assert.doesNotMatch(text, /node:internal|src\/core|src\/streaming\/scheduler/);
  assert.equal(text.match(/ERROR/g)?.length, 1);
});

test("what an output throws is told with its own line; a circle of causes ends", async () => {
  const text = await linesOfBatch(ssc =>
    ssc.queueStream<number>([]).foreachRDD(() => {
      const error = new Error("sink is full");
      error.cause = new Error("disk", { cause: error });
      throw error;
    }),
  );
  assert.match(text, /\): sink is full\n {4}at .*failures\.test/);
  assert.doesNotMatch(text, /OutputNode/);
  assert.equal(text.match(/Caused by/g)?.length, 1);
});

test("what a function of transform throws is told with its own line, and no name of ours", async () => {
  const text = await linesOfBatch(ssc =>
    ssc
      .transform(() => {
        throw new Error("no table");
      }, [ssc.queueStream<number>([])])
      .print(),
  );
  assert.match(text, /Error generating jobs for time 1000 ms: no table\n {4}at .*failures\.test/);
  assert.doesNotMatch(text, /TransformNode/);
});

for (const [how, fail] of [
  ["throws", () => assert.fail("no table")],
  ["rejects", async () => assert.fail("no table")],
] as const) {
  test(`a function of transform that ${how} is called once a batch, however many outputs are behind it`, async () => {
    let calls = 0;
    await quietly(() =>
      withStream(spark.sc, async (ssc, clock) => {
        const tables = ssc
          .queueStream([1, 2].map(n => spark.sc.parallelize([n])))
          .transform(rdd => (++calls === 1 ? fail() : rdd));
        const [one, two] = [batchesOf(tables), batchesOf(tables.window(Seconds(2)))];
        await ssc.start();
        await clock.advance(1000);
        assert.equal(calls, 1);
        assert.deepEqual([one.size, two.size], [0, 0]);
        await clock.advance(1000);
        assert.deepEqual(one.get(2000), [2]);
      }),
    );
  });
}

test("a thrown thing that is no error is told, too", async () => {
  const text = await linesOfBatch(ssc =>
    ssc.queueStream<number>([]).foreachRDD(() => Promise.reject(new Error("wrapped", { cause: "just text" }))),
  );
  assert.match(text, /Caused by: just text/);
});

test("a source that failed, or had nothing, is not asked again for a batch that is past", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const asked: number[] = [];
    class Broker extends InputDStream<number> {
      get kind(): string {
        return "Broker";
      }
      override async compute({ milliseconds: time }: Time) {
        asked.push(time / 1000);
        // As clients do that reject without a reason.
        if (time === 2000) throw undefined;
        return time === 4000 ? undefined : this.context.sparkContext.parallelize([time / 1000], 1);
      }
    }
    const numbers = new Broker(ssc);
    const windows = batchesOf(numbers.window(Seconds(3)));
    await ssc.start();
    await quietly(() => clock.advance(6000));
    assert.deepEqual(asked, [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(
      [...windows].map(([time, numbers]) => [time / 1000, numbers]),
      [
        [1, [1]],
        [3, [1, 3]],
        [4, [3]],
        [5, [3, 5]],
        [6, [5, 6]],
      ],
    );
    assert.equal(ssc.failure?.message, "undefined");
  }));

test("whatever an output throws fails its batch alone, and says what it is", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const untouchable = new Proxy(
      {},
      {
        get() {
          throw new Error("do not touch");
        },
        getPrototypeOf() {
          throw new Error("do not touch");
        },
      },
    );
    const thrown = [{ code: 5 }, "just text", undefined, untouchable];
    const failures: string[] = [];
    ssc.addStreamingListener({
      onBatchCompleted: ({ batchInfo }) => failures.push(batchInfo.failure?.message ?? "none"),
    });
    ssc.queueStream<number>([]).foreachRDD((_, time) => {
      const i = time.milliseconds / 1000 - 1;
      if (i % 2 === 0) return Promise.reject(thrown[i]);
      if (i < thrown.length) throw thrown[i];
      return undefined;
    });
    await ssc.start();
    await quietly(() => clock.advance(4000));
    assert.deepEqual(failures.slice(0, 3), ["{ code: 5 }", "just text", "undefined"]);
    assert.match(failures[3] ?? "", /cannot be shown/);
  }));

test("a start that fails is told once: by its promise", async () => {
  const lines = await logOf(() =>
    withStream(spark.sc, async ssc => {
      class Broken extends InputDStream<number> {
        get kind() {
          return "Broken stream";
        }
        override start(): void {
          throw new Error("no such topic");
        }
        override compute(): undefined {
          return undefined;
        }
      }
      new Broken(ssc).print();
      await assert.rejects(ssc.start(), { message: "no such topic" });
      assert.equal(ssc.getState(), "STOPPED");
      await ssc.stop(false);
    }),
  );
  assert.deepEqual(
    lines.filter(line => !line.includes("already been stopped")),
    [],
  );
});
