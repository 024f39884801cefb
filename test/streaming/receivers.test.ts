import assert from "node:assert/strict";
import { test } from "node:test";
import { BatchInfo, Receiver, type ReceiverInfo, Time } from "tspark";
import { ManualClock, TestReceiver } from "tspark/testing";
import { PIDRateEstimator } from "../../src/streaming/rate/pid-rate-estimator.js";
import { RateController } from "../../src/streaming/rate/rate-controller.js";
import { BlockBuffer } from "../../src/streaming/receiver/block-buffer.js";
import { RateLimiter } from "../../src/streaming/receiver/rate-limiter.js";
import { batchesOf, logOf, quietly, signal, useSpark, withOwnSpark, withStream } from "./helpers/streams.js";

const spark = useSpark({ "spark.streaming.receiverRestartDelay": "1" });

test("what is stored before a batch is in it, element or iterable", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const receiver = new TestReceiver<string>();
    const batches = batchesOf(ssc.receiverStream(receiver));
    await ssc.start();
    await receiver.store("one string is one element");
    await receiver.store(["a", "b"]);
    await receiver.store(new Set(["c"]));
    await receiver.store(
      (async function* () {
        yield "d";
      })(),
    );
    await clock.advance(1000);
    await receiver.store("e");
    await clock.advance(1000);
    assert.deepEqual(batches.get(1000), ["one string is one element", "a", "b", "c", "d"]);
    assert.deepEqual(batches.get(2000), ["e"]);
  }));

test("byte arrays are elements", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const receiver = new TestReceiver<Uint8Array>();
    const sizes = batchesOf(ssc.receiverStream(receiver).map(bytes => bytes.length));
    await ssc.start();
    await receiver.store(new Uint8Array(3));
    await receiver.store([new Uint8Array(5)]);
    await clock.advance(1000);
    assert.deepEqual(sizes.get(1000), [3, 5]);
  }));

test("each block interval in which something came is a partition", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const receiver = new TestReceiver<number>();
    const partitions = batchesOf(ssc.receiverStream(receiver).glom());
    await ssc.start();
    await receiver.store([1, 2]);
    await clock.advance(100);
    await receiver.store(3);
    await clock.advance(100);
    await receiver.store(4);
    await clock.advance(400);
    await receiver.store(5);
    await clock.advance(400);
    assert.deepEqual(partitions.get(1000), [[1, 2, 3], [4], [5]]);
    await clock.advance(1000);
    assert.deepEqual(partitions.get(2000), []);
  }));

test("the listener learns how many records a receiver gave", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const receiver = new TestReceiver<number>();
    const counts: number[] = [];
    ssc.addStreamingListener({ onBatchCompleted: e => counts.push(e.batchInfo.numRecords) });
    batchesOf(ssc.receiverStream(receiver));
    await ssc.start();
    await receiver.store([1, 2, 3]);
    await clock.advance(2000);
    assert.deepEqual(counts, [3, 0]);
  }));

test("start, error, restart and stop are told, with what went wrong", () =>
  quietly(() =>
    withStream(spark.sc, async ssc => {
      const receiver = new TestReceiver<number>();
      const events: string[] = [];
      const again = signal();
      const note = (what: string) => (e: { receiverInfo: ReceiverInfo }) => {
        events.push(`${what} active=${e.receiverInfo.active} ${e.receiverInfo.lastErrorMessage}`);
        if (what === "started" && events.length > 1) again.resolve();
      };
      ssc.addStreamingListener({
        onReceiverStarted: note("started"),
        onReceiverError: note("error"),
        onReceiverStopped: note("stopped"),
      });
      const stream = ssc.receiverStream(receiver);
      stream.print();
      await ssc.start();
      assert.equal(stream.receiverInfo.name, "TestReceiver-0");
      assert.equal(stream.name, "Test stream [0]");
      receiver.reportError("hiccup", new Error("short"));
      receiver.restart("server closed", new Error("gone"));
      assert.equal(receiver.isStopped(), true);
      await again.promise;
      assert.deepEqual([receiver.starts, receiver.stops, receiver.isStarted()], [2, 1, true]);
      await ssc.stop(false);
      assert.equal(receiver.stops, 2);
      assert.deepEqual(events, [
        "started active=true ",
        "error active=true hiccup - short",
        "stopped active=false server closed - gone",
        "error active=false server closed - gone",
        "started active=true server closed - gone",
        "stopped active=false server closed - gone",
      ]);
    }),
  ));

