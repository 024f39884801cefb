// Paused streams begin no batch; what became due meanwhile is made up for afterwards, and nothing is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Seconds, StreamingContext, StreamingListener } from "tspark";
import { ManualClock, TestReceiver } from "tspark/testing";
import type { Clock } from "../../src/core/clock/clock.js";
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

const stream = (body: (ssc: StreamingContext, clock: ManualClock) => Promise<void>) => () =>
  quietly(() => withStream(spark.sc, body));

test(
  "no batch begins while paused; those that were due come afterwards, in order, with what was received",
  stream(async (ssc, clock) => {
    const receiver = new TestReceiver<string>();
    const batches = batchesOf(ssc.receiverStream(receiver));
    await ssc.start();
    await receiver.store("before");
    await clock.advance(1000);
    ssc.pause();
    assert.equal(ssc.isPaused, true);
    await receiver.store("meanwhile");
    await clock.advance(3500);
    assert.deepEqual([...batches], [[1000, ["before"]]]);
    ssc.resume();
    assert.equal(ssc.isPaused, false);
    await receiver.store("after");
    await clock.advance(1500);
    const each = [...batches].map(([time, lines]) => [time, lines.length]);
    assert.deepEqual(
      each.map(([time]) => time),
      [1000, 2000, 3000, 4000, 5000, 6000],
    );
    assert.deepEqual([...batches.values()].flat(), ["before", "meanwhile", "after"]);
  }),
);

test(
  "windows and state are what they would have been",
  stream(async (ssc, clock) => {
    ssc.checkpoint(directory.path);
    const queue = [1, 2, 3, 4, 5, 6].map(x => spark.sc.parallelize([x]));
    const numbers = ssc.queueStream(queue);
    const windows = batchesOf(numbers.reduceByWindow((a, b) => a + b, ssc.batchDuration.times(2), ssc.batchDuration));
    const sums = batchesOf(
      numbers
        .map(x => ["sum", x] as [string, number])
        .updateStateByKey((xs: number[], sum: number | undefined) => xs.reduce((a, b) => a + b, sum ?? 0))
        .map(([, sum]) => sum),
    );
    await ssc.start();
    await clock.advance(2000);
    ssc.pause();
    await clock.advance(3000);
    ssc.resume();
    await clock.advance(1000);
    assert.deepEqual([...windows.values()].flat(), [1, 3, 5, 7, 9, 11]);
    assert.deepEqual([...sums.values()].flat(), [1, 3, 6, 10, 15, 21]);
  }),
);

test("the batch that runs ends, those that wait for it are held back, and their delay does not limit the source", () =>
  withOwnSpark(spark, { "spark.streaming.backpressure.enabled": "true" }, sc =>
    withStream(sc, async (ssc, clock) => {
      const receiver = new TestReceiver<number>();
      const input = ssc.receiverStream(receiver);
      const [begun, go] = [signal(), signal()];
      const done: number[] = [];
      input.foreachRDD(async (_, time) => {
        if (time.milliseconds === 1000) {
          begun.resolve();
          await go.promise;
        }
        done.push(time.milliseconds);
      });
      await ssc.start();
      await receiver.store([1, 2, 3]);
      const advanced = clock.advance(1000);
      await begun.promise;
      const lines = await logOf(async () => {
        ssc.pause();
        ssc.pause();
        go.resolve();
        await advanced;
        await clock.advance(60_000);
        assert.deepEqual(done, [1000]);
        ssc.resume();
        ssc.resume();
        await clock.advance(0);
      });
      assert.equal(done.length, 61);
      assert.equal(input.rateLimit, undefined);
      assert.deepEqual(lines, [
        "WARN StreamingContext: Streaming is paused: no batch begins until it is resumed. Receivers go on as long as there is room.",
        "WARN StreamingContext: Streaming goes on after 60000 ms: 60 batches are made up for.",
      ]);
    }),
  ));

