import assert from "node:assert/strict";
import { test } from "node:test";
import { InputDStream, Seconds, StateSpec, StreamingContext } from "tspark";
import { ManualClock, TestReceiver } from "tspark/testing";
import { watchStreamingContexts } from "../../src/streaming/context-registry.js";
import { within } from "../../src/streaming/within.js";
import {
  batchesOf,
  logOf,
  quietly,
  signal,
  testConf,
  useDirectory,
  useSpark,
  withOwnSpark,
  withStream,
} from "./helpers/streams.js";

const spark = useSpark();
const dir = useDirectory();

test("a context is INITIALIZED, ACTIVE, STOPPED", () =>
  withStream(spark.sc, async ssc => {
    ssc.queueStream<number>([]).print();
    assert.equal(ssc.getState(), "INITIALIZED");
    assert.equal(StreamingContext.getActive(), undefined);
    await ssc.start();
    assert.equal(ssc.getState(), "ACTIVE");
    assert.equal(StreamingContext.getActive(), ssc);
    await ssc.stop(false);
    assert.equal(ssc.getState(), "STOPPED");
    assert.equal(StreamingContext.getActive(), undefined);
    assert.equal(String(ssc), "StreamingContext(batch = 1000 ms, STOPPED)");
  }));

test("it takes a SparkContext and a positive duration", () => {
  assert.throws(() => new StreamingContext(spark.sc, Seconds(0)), { code: "DURATION_NOT_POSITIVE" });
  assert.throws(() => new StreamingContext(spark.sc, 1000 as never), { code: "NOT_A_DURATION" });
  assert.throws(() => new StreamingContext("local" as never, Seconds(1)), { code: "NEITHER_CONTEXT_NOR_CONF" });
});

test("without outputs it does not start", () =>
  withStream(spark.sc, async ssc => {
    ssc.queueStream<number>([]).map(x => x);
    await assert.rejects(ssc.start(), {
      code: "NO_OUTPUTS",
      message: /^No output operations registered, so nothing to execute/,
    });
    assert.equal(ssc.getState(), "INITIALIZED");
  }));

test("start names everything that is wrong, at once", () =>
  withStream(spark.sc, async ssc => {
    const pairs = ssc.queueStream<[string, number]>([]);
    pairs.updateStateByKey((v: number[]) => v.length).uid("same");
    pairs.mapWithState(StateSpec.function((_k: string, v: number | undefined) => v)).uid("same");
    pairs.map(x => x).checkpoint(Seconds(1.5));
    await assert.rejects(ssc.start(), error => {
      const { message } = error as Error;
      assert.match(message, /^The streaming graph has 6 problems:\n {2}1\. /);
      assert.match(message, /No output operations registered/);
      assert.match(message, /The checkpoint directory has not been set, and same needs one/);
      assert.match(message, /mapWithState needs one/);
      assert.match(
        message,
        /The checkpoint interval of map \(1500 ms\) must be a multiple of its slide duration \(1000 ms\)/,
      );
      assert.match(message, /Two operators have the uid "same"/);
      return true;
    });
  }));

test("state asks for a checkpoint directory, as Spark does", () =>
  withStream(spark.sc, async ssc => {
    ssc
      .queueStream<[string, number]>([])
      .updateStateByKey((v: number[]) => v.length)
      .print();
    await assert.rejects(ssc.start(), { message: /The checkpoint directory has not been set/ });
    ssc.checkpoint(dir.path);
    await ssc.start();
  }));

test("nothing may be added after start, or after stop", () =>
  withStream(spark.sc, async ssc => {
    const stream = ssc.queueStream<number>([]);
    stream.print();
    await ssc.start();
    for (const add of [
      () => stream.map(x => x),
      () => stream.print(),
      () => ssc.queueStream([]),
      () => stream.cache(),
    ]) {
      assert.throws(add, { code: "GRAPH_IS_FIXED", message: /after starting a context is not supported/ });
    }
    assert.throws(() => ssc.queueStream([]), {
      message:
        /^The StreamingContext has been started, and a new input came too late: .* in tspark-shell await ssc\.stop\(\), and ssc is a fresh one\.$/,
    });
    await ssc.stop(false);
    assert.throws(() => stream.filter(x => x > 0), { message: /after stopping a context is not supported/ });
    await assert.rejects(ssc.start(), { code: "ALREADY_STOPPED" });
  }));

