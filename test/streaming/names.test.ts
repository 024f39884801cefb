import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { InputDStream, Receiver, Seconds, type State, StateSpec, StorageLevel, Time } from "tspark";
import { TestReceiver } from "tspark/testing";
import { batchesOf, useDirectory, useSpark, withStream } from "./helpers/streams.js";

// What the rest of the tests does not ask for by name.

const spark = useSpark();
const temporary = useDirectory();

test("the batch duration of a context", () =>
  withStream(spark.sc, async ssc => {
    assert.equal(ssc.batchDuration.equals(Seconds(1)), true);
  }));

test("a listener that was removed hears nothing more", () =>
  withStream(spark.sc, async (ssc, clock) => {
    let heard = 0;
    const listener = { onBatchCompleted: () => heard++ };
    ssc.addStreamingListener(listener);
    batchesOf(ssc.queueStream<number>([]));
    await ssc.start();
    await clock.advance(1000);
    ssc.removeStreamingListener(listener);
    await clock.advance(1000);
    assert.equal(heard, 1);
  }));

test("persist gives each RDD the level, and takes it away when no batch needs it", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const queue = [1, 2, 3].map(x => spark.sc.parallelize([x]));
    const rdds: { getStorageLevel(): StorageLevel }[] = [];
    const doubled = ssc.queueStream(queue).map(x => 2 * x);
    assert.equal(doubled.persist(StorageLevel.DISK_ONLY), doubled);
    doubled.foreachRDD(async rdd => {
      rdds.push(rdd);
      assert.equal(rdd.getStorageLevel(), StorageLevel.DISK_ONLY);
      await rdd.count();
    });
    await ssc.start();
    await clock.advance(3000);
    assert.equal(ssc.failure, undefined);
    assert.equal(rdds[0]!.getStorageLevel(), StorageLevel.NONE);
  }));

test("a source may have data left when it is stopped gracefully: batches are made until it says that it has none", () =>
  withStream(spark.sc, async ssc => {
    const asked: string[] = [];
    class Shelf extends InputDStream<number> {
      #left = 2;
      get kind() {
        return "Shelf";
      }
      override compute() {
        return this.context.sparkContext.parallelize([this.#left--], 1);
      }
      override stopReceiving() {
        asked.push("stopReceiving");
      }
      override hasPending() {
        asked.push("hasPending");
        return this.#left > 0;
      }
    }
    const shelf = new Shelf(ssc);
    assert.equal(shelf.rateController, undefined);
    const batches = batchesOf(shelf);
    await ssc.start();
    await ssc.stop(false, true);
    assert.deepEqual([...batches.values()], [[2], [1]]);
    assert.deepEqual(asked, ["stopReceiving", "hasPending", "hasPending", "hasPending"]);
  }));

test("back-pressure is on for receivers unless it is switched off", () =>
  withStream(spark.sc, async ssc => {
    assert.equal(ssc.receiverStream(new TestReceiver()).rateController?.latestRate, undefined);
    assert.notEqual(ssc.receiverStream(new TestReceiver()).rateController, undefined);
  }));

test("a receiver's storage level, its stream's id, and what it gives when a graceful stop drains it", () =>
  withStream(spark.sc, async ssc => {
    class Tap extends Receiver<string> {
      override onStart() {}
      override onStop() {}
      override async drain() {
        await this.store(`the last of stream ${this.streamId}`);
      }
    }
    assert.equal(new Tap().storageLevel, StorageLevel.MEMORY_AND_DISK_SER_2);
    const tap = new Tap(StorageLevel.MEMORY_ONLY);
    assert.equal(tap.storageLevel, StorageLevel.MEMORY_ONLY);
    assert.throws(() => tap.streamId, { code: "RECEIVER_NOT_STARTED" });
    batchesOf(ssc.queueStream<number>([]));
    const batches = batchesOf(ssc.receiverStream(tap));
    await ssc.start();
    await ssc.stop(false, true);
    assert.deepEqual([...batches.values()].flat(), ["the last of stream 1"]);
  }));

test("a state says whether there is one", () =>
  withStream(spark.sc, async (ssc, clock) => {
    ssc.checkpoint(path.join(temporary.path, "exists"));
    const queue = [1, 2].map(() => spark.sc.parallelize<[string, number]>([["a", 1]]));
    const spec = StateSpec.function((_: string, n: number | undefined, state: State<number>) => {
      const known = state.exists();
      state.update(n ?? 0);
      return known;
    });
    const batches = batchesOf(ssc.queueStream(queue).mapWithState(spec));
    await ssc.start();
    await clock.advance(2000);
    assert.deepEqual([...batches.values()], [[false], [true]]);
  }));

test("durations and times are compared and counted as their milliseconds", () => {
  assert.equal(Seconds(2).valueOf(), 2000);
  assert.equal(new Time(5).valueOf(), 5);
  assert.ok(Seconds(1) < Seconds(2) && new Time(1) < new Time(2));
});

test("a batch says when it was submitted, begun and done", () =>
  withStream(spark.sc, async (ssc, clock) => {
    const times: unknown[] = [];
    ssc.addStreamingListener({
      onBatchCompleted({ batchInfo }) {
        times.push([batchInfo.submissionTime, batchInfo.processingStartTime, batchInfo.processingEndTime]);
      },
    });
    batchesOf(ssc.queueStream<number>([]));
    await ssc.start();
    await clock.advance(1000);
    assert.deepEqual(times, [[1000, 1000, 1000]]);
  }));
