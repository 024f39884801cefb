import assert from "node:assert/strict";
import { EventEmitter, on } from "node:events";
import { test } from "node:test";
import { batchesOf, logOf, quietly, signal, useSpark, withOwnSpark, withStream } from "./helpers/streams.js";

const spark = useSpark({ "spark.streaming.receiverRestartDelay": "1" });

test("what an async generator yields is in the batches; when it has ended, they are empty", async () => {
  const gate = signal();
  const lines = await logOf(() =>
    withStream(spark.sc, async (ssc, clock) => {
      const stream = ssc.asyncIterableStream(async function* () {
        yield "a";
        yield "b";
        await gate.promise;
        yield "c";
      });
      const batches = batchesOf(stream);
      assert.equal(stream.name, "AsyncIterable stream [0]");
      await ssc.start();
      await clock.advance(1000);
      gate.resolve();
      await clock.advance(2000);
      assert.deepEqual([...batches.values()], [["a", "b"], ["c"], []]);
      assert.equal(stream.receiverInfo.active, false);
    }),
  );
  assert.deepEqual(lines, []);
});

test("an iterable, a function of one and an emitter's events are sources, too", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const emitter = new EventEmitter();
    const numbers = batchesOf(ssc.asyncIterableStream([1, 2, 3]));
    const letters = batchesOf(ssc.asyncIterableStream(() => new Set(["x", "y"])));
    const events = batchesOf(ssc.asyncIterableStream(on(emitter, "order") as AsyncIterable<[number]>));
    await ssc.start();
    emitter.emit("order", 7);
    emitter.emit("order", 8);
    await clock.advance(1000);
    assert.deepEqual(
      [numbers.get(1000), letters.get(1000), events.get(1000)],
      [
        [1, 2, 3],
        ["x", "y"],
        [[7], [8]],
      ],
    );
  }));

test("a source that fails is asked again; one WARN line says what failed", async () => {
  let starts = 0;
  const lines = await logOf(() =>
    withStream(spark.sc, async (ssc, clock) => {
      const again = signal();
      const stream = ssc.asyncIterableStream(async function* () {
        starts++;
        yield starts;
        if (starts === 1) throw new Error("connection lost");
        again.resolve();
      });
      const batches = batchesOf(stream);
      await ssc.start();
      await again.promise;
      await clock.advance(1000);
      assert.deepEqual(batches.get(1000), [1, 2]);
    }),
  );
  assert.deepEqual(lines, [
    "WARN ReceiverSupervisor: Restarting receiver AsyncIterableReceiver-0 with delay 1 ms: The source failed: connection lost",
  ]);
});

test("a source that is always faster than the batches for a minute is read as fast as they take it", () =>
  withOwnSpark(spark, { "spark.tspark.streaming.receiver.maxPending": "64k" }, sc =>
    withStream(sc, async (ssc, clock) => {
      // A number weighs 64 bytes: a thousand may wait.
      const most = 1024;
      let pulled = 0;
      let processed = 0;
      const stream = ssc.asyncIterableStream(async function* () {
        for (;;) {
          pulled++;
          yield pulled;
        }
      });
      let ahead = 0;
      stream.foreachRDD(async rdd => {
        processed += await rdd.count();
        ahead = Math.max(ahead, pulled - processed);
      });
      await ssc.start();
      await clock.advance(60_000);
      assert.ok(processed > 2 * most, `${processed} were processed`);
      assert.ok(ahead <= most + 1, `${ahead} were read ahead`);
    }),
  ));

test("a stop ends the iteration: the generator's finally runs", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const ended = signal();
    const stream = ssc.asyncIterableStream(async function* () {
      try {
        for (;;) {
          await new Promise(resolve => setImmediate(resolve));
          yield 1;
        }
      } finally {
        ended.resolve();
      }
    });
    batchesOf(stream);
    await ssc.start();
    await clock.advance(1000);
    await ssc.stop(false);
    await ended.promise;
  }));

test("what cannot be iterated is refused where it is given", () =>
  quietly(() =>
    withStream(spark.sc, async ssc => {
      for (const wrong of [1, "text", null, {}]) {
        assert.throws(() => ssc.asyncIterableStream(wrong as never), { code: "SOURCE_NOT_ITERABLE" });
      }
    }),
  ));
