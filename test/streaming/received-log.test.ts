import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, truncateSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Seconds, StreamingContext } from "tspark";
import { ManualClock, TestReceiver } from "tspark/testing";
import { batchesOf, logOf, quietly, useDirectory, useSpark, withOwnSpark, withStream } from "./helpers/streams.js";

const spark = useSpark({ "spark.streaming.receiver.writeAheadLog.enable": "true" });
const temporary = useDirectory();
let directories = 0;
const newDirectory = () => path.join(temporary.path, `received-${++directories}`);

type Body = (receiver: TestReceiver<unknown>, clock: ManualClock, ssc: StreamingContext) => Promise<void>;

/** Runs a program that collects what a receiver gets, partition by partition, and ends it as a crash would. */
async function run(directory: string, at: number, body: Body): Promise<Map<number, unknown[][]>> {
  const clock = new ManualClock(at);
  const receiver = new TestReceiver<unknown>();
  let batches = new Map<number, unknown[][]>();
  await quietly(async () => {
    const ssc = await StreamingContext.getOrCreate(
      directory,
      () => {
        const ssc = new StreamingContext(spark.sc, Seconds(1));
        batches = batchesOf(ssc.receiverStream(receiver).glom());
        return ssc;
      },
      { clock },
    );
    try {
      await ssc.start();
      await body(receiver, clock, ssc);
    } finally {
      await ssc.stop(false);
    }
  });
  return batches;
}

test("what was stored before a crash, and in no batch, is in the first batch after it", async () => {
  const directory = newDirectory();
  const before = await run(directory, 0, async (receiver, clock) => {
    await receiver.store("a");
    await clock.advance(1000);
    await receiver.store(["b", { c: 1 }]);
  });
  assert.deepEqual([...before], [[1000, [["a"]]]]);
  const after = await run(directory, 1500, async (receiver, clock) => {
    await receiver.store("d");
    await clock.advance(1500);
  });
  assert.deepEqual(
    [...after].map(([time, partitions]) => [time, partitions.flat()]),
    [
      [2000, ["b", { c: 1 }, "d"]],
      [3000, []],
    ],
  );
});

test("what was stored before the first batch is found, though no batch was ever made", async () => {
  const directory = newDirectory();
  await run(directory, 0, receiver => receiver.store("a"));
  const after = await run(directory, 100, (_, clock) => clock.advance(1000));
  assert.deepEqual([...after], [[1000, [["a"]]]]);
});

test("a batch that had not ended is run again with the same elements in the same partitions", async () => {
  const directory = newDirectory();
  const clock = new ManualClock();
  const receiver = new TestReceiver<number>();
  const ssc = new StreamingContext(spark.sc, Seconds(1), { clock });
  ssc.checkpoint(directory);
  let seen: number[][] = [];
  ssc
    .receiverStream(receiver)
    .glom()
    .foreachRDD(async rdd => {
      seen = await rdd.collect();
      await ssc.stop(false);
    });
  await quietly(async () => {
    await ssc.start();
    await receiver.store([1, 2]);
    await receiver.store(3);
    await clock.advance(400);
    await receiver.store(4);
    await clock.advance(600);
    await ssc.awaitTermination();
  });
  assert.deepEqual(seen, [[1, 2, 3], [4]]);
  const after = await run(directory, 1000, (_, clock) => clock.advance(0));
  assert.deepEqual(after.get(1000), seen);
});

test("files of the log go when no checkpoint needs them", () =>
  withOwnSpark(
    spark,
    {
      "spark.streaming.receiver.writeAheadLog.enable": "true",
      "spark.streaming.receiver.writeAheadLog.closeFileAfterWrite": "true",
    },
    sc =>
      withStream(sc, async (ssc, clock) => {
        const directory = newDirectory();
        ssc.checkpoint(directory);
        const receiver = new TestReceiver<number>();
        ssc
          .receiverStream(receiver)
          .uid("numbers")
          .foreachRDD(() => {});
        await ssc.start();
        const files = () => readdirSync(path.join(directory, "receivedData", "numbers"));
        for (let batch = 0; batch < 20; batch++) {
          await receiver.store(batch);
          await clock.advance(1000);
          assert.ok(files().length < 8, `${files()}`);
        }
        assert.equal(files().at(-1), "log-0000000019");
      }),
  ));

test("an element that cannot be written is refused, and only that one", () =>
  withStream(spark.sc, async (ssc, clock) => {
    ssc.checkpoint(newDirectory());
    const receiver = new TestReceiver<unknown>();
    const batches = batchesOf(ssc.receiverStream(receiver));
    await ssc.start();
    const lines = await logOf(async () => {
      const stored = [receiver.store(1), receiver.store(new WeakMap()), receiver.store(2)];
      const results = await Promise.allSettled(stored);
      assert.deepEqual(
        results.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled"],
      );
    });
    assert.match(lines.join("\n"), /could not be logged and was not taken: .*WeakMap/);
    await clock.advance(1000);
    assert.deepEqual(batches.get(1000), [1, 2]);
  }));

test("the log needs a checkpoint directory", () =>
  withStream(spark.sc, async ssc => {
    ssc.receiverStream(new TestReceiver()).print();
    await assert.rejects(ssc.start(), /the write-ahead log of Test stream \[0\] needs one/);
  }));

test("a graceful stop processes what was being written", async () => {
  const directory = newDirectory();
  const batches = await run(directory, 0, async (receiver, _, ssc) => {
    void receiver.store("late");
    await ssc.stop(false, true);
  });
  assert.deepEqual([...batches.values()].flat(2), ["late"]);
  const after = await run(directory, 5000, (_, clock) => clock.advance(1000));
  assert.deepEqual([...after.values()].flat(2), []);
});

test("a program that keeps no log any more processes what is left in it", async () => {
  const directory = newDirectory();
  await run(directory, 0, receiver => receiver.store("logged"));
  await withOwnSpark(spark, {}, async sc => {
    const clock = new ManualClock(0);
    let batches = new Map<number, string[]>();
    await quietly(async () => {
      const ssc = await StreamingContext.getOrCreate(
        directory,
        () => {
          const ssc = new StreamingContext(sc, Seconds(1), { clock });
          batches = batchesOf(ssc.receiverStream(new TestReceiver<string>()));
          return ssc;
        },
        { clock },
      );
      await ssc.start();
      await clock.advance(1000);
      await ssc.stop(false);
    });
    assert.deepEqual(batches.get(1000), ["logged"]);
  });
});

test("a record that was torn by the crash was never acknowledged, and harms nothing", async () => {
  const directory = newDirectory();
  await run(directory, 0, async receiver => {
    await receiver.store("a");
    await receiver.store("torn");
  });
  const log = path.join(directory, "receivedData", "Test_20stream_230", "log-0000000000");
  assert.ok(existsSync(log));
  truncateSync(log, readFileSync(log).length - 1);
  const after = await run(directory, 0, async (receiver, clock) => {
    await receiver.store("b");
    await clock.advance(1000);
  });
  assert.deepEqual(after.get(1000)!.flat(), ["a", "b"]);
});