test("one context is active in a process; the error says where it was started", () =>
  withStream(spark.sc, ssc =>
    withStream(spark.sc, async other => {
      for (const c of [ssc, other]) c.queueStream<number>([]).print();
      await ssc.start();
      await assert.rejects(other.start(), {
        code: "ANOTHER_ACTIVE",
        message:
          /^Only one StreamingContext may be started in this process\. .* started by start at context\.test\.ts:/,
      });
      await ssc.stop(false);
      await other.start();
    }),
  ));

test("awaitTermination resolves when the context stops", () =>
  withStream(spark.sc, async ssc => {
    ssc.queueStream<number>([]).print();
    await ssc.start();
    const waiting = ssc.awaitTermination();
    assert.equal(await ssc.awaitTerminationOrTimeout(1), false);
    await ssc.stop(false);
    await waiting;
    assert.equal(await ssc.awaitTerminationOrTimeout(1000), true);
  }));

test("once its waits are abandoned nobody is told of its end, whatever they wait for and whenever they ask", () =>
  withStream(spark.sc, async ssc => {
    ssc.queueStream<number>([]).print();
    await ssc.start();
    const told: unknown[] = [];
    const ask = () => {
      for (const wait of [ssc.awaitTermination(), ssc.awaitTerminationOrTimeout(0), ssc.awaitBatches(1)]) {
        wait.then(
          () => told.push("end"),
          error => told.push(error),
        );
      }
    };
    ask();
    ssc.abandonWaits();
    await ssc.stop(false);
    ask();
    // Begun later than theirs, this time is over later.
    assert.equal(await within(1, new Promise(() => {})), false);
    assert.deepEqual(told, []);
  }));

test("awaitBatches counts the batches from the call on", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const batches = batchesOf(ssc.queueStream<number>([]));
    await ssc.start();
    await clock.advance(1000);
    const two = ssc.awaitBatches(2).then(() => batches.size);
    await clock.advance(2000);
    assert.equal(await two, 3);
    const never = ssc.awaitBatches(5);
    await clock.advance(1000);
    await Promise.all([
      assert.rejects(never, { code: "BATCHES_CUT_SHORT", message: /stopped after 1 of the 5 batches/ }),
      ssc.stop(false),
    ]);
    await assert.rejects(ssc.awaitBatches(0), { code: "BAD_COUNT" });
  }));

test("batches are due at multiples of the batch duration after the start", async () => {
  const clock = new ManualClock(2300);
  const ssc = new StreamingContext(spark.sc, Seconds(1), { clock });
  const batches = batchesOf(ssc.queueStream<number>([]));
  await ssc.start();
  await clock.advance(2800);
  await ssc.stop(false);
  assert.deepEqual([...batches.keys()], [3000, 4000, 5000]);
});

test("a graceful stop processes what receivers have stored and queues hold", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const receiver = new TestReceiver<number>();
    const received = batchesOf(ssc.receiverStream(receiver));
    const queued = batchesOf(ssc.queueStream([1, 2, 3].map(x => spark.sc.parallelize([x], 1))));
    await ssc.start();
    await clock.advance(1000);
    await receiver.store([7, 8]);
    await ssc.stop(false, true);
    assert.deepEqual([...received.values()].flat(), [7, 8]);
    assert.deepEqual([...queued.values()].flat(), [1, 2, 3]);
    assert.equal(receiver.stops, 1);
  }));

test("a graceful stop waits for batches that run; nothing is pending, so no further one is made", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const { promise, resolve } = signal();
    const order: string[] = [];
    ssc.queueStream([spark.sc.parallelize([1])]).foreachRDD(async (_, time) => {
      await promise;
      order.push(`batch ${time}`);
    });
    await ssc.start();
    const advanced = clock.advance(1000);
    await new Promise(r => setImmediate(r));
    const stopped = ssc.stop(false, true).then(() => order.push("stopped"));
    resolve();
    await Promise.all([advanced, stopped]);
    assert.deepEqual(order, ["batch 1000 ms", "stopped"]);
  }));

test("a stop that is not graceful drops what waits, and nobody waits for it", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const receiver = new TestReceiver<number>();
    const entered = signal();
    let batches = 0;
    ssc.receiverStream(receiver).foreachRDD(() => {
      batches++;
      entered.resolve();
      return new Promise(() => {});
    });
    await ssc.start();
    await receiver.store(1);
    const advanced = clock.advance(5000);
    await entered.promise;
    const stopped = ssc.stop(false, false);
    await advanced;
    assert.equal(batches, 1);
    await stopped;
    assert.equal(ssc.getState(), "STOPPED");
  }));