test("a receiver whose onStart fails is started again; ssc.start() does not fail", async () => {
  const receiver = new TestReceiver<number>();
  receiver.failNextStart = new Error("no subscription");
  const lines = await logOf(() =>
    withStream(spark.sc, async ssc => {
      const started = signal();
      ssc.addStreamingListener({ onReceiverStarted: () => receiver.starts === 1 && started.resolve() });
      ssc.receiverStream(receiver).print();
      await ssc.start();
      await started.promise;
    }),
  );
  assert.deepEqual(lines, [
    "WARN ReceiverSupervisor: Restarting receiver TestReceiver-0 with delay 1 ms: Error starting receiver 0: no subscription",
  ]);
});

test("stop(message) ends a receiver for good, the context runs on", () =>
  quietly(() =>
    withStream(spark.sc, async (ssc, clock) => {
      const receiver = new TestReceiver<number>();
      const batches = batchesOf(ssc.receiverStream(receiver));
      await ssc.start();
      await receiver.store(1);
      receiver.stop("enough");
      receiver.restart("not any more");
      await clock.advance(2000);
      assert.deepEqual([...batches.values()], [[1], []]);
      assert.equal(receiver.starts, 1);
    }),
  ));

test("a receiver runs in the driver and may use what surrounds it; onStart may be async and is waited for", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const source = [1, 2, 3];
    class Async extends Receiver<number> {
      override async onStart() {
        await new Promise(resolve => setImmediate(resolve));
        await this.store(source);
      }
      override onStop() {}
    }
    const batches = batchesOf(ssc.receiverStream(new Async()));
    await ssc.start();
    await clock.advance(1000);
    assert.deepEqual(batches.get(1000), [1, 2, 3]);
  }));

test("a receiver belongs to one stream, and works only there", () =>
  withStream(spark.sc, async ssc => {
    const receiver = new TestReceiver<number>();
    assert.throws(() => receiver.store(1), { code: "RECEIVER_NOT_STARTED" });
    ssc.receiverStream(receiver);
    assert.throws(() => ssc.receiverStream(receiver), { code: "RECEIVER_IN_USE" });
  }));

for (const [what, make] of [
  ["texts", (text: string) => text],
  ["lists", (text: string) => [text]],
  ["objects", (text: string) => ({ text })],
  [
    "bytes in instances",
    (text: string) =>
      new (class Event {
        readonly body = Buffer.from(text);
      })(),
  ],
] as const) {
  test(`store is held back while what was received waits for its batch: ${what}`, () =>
    withOwnSpark(spark, { "spark.tspark.streaming.receiver.maxPending": "1k" }, own =>
      withStream(own, async (ssc, clock) => {
        const receiver = new TestReceiver<unknown>();
        const batches = batchesOf(ssc.receiverStream(receiver));
        await ssc.start();
        await receiver.store([make("x".repeat(500))]);
        let taken = false;
        const held = receiver.store([make("y".repeat(600))]).then(() => {
          taken = true;
        });
        await new Promise(resolve => setImmediate(resolve));
        assert.equal(taken, false);
        await clock.advance(1000);
        await held;
        assert.equal(batches.get(1000)!.length, 2);
      }),
    ));
}

/** Stores as fast as it may, and ends when it is told to. */
class Eager extends Receiver<string> {
  #loop: Promise<void> | undefined;
  stored = 0;
  override onStart() {
    this.#loop = this.#run();
  }
  override async onStop() {
    await this.#loop;
  }
  async #run() {
    while (!this.isStopped()) {
      await this.store("x".repeat(100));
      this.stored++;
    }
  }
}

for (const graceful of [true, false]) {
  test(`a receiver that is held back can be stopped, ${graceful ? "gracefully" : "at once"}`, () =>
    withOwnSpark(spark, { "spark.tspark.streaming.receiver.maxPending": "1k" }, own =>
      withStream(own, async (ssc, clock) => {
        const receiver = new Eager();
        const batches = batchesOf(ssc.receiverStream(receiver).count());
        await ssc.start();
        await clock.advance(1000);
        await ssc.stop(false, graceful);
        const taken = [...batches.values()].flat().reduce((a, b) => a + b, 0);
        if (graceful) assert.equal(taken, receiver.stored);
        else assert.ok(taken < receiver.stored);
      }),
    ));
}

test("a long iterable whose receiver is to stop gracefully is taken whole, and leaves the event loop its turns", () =>
  withOwnSpark(spark, { "spark.tspark.streaming.receiver.maxPending": "1k" }, own =>
    withStream(own, async ssc => {
      let turns = 0;
      let longest = 0;
      function* elements() {
        for (let i = 0, since = 0, last = 0; i < 50_000; i++, since++) {
          if (last !== turns) since = 0;
          last = turns;
          longest = Math.max(longest, since);
          yield i;
        }
      }
      class Long extends Receiver<number> {
        override onStart() {
          void this.store(elements());
        }
        override onStop() {}
      }
      let ticking = setImmediate(function tick() {
        turns++;
        ticking = setImmediate(tick);
      });
      const batches = batchesOf(ssc.receiverStream(new Long()).count());
      await ssc.start();
      await ssc.stop(false, true);
      clearImmediate(ticking);
      assert.equal(
        [...batches.values()].flat().reduce((a, b) => a + b, 0),
        50_000,
      );
      assert.ok(longest < 20_000, `${longest} elements in one turn`);
    }),
  ));