test("batches that were submitted wait, too, and are run first", () =>
  quietly(async () => {
    const manual = new ManualClock();
    // Nobody waits for what this one sets off: the second batch queues behind the first.
    const clock: Clock = {
      now: () => manual.now(),
      monotonic: () => manual.monotonic(),
      at: (time, fire) => manual.at(time, fire),
    };
    const ssc = new StreamingContext(spark.sc, Seconds(1), { clock });
    const [begun, go, queued] = [signal(), signal(), signal()];
    const done: number[] = [];
    ssc.queueStream<number>([]).foreachRDD(async (_, time) => {
      if (time.milliseconds === 1000) {
        begun.resolve();
        await go.promise;
      }
      done.push(time.milliseconds);
    });
    ssc.addStreamingListener({
      onBatchSubmitted: ({ batchInfo }) => {
        if (batchInfo.batchTime.milliseconds === 2000) queued.resolve();
      },
    });
    await ssc.start();
    await manual.advance(2000);
    await Promise.all([begun.promise, queued.promise]);
    ssc.pause();
    const first = ssc.awaitBatches(1);
    go.resolve();
    await first;
    await manual.advance(1000);
    assert.deepEqual(done, [1000]);
    const others = ssc.awaitBatches(2);
    ssc.resume();
    await others;
    assert.deepEqual(done, [1000, 2000, 3000]);
    await ssc.stop(false);
  }));

test(
  "listeners are told, with the number of batches that were due",
  stream(async (ssc, clock) => {
    const events: string[] = [];
    class Told extends StreamingListener {
      override onStreamingPaused({ time }: { time: number }) {
        events.push(`paused ${time}`);
      }
      override onStreamingResumed({ time, batchesMissed }: { time: number; batchesMissed: number }) {
        events.push(`resumed ${time} ${batchesMissed}`);
      }
    }
    ssc.addStreamingListener(new Told());
    ssc.queueStream<number>([]).foreachRDD(() => {});
    ssc.pause();
    assert.equal(ssc.isPaused, false);
    await ssc.start();
    await clock.advance(1500);
    ssc.pause();
    await clock.advance(2500);
    ssc.resume();
    ssc.pause();
    ssc.resume();
    await clock.advance(0);
    assert.deepEqual(events, ["paused 1500", "resumed 4000 3", "paused 4000", "resumed 4000 0"]);
  }),
);

test(
  "a graceful stop goes on first, and processes what was received; a stop at once does not",
  stream(async (ssc, clock) => {
    const receiver = new TestReceiver<string>();
    const batches = batchesOf(ssc.receiverStream(receiver));
    await ssc.start();
    ssc.pause();
    await receiver.store("meanwhile");
    await clock.advance(2500);
    await ssc.stop(false, true);
    assert.deepEqual([...batches.values()].flat(), ["meanwhile"]);
    assert.equal(ssc.isPaused, false);
  }),
);

test(
  "a stop at once ends paused streams without running what was held",
  stream(async (ssc, clock) => {
    const receiver = new TestReceiver<string>();
    const batches = batchesOf(ssc.receiverStream(receiver));
    await ssc.start();
    ssc.pause();
    await receiver.store("meanwhile");
    await clock.advance(2500);
    await ssc.stop(false, false);
    assert.deepEqual([...batches], []);
  }),
);

test("what is received while paused is bounded: a receiver waits when there is no room", () =>
  quietly(() =>
    withOwnSpark(spark, { "spark.tspark.streaming.receiver.maxPending": "1k" }, sc =>
      withStream(sc, async (ssc, clock) => {
        const receiver = new TestReceiver<string>();
        const batches = batchesOf(ssc.receiverStream(receiver));
        await ssc.start();
        ssc.pause();
        let stored = 0;
        const storing = (async () => {
          for (; stored < 100; stored++) await receiver.store("x".repeat(100));
        })();
        await clock.advance(5000);
        assert.ok(stored < 20, `${stored} of 100 were taken`);
        ssc.resume();
        while (stored < 100) await clock.advance(1000);
        await storing;
        await clock.advance(1000);
        assert.equal([...batches.values()].flat().length, 100);
      }),
    ),
  ));