for (const graceful of [false, true]) {
  test(`stop inside of a batch, ${graceful ? "graceful" : "at once"}, does not wait for itself`, () =>
    withStream(spark.sc, async (ssc, clock) => {
      let batches = 0;
      ssc.queueStream<number>([]).foreachRDD(async () => {
        batches++;
        await ssc.stop(false, graceful);
      });
      await ssc.start();
      const ended = ssc.awaitTermination();
      await clock.advance(3000);
      await ended;
      assert.equal(batches, 1);
    }));
}

test("stopping the SparkContext stops its streams", () =>
  withOwnSpark(spark, {}, async own => {
    const ssc = new StreamingContext(own, Seconds(1), { clock: new ManualClock() });
    ssc.queueStream<number>([]).print();
    await ssc.start();
    await own.stop();
    assert.equal(ssc.getState(), "STOPPED");
    assert.throws(() => new StreamingContext(own, Seconds(1)), { code: "SPARK_CONTEXT_STOPPED" });
  }));

test("a context made of a configuration has a SparkContext of its own, which stop() stops", () =>
  withOwnSpark(spark, {}, async own => {
    await own.stop();
    const ssc = new StreamingContext(testConf(), Seconds(1), { clock: new ManualClock() });
    ssc.queueStream<number>([]).print();
    await ssc.start();
    await ssc.stop();
    assert.equal(ssc.sparkContext.isStopped, true);
  }));

test("starting or stopping twice says so and does nothing", async () => {
  const lines = await logOf(() =>
    withStream(spark.sc, async ssc => {
      ssc.queueStream<number>([]).print();
      await ssc.start();
      await ssc.start();
      await Promise.all([ssc.stop(false), ssc.stop(false, true)]);
      await ssc.stop(false);
    }),
  );
  assert.deepEqual(lines, [
    "WARN StreamingContext: StreamingContext has already been started",
    "WARN StreamingContext: StreamingContext has already been stopped",
  ]);
});

test("a source that fails to start fails start(), and the others are stopped", () =>
  withStream(spark.sc, async ssc => {
    const calls: string[] = [];
    class Source extends InputDStream<number> {
      override get kind() {
        return "Test stream";
      }
      override async start() {
        calls.push(`start ${this.id}`);
        if (this.id === 1) throw new Error("no such host");
      }
      override stop() {
        calls.push(`stop ${this.id}`);
      }
      override compute() {
        return undefined;
      }
    }
    for (let i = 0; i < 2; i++) new Source(ssc).print();
    await quietly(() => assert.rejects(ssc.start(), /no such host/));
    assert.deepEqual(calls, ["start 0", "start 1", "stop 0", "stop 1"]);
    assert.equal(ssc.getState(), "STOPPED");
    assert.equal(StreamingContext.getActive(), undefined);
  }));

test("whoever watches is told of each context that starts, and of the one that runs", () =>
  withStream(spark.sc, async ssc => {
    const seen: unknown[] = [];
    const unwatch = watchStreamingContexts(c => seen.push(c));
    ssc.queueStream<number>([]).print();
    await ssc.start();
    watchStreamingContexts(c => seen.push(c))();
    unwatch();
    assert.deepEqual(seen, [ssc, ssc]);
  }));

test("a context that is stopped while a source still starts does not wait for it", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const calls: string[] = [];
    class Slow extends InputDStream<number> {
      override get kind() {
        return "Slow stream";
      }
      override start() {
        return new Promise<void>(() => {});
      }
      override stop() {
        calls.push("stop");
      }
      override compute() {
        return undefined;
      }
    }
    new Slow(ssc).print();
    const started = ssc.start();
    await ssc.stop(false, true);
    await started;
    await clock.advance(2000);
    assert.deepEqual([calls, ssc.getState()], [["stop"], "STOPPED"]);
  }));

test("moves of a manual clock that are not awaited add up, and none sets it back", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const times: number[] = [];
    ssc.queueStream([]).foreachRDD((_, time) => {
      times.push(time.milliseconds);
      if (time.milliseconds === 3000) void clock.advance(1000);
    });
    await ssc.start();
    await Promise.all([clock.advance(1000), clock.advance(1000)]);
    assert.equal(clock.now(), 2000);
    await Promise.all([clock.setTime(2500), clock.setTime(3000)]);
    await clock.advance(0);
    assert.equal(clock.now(), 4000);
    assert.deepEqual(times, [1000, 2000, 3000, 4000]);
  }));

test("start need not be awaited before the clock moves", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const receiver = new TestReceiver<number>();
    const batches = batchesOf(ssc.receiverStream(receiver));
    const started = ssc.start();
    await clock.advance(2000);
    await started;
    assert.equal(batches.size, 2);
  }));
