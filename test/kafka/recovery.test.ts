// A direct stream goes on from a checkpoint: with the offsets it had, and with the same ranges in batches that had not ended.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import { Seconds, SparkConf, SparkContext, StreamingContext } from "tspark";
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from "tspark/kafka";
import { ManualClock } from "tspark/testing";
import { describeWithBroker, kafka } from "./real-broker.js";

describeWithBroker("Kafka, from a checkpoint", fixture => {
  it("reads each record once, across restarts, a pending batch and an absence", async () => {
    const { bootstrap } = fixture.broker;
    await kafka.createTopic(bootstrap, "letters", { partitions: 2 });
    const send = (values: string) =>
      kafka.send(
        bootstrap,
        "letters",
        [...values].map((value, i) => ({ value, partition: i % 2 })),
      );
    const dir = mkdtempSync(path.join(tmpdir(), "tspark-kafka-checkpoint-"));
    const sc = new SparkContext(
      new SparkConf(false).setMaster("local[2]").setAppName("t").set("spark.ui.enabled", "false"),
    );
    const run = async (from: number, until: number, hang: boolean) => {
      const clock = new ManualClock(from);
      const results = new Map<number, string>();
      let hung!: () => void;
      const hangs = new Promise<void>(resolve => {
        hung = resolve;
      });
      const ssc = await StreamingContext.getOrCreate(
        dir,
        () => {
          const ssc = new StreamingContext(sc, Seconds(1));
          const params = { "bootstrap.servers": bootstrap, "auto.offset.reset": "earliest" };
          const stream = KafkaUtils.createDirectStream(
            ssc,
            LocationStrategies.PreferConsistent,
            ConsumerStrategies.Subscribe(["letters"], params),
          );
          const states = stream
            .map(r => [r.value, 1] as [string, number])
            .updateStateByKey((ones: number[], n: number | undefined) => (n ?? 0) + ones.length);
          states.foreachRDD(async (rdd, time) => {
            if (hang) {
              hung();
              await new Promise(() => {});
            }
            const pairs = (await rdd.collect()).sort();
            results.set(time.milliseconds, pairs.map(([letter, n]) => `${letter}${n}`).join(" "));
          });
          return ssc;
        },
        { clock },
      );
      await ssc.start();
      const moved = clock.advance(until - from);
      await (hang ? hangs : moved);
      await ssc.stop(false);
      return [...results];
    };
    try {
      await send("aab");
      assert.deepEqual(await run(0, 1000, false), [[1000, "a2 b1"]]);
      await send("abc");
      assert.deepEqual(await run(1000, 2000, true), []);
      await send("cd");
      assert.deepEqual(await run(4000, 5000, false), [
        [2000, "a3 b2 c1"],
        [3000, "a3 b2 c2 d1"],
        [4000, "a3 b2 c2 d1"],
        [5000, "a3 b2 c2 d1"],
      ]);
    } finally {
      await sc.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
