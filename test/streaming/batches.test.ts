import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type BatchInfo,
  InputDStream,
  Seconds,
  StreamingContext,
  StreamingListener,
  type StreamingListenerBatchCompleted,
  Time,
} from "tspark";
import { ManualClock } from "tspark/testing";
import { JobScheduler } from "../../src/streaming/scheduler/job-scheduler.js";
import { StreamingListenerBus } from "../../src/streaming/scheduler/streaming-listener-bus.js";
import {
  batchesOf,
  logOf,
  quietly,
  signal,
  useDirectory,
  useSpark,
  withOwnSpark,
  withStream,
} from "./helpers/streams.js";

const spark = useSpark();
const directory = useDirectory();
const oneToFive = () => [1, 2, 3, 4, 5].map(x => spark.sc.parallelize([x], 1));

test("outputs of a batch run in the order they were defined, batch after batch", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const order: string[] = [];
    const stream = ssc.queueStream<number>([]);
    for (const name of ["first", "second"]) {
      stream.foreachRDD(async (_, time) => {
        await new Promise(resolve => setImmediate(resolve));
        order.push(`${name} ${time.milliseconds}`);
      });
    }
    await ssc.start();
    await clock.advance(2000);
    assert.deepEqual(order, ["first 1000", "second 1000", "first 2000", "second 2000"]);
  }));

test("foreachRDD takes (rdd) or (rdd, time); the batch waits for its promise", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const seen: unknown[] = [];
    const stream = ssc.queueStream(oneToFive());
    stream.foreachRDD(async rdd => seen.push(await rdd.collect()));
    stream.foreachRDD((_rdd, time) => {
      seen.push(time.milliseconds);
    });
    await ssc.start();
    await clock.advance(1000);
    assert.deepEqual(seen, [[1], 1000]);
    assert.throws(() => stream.foreachRDD("x" as never), { code: "NOT_A_FUNCTION" });
  }));

test("queueStream takes one RDD a batch, or all; an empty queue gives the default RDD", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const one = batchesOf(ssc.queueStream(oneToFive()));
    const all = batchesOf(ssc.queueStream(oneToFive(), false, spark.sc.parallelize([0])));
    const queue = oneToFive().slice(0, 1);
    const later = batchesOf(ssc.queueStream(queue));
    await ssc.start();
    await clock.advance(2000);
    queue.push(spark.sc.parallelize([9]));
    await clock.advance(1000);
    assert.deepEqual([...one.values()], [[1], [2], [3]]);
    assert.deepEqual([...all.values()], [[1, 2, 3, 4, 5], [0], [0]]);
    assert.deepEqual([...later.values()], [[1], [], [9]]);
  }));

test("rateStream makes rows at a steady rate, whatever the batch", () =>
  withStream(
    spark.sc,
    async (ssc, clock) => {
      const rows = batchesOf(ssc.rateStream(3));
      await ssc.start();
      await clock.advance(2000);
      assert.deepEqual(
        [...rows.values()].map(b => b.map(r => r.value)),
        [[0], [1, 2], [3], [4, 5]],
      );
      assert.deepEqual(
        rows.get(1000)!.map(r => r.timestamp),
        [333, 666],
      );
      assert.throws(() => ssc.rateStream(0), { code: "BAD_COUNT" });
    },
    Seconds(0.5),
  ));

test("every input decides at its batch what belongs to it, also under a longer slide", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const asked: number[] = [];
    class Asked extends InputDStream<number> {
      override get kind() {
        return "Asked stream";
      }
      override compute(time: Time) {
        asked.push(time.milliseconds);
        this.reportInfo(time, 1);
        return spark.sc.parallelize([time.milliseconds], 1);
      }
    }
    const windows = batchesOf(new Asked(ssc).window(Seconds(2), Seconds(2)));
    await ssc.start();
    await clock.advance(1000);
    assert.deepEqual(asked, [1000]);
    await clock.advance(3000);
    assert.deepEqual(
      [...windows],
      [
        [2000, [1000, 2000]],
        [4000, [3000, 4000]],
      ],
    );
  }));

/** A clock that may be ahead of its timers, as the wall clock is when something took long. */
class LateClock extends ManualClock {
  late = 0;
  override now() {
    return super.now() + this.late;
  }
  override at(time: number, fire: () => void) {
    return super.at(time - this.late, fire);
  }
}