test("after the context has stopped nothing is taken, and nobody is told that it was", () =>
  withStream(spark.sc, async ssc => {
    const receiver = new TestReceiver<number>();
    const stream = ssc.receiverStream(receiver);
    stream.foreachRDD(() => {});
    await ssc.start();
    await ssc.stop(false);
    let told = false;
    void receiver.store(1).then(() => {
      told = true;
    });
    void receiver.store([2, 3]).then(() => {
      told = true;
    });
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(told, false);
    assert.equal(stream.hasPending(), false);
  }));

test("a receiver delivers at the initial rate until a batch with records has been measured", () =>
  withOwnSpark(spark, { "spark.streaming.backpressure.initialRate": "10" }, sc =>
    withStream(sc, async (ssc, clock) => {
      const receiver = new TestReceiver<number>();
      const stream = ssc.receiverStream(receiver);
      stream.foreachRDD(() => {});
      await ssc.start();
      assert.equal(stream.rateLimit, 10);
      await clock.advance(1000);
      assert.equal(stream.rateLimit, 10);
      await receiver.store(1);
      await clock.advance(1000);
      assert.equal(stream.rateLimit, undefined);
    }),
  ));

test("a block buffer counts what waits until its batch has ended", () => {
  const buffer = new BlockBuffer<number>(new ManualClock(), 200, 100);
  buffer.addAll([1, 2], 60);
  assert.equal(buffer.hasRoom, true);
  buffer.add(3, 60);
  assert.equal(buffer.hasRoom, false);
  const taken = buffer.take();
  assert.deepEqual(taken, { blocks: [[[1, 2], [3]]], records: 3, bytes: 120 });
  assert.deepEqual([buffer.records, buffer.hasRoom], [0, false]);
  buffer.release(taken.bytes);
  assert.equal(buffer.hasRoom, true);
});

test("a rate limiter lets a block through and makes the next one wait", async () => {
  const clock = new ManualClock();
  const limiter = new RateLimiter(clock, 100);
  assert.equal(limiter.acquire(50), undefined);
  let through = false;
  void limiter.acquire(1)!.then(() => {
    through = true;
  });
  await clock.advance(499);
  assert.equal(through, false);
  await clock.advance(1);
  assert.equal(through, true);
  limiter.setRate(1e9);
  assert.equal(limiter.rate, 100);
  assert.equal(new RateLimiter(clock).acquire(1e9), undefined);
});

test("the PID estimator aims at the rate that could be processed", () => {
  const gains = { proportional: 1, integral: 0, derivative: 0, minRate: 10 };
  const pid = new PIDRateEstimator(1000, gains);
  assert.equal(pid.compute(1000, 1000, 500, 0), undefined);
  assert.equal(pid.compute(2000, 1000, 2000, 0), 500);
  assert.equal(pid.compute(3000, 400, 1000, 0), 400);
  assert.equal(pid.compute(4000, 1, 1000, 0), 10);
  assert.equal(pid.compute(4000, 1000, 1000, 0), undefined);
  assert.equal(pid.compute(5000, 0, 1000, 0), undefined);
  const waiting = new PIDRateEstimator(1000, { ...gains, integral: 0.2 });
  waiting.compute(1000, 1000, 1000, 0);
  assert.equal(waiting.compute(2000, 1000, 1000, 2000), 600);
});

test("a rate controller limits while batches are behind, and lets go when they are well within their interval", () => {
  const published: (number | undefined)[] = [];
  const controller = new RateController(0, { compute: (_, n) => n }, 1000, rate => published.push(rate));
  const batch = (records: number, schedulingDelay: number, processingDelay: number) =>
    controller.onBatchCompleted(
      new BatchInfo({
        batchTime: new Time(1000),
        streamIdToInputInfo: new Map([[0, { inputStreamId: 0, name: "", numRecords: records, metadata: {} }]]),
        submissionTime: 0,
        processingStartTime: schedulingDelay,
        processingEndTime: schedulingDelay + processingDelay,
        outputOperationInfos: new Map(),
      }),
    );
  batch(100, 0, 900);
  assert.equal(controller.latestRate, undefined);
  batch(200, 0, 1100);
  assert.equal(controller.latestRate, 200);
  batch(300, 100, 700);
  assert.equal(controller.latestRate, 300);
  batch(300, 0, 400);
  assert.equal(controller.latestRate, undefined);
  assert.deepEqual(published, [200, 300, 300, undefined]);
});