test("a window never asks for batches that were due while an input was still starting", async () => {
  const clock = new LateClock();
  const ssc = new StreamingContext(spark.sc, Seconds(1), { clock });
  const asked: number[] = [];
  class Slow extends InputDStream<number> {
    override get kind() {
      return "Slow stream";
    }
    override start() {
      clock.late = 2500;
    }
    override compute(time: Time) {
      asked.push(time.milliseconds);
      return spark.sc.parallelize([time.milliseconds], 1);
    }
  }
  const windows = batchesOf(new Slow(ssc).window(Seconds(3), Seconds(1)));
  await ssc.start();
  await clock.advance(1500);
  await ssc.stop(false);
  assert.deepEqual(asked, [3000, 4000]);
  assert.deepEqual(
    [...windows],
    [
      [3000, [3000]],
      [4000, [3000, 4000]],
    ],
  );
});

test("an RDD is made once a batch, however many streams and outputs use it, and forgotten after", () =>
  withStream(spark.sc, async (ssc, clock) => {
    let made = 0;
    const stream = ssc.queueStream(oneToFive()).transform(rdd => {
      made++;
      return rdd;
    });
    batchesOf(stream.map(x => x));
    batchesOf(stream.union(stream));
    await ssc.start();
    await clock.advance(2000);
    assert.equal(made, 2);
    await stream.slice(stream.context.graph.zeroTime!, stream.context.graph.zeroTime!.plus(Seconds(1)));
    assert.equal(made, 3);
  }));

test("an input that has no RDD gives no job, and joins see it as empty", () =>
  withStream(spark.sc, async (ssc, clock) => {
    class Silent extends InputDStream<number> {
      override get kind() {
        return "Silent stream";
      }
      override compute() {
        return undefined;
      }
    }
    const silent = new Silent(ssc);
    const never = batchesOf(silent.map(x => x));
    const union = batchesOf(silent.union(ssc.queueStream(oneToFive())));
    const joined = batchesOf(silent.transformWith(ssc.queueStream(oneToFive()), (a, b) => a.union(b)));
    await ssc.start();
    await clock.advance(1000);
    assert.deepEqual([...never], []);
    assert.deepEqual(union.get(1000), [1]);
    assert.deepEqual(joined.get(1000), [1]);
  }));

test("a listener sees each event once, in order", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const events: string[] = [];
    class Recorder extends StreamingListener {
      override onStreamingStarted() {
        events.push("streaming started");
      }
      override onStreamingStopped() {
        events.push("streaming stopped");
      }
      override onBatchSubmitted({ batchInfo: b }: { batchInfo: BatchInfo }) {
        events.push(`submitted ${b.batchTime} start=${b.processingStartTime} records=${b.numRecords}`);
      }
      override onBatchStarted({ batchInfo: b }: { batchInfo: BatchInfo }) {
        events.push(`started ${b.batchTime} schedulingDelay=${b.schedulingDelay} processingDelay=${b.processingDelay}`);
      }
      override onOutputOperationStarted({
        outputOperationInfo: o,
      }: {
        outputOperationInfo: { id: number; name: string };
      }) {
        events.push(`output ${o.id} started`);
      }
      override onOutputOperationCompleted({
        outputOperationInfo: o,
      }: {
        outputOperationInfo: { id: number; duration?: number };
      }) {
        events.push(`output ${o.id} completed after ${o.duration}`);
      }
      override onBatchCompleted({ batchInfo: b }: StreamingListenerBatchCompleted) {
        events.push(`completed ${b.batchTime} totalDelay=${b.totalDelay} outputs=${b.outputOperationInfos.size}`);
      }
    }
    ssc.addStreamingListener(new Recorder());
    ssc.queueStream<number>([]).foreachRDD(() => {});
    await ssc.start();
    await clock.advance(1000);
    await ssc.stop(false);
    assert.deepEqual(events, [
      "streaming started",
      "submitted 1000 ms start=undefined records=0",
      "started 1000 ms schedulingDelay=0 processingDelay=undefined",
      "output 0 started",
      "output 0 completed after 0",
      "completed 1000 ms totalDelay=0 outputs=1",
      "streaming stopped",
    ]);
  }));

test("a listener learns what an input reported, and the operation's name and place", () =>
  withStream(spark.sc, async (ssc, clock) => {
    class Reporting extends InputDStream<number> {
      override get kind() {
        return "Reporting stream";
      }
      override compute(time: Time) {
        this.reportInfo(time, 42, { offsets: [1, 2] }, "offsets 1 to 2");
        return spark.sc.emptyRDD<number>();
      }
    }
    const completed: BatchInfo[] = [];
    ssc.addStreamingListener({ onBatchCompleted: e => completed.push(e.batchInfo) });
    new Reporting(ssc).foreachRDD(() => {});
    await ssc.start();
    await clock.advance(1000);
    const [batch] = completed;
    assert.equal(batch!.numRecords, 42);
    assert.deepEqual(batch!.streamIdToInputInfo.get(0), {
      inputStreamId: 0,
      name: "Reporting stream [0]",
      numRecords: 42,
      metadata: { offsets: [1, 2] },
      metadataDescription: "offsets 1 to 2",
    });
    assert.match(batch!.outputOperationInfos.get(0)!.name, /^foreachRDD at batches\.test\.ts:\d+:\d+$/);
  }));

test("a listener that throws does no harm", async () => {
  const lines = await logOf(() =>
    withStream(spark.sc, async (ssc, clock) => {
      ssc.addStreamingListener({
        onBatchCompleted() {
          throw new Error("oops");
        },
      });
      const batches = batchesOf(ssc.queueStream(oneToFive()));
      await ssc.start();
      await clock.advance(2000);
      assert.equal(batches.size, 2);
    }),
  );
  assert.match(lines[0]!, /^ERROR StreamingListenerBus: Listener .* threw an exception in onBatchCompleted: oops/);
});

test("a failed batch is seen by the listener and awaitTermination; the next batches run", () =>
  quietly(() =>
    withStream(spark.sc, async (ssc, clock) => {
      const completed: BatchInfo[] = [];
      ssc.addStreamingListener({ onBatchCompleted: e => completed.push(e.batchInfo) });
      const other = batchesOf(ssc.queueStream(oneToFive()));
      ssc.queueStream(oneToFive()).foreachRDD(async rdd => {
        if ((await rdd.first()) === 1) throw new Error("the first batch fails");
      });
      await ssc.start();
      const waiting = assert.rejects(ssc.awaitTermination(), /the first batch fails/);
      await clock.advance(2000);
      await waiting;
      assert.deepEqual([...other.keys()], [1000, 2000]);
      assert.deepEqual(
        completed.map(b => b.failure?.message),
        ["the first batch fails", undefined],
      );
      assert.match(completed[0]!.outputOperationInfos.get(1)!.failureReason!, /the first batch fails/);
      assert.equal(completed[0]!.outputOperationInfos.get(0)!.failureReason, undefined);
      assert.equal(ssc.getState(), "ACTIVE");
      await assert.rejects(ssc.awaitTermination(), /the first batch fails/);
      assert.equal(ssc.failure?.message, "the first batch fails");
    }),
  ));

test("a batch whose jobs cannot be made has failed too", () =>
  quietly(() =>
    withStream(spark.sc, async (ssc, clock) => {
      const failures: unknown[] = [];
      ssc.addStreamingListener({ onBatchCompleted: e => failures.push(e.batchInfo.failure?.message) });
      ssc
        .queueStream(oneToFive())
        .transform(rdd => (failures.length === 0 ? (undefined as never) : rdd))
        .foreachRDD(() => {});
      await ssc.start();
      await clock.advance(2000);
      assert.match(
        String(failures[0]),
        /The function of transform returned undefined at 1000 ms: it must return an RDD/,
      );
      assert.equal(failures[1], undefined);
    }),
  ));

/** Runs three batches of which the one of 2000 ms fails `times` times, under a policy. */
async function withPolicy(policy: string, times: number): Promise<{ runs: number[]; state: string }> {
  const runs: number[] = [];
  let state = "";
  const settings = {
    "spark.tspark.streaming.onBatchFailure": policy,
    "spark.tspark.streaming.batchRetryDelay": "1ms",
  };
  await quietly(() =>
    withOwnSpark(spark, settings, own =>
      withStream(own, async (ssc, clock) => {
        ssc.queueStream<number>([]).foreachRDD((_, time) => {
          runs.push(time.milliseconds);
          if (time.milliseconds === 2000 && times-- > 0) throw new Error("not yet");
        });
        await ssc.start();
        await clock.advance(3000);
        state = ssc.getState();
      }),
    ),
  );
  return { runs, state };
}

test("onBatchFailure = continue | retry | stop", async () => {
  assert.deepEqual(await withPolicy("continue", 1), { runs: [1000, 2000, 3000], state: "ACTIVE" });
  assert.deepEqual(await withPolicy("stop", 1), { runs: [1000, 2000], state: "STOPPED" });
  assert.deepEqual(await withPolicy("retry", 2), { runs: [1000, 2000, 2000, 2000, 3000], state: "ACTIVE" });
  assert.deepEqual(await withPolicy("retry", 9), { runs: [1000, 2000, 2000, 2000, 2000], state: "STOPPED" });
});

test("where a failure stops the context, who waits is told when it has stopped, and so is who moves the clock", () =>
  quietly(() =>
    withOwnSpark(spark, { "spark.tspark.streaming.onBatchFailure": "stop" }, own =>
      withStream(own, async (ssc, clock) => {
        // A last checkpoint is still written.
        ssc.checkpoint(directory.path);
        ssc.queueStream<number>([]).foreachRDD(() => assert.fail("no table"));
        await ssc.start();
        const states: string[] = [];
        const ended = ssc.awaitTermination().catch(error => states.push(ssc.getState(), (error as Error).message));
        const asked: Promise<unknown>[] = [];
        ssc.addStreamingListener({
          onBatchCompleted: () => {
            const later = ssc.awaitTerminationOrTimeout(60_000).catch(() => states.push(ssc.getState()));
            asked.push(later);
          },
        });
        await clock.advance(1000);
        assert.equal(ssc.getState(), "STOPPED");
        await Promise.all([ended, ...asked]);
        assert.deepEqual(states.sort(), ["STOPPED", "STOPPED", "no table"]);
        await assert.rejects(ssc.awaitTermination(), { message: "no table" });
      }),
    ),
  ));

test("with spark.streaming.concurrentJobs = 2 two outputs run at a time", () =>
  withOwnSpark(spark, { "spark.streaming.concurrentJobs": "2" }, own =>
    withStream(own, async (ssc, clock) => {
      const [a, b] = [signal(), signal()];
      const stream = ssc.queueStream<number>([]);
      for (const [mine, other] of [
        [a, b],
        [b, a],
      ] as const) {
        stream.foreachRDD(() => {
          mine.resolve();
          return other.promise;
        });
      }
      await ssc.start();
      await clock.advance(1000);
      assert.equal(ssc.failure, undefined);
    }),
  ));

test("jobs carry their batch and output as properties, and leave the caller's alone", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const seen: (string | undefined)[] = [];
    ssc.queueStream<number>([]).foreachRDD(() => {
      seen.push(
        spark.sc.getLocalProperty("spark.streaming.internal.batchTime"),
        spark.sc.getLocalProperty("spark.streaming.internal.outputOpId"),
        spark.sc.getLocalProperty("spark.job.description"),
      );
    });
    await ssc.start();
    await clock.advance(1000);
    assert.deepEqual(seen.slice(0, 2), ["1000", "0"]);
    assert.match(seen[2]!, /^Streaming job from \[output operation 0, batch time \d\d:\d\d:\d\d\]$/);
    assert.equal(spark.sc.getLocalProperty("spark.streaming.internal.batchTime"), undefined);
  }));

test("batches that take too long are told once, and once that they no longer do", async () => {
  let now = 0;
  const clock = { now: () => now, monotonic: () => now, at: () => ({ cancel() {} }) };
  const policy = { kind: "continue", attempts: 1, delay: 0 } as const;
  const scheduler = new JobScheduler(spark.sc, clock, new StreamingListenerBus(), policy, 1000, "group", 1);
  const runFor = (ms: number) => async () => {
    now += ms;
  };
  const lines = await logOf(async () => {
    for (const ms of [500, 2500, 3000, 4000, 100, 100, 2500]) {
      const job = { time: new Time(now), outputOpId: 0, name: "", description: "", run: runFor(ms) };
      await scheduler.submit(job.time, [job], new Map());
    }
  });
  const told = lines.map(line => /batches queue up|end within their interval/.exec(line)?.[0]);
  assert.deepEqual(told, ["batches queue up", "end within their interval", "batches queue up"]);
});
