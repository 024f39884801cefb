// Flume's own RPC client against a stream: nothing that it was told is taken is lost, whatever happens meanwhile.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { it } from "node:test";
import { type DStream, Seconds, StreamingContext } from "tspark";
import { FlumeUtils, type SparkFlumeEvent } from "tspark/flume";
import { ManualClock } from "tspark/testing";
import { FlumeReceiver } from "../../src/connectors/flume/push/flume-receiver.js";
import { freePort } from "../helpers/free-port.js";
import { batchesOf, quietly, signal, useSpark, withOwnSpark, withStream } from "../streaming/helpers/streams.js";
import { describeWithFlume } from "./real-flume.js";

const LOGGED = { "spark.streaming.receiver.writeAheadLog.enable": "true" };

const numbers = (stream: DStream<SparkFlumeEvent>) =>
  stream.map(event => {
    const number = Number(event.headers.i);
    // The body begins with the same number.
    return event.body.toString("latin1", 0, event.headers.i!.length + 1) === `${number}:` ? number : -1;
  });

/** Which of `count` numbers are missing, or strange, and how many are there more than once. */
function judged(found: readonly number[], count: number): { missing: number[]; strange: number[]; again: number } {
  const once = new Set(found);
  return {
    missing: Array.from({ length: count }, (_, i) => i).filter(i => !once.has(i)),
    strange: found.filter(i => !(i >= 0 && i < count)),
    again: found.length - once.size,
  };
}

describeWithFlume("Flume's RPC client", fixture => {
  const spark = useSpark({ "spark.streaming.receiverRestartDelay": "1" });

  for (const compression of ["none", "deflate"]) {
    it(`is understood: events, batches, headers, with compression-type = ${compression}`, () =>
      withStream(spark.sc, async (ssc, clock) => {
        const port = await freePort();
        const batches = batchesOf(
          FlumeUtils.createStream(ssc, "localhost", port, undefined, compression === "deflate"),
        );
        await ssc.start();
        const client = await fixture.clients.open(port, { "compression-type": compression });
        await client.append("grüße ☃", { host: "web-1", größe: "☃", empty: "" });
        await client.append("");
        await client.batch(0, 5000, 300);
        await client.close();
        await clock.advance(1000);
        const [first, second, ...rest] = batches.get(1000)!;
        assert.deepEqual(first!.headers, { host: "web-1", größe: "☃", empty: "" });
        assert.equal(first!.body.toString(), "grüße ☃");
        assert.deepEqual([second!.headers, second!.body.length], [{}, 0]);
        assert.deepEqual(
          rest.map(event => [Number(event.headers.i), event.body.length]),
          Array.from({ length: 5000 }, (_, i) => [i, 300]),
        );
        assert.equal(String(rest[4999]!.body), `4999:${"x".repeat(295)}`);
      }));
  }

  it("loses nothing when the receiver is restarted in the middle of its load", () =>
    quietly(() =>
      withStream(spark.sc, async (ssc, clock) => {
        const port = await freePort();
        const receiver = new FlumeReceiver({
          host: "127.0.0.1",
          port,
          compressed: false,
          limit: 1 << 20,
          maxConnections: 10,
        });
        const batches = batchesOf(numbers(ssc.receiverStream(receiver)));
        await ssc.start();
        const clients = await Promise.all([fixture.clients.open(port), fixture.clients.open(port)]);
        const COUNT = 10_000;
        const loads = clients.map((client, i) => client.load(i * COUNT, COUNT, { batch: 50, size: 100 }));
        let failures = 0;
        let isOver = false;
        const over = Promise.all(loads).then(ended => {
          isOver = true;
          for (const load of ended) failures += load.failures;
        });
        for (let restarts = 0; restarts < 5 && !isOver; restarts++) {
          // In the middle: when more has come.
          const before = [...batches.values()].flat().length;
          while ([...batches.values()].flat().length === before && !isOver) await clock.advance(1000);
          const again = signal();
          ssc.addStreamingListener({ onReceiverStarted: () => again.resolve() });
          receiver.restart("to try it");
          await again.promise;
        }
        await over;
        await clock.advance(1000);
        const { missing, strange } = judged([...batches.values()].flat(), 2 * COUNT);
        assert.deepEqual([missing, strange], [[], []]);
        // Or nothing was in the middle.
        assert.ok(failures > 0, "no request of the clients failed");
      }),
    ));

  it("is told that events could not be written to the log, and that they are when it sends them again", () =>
    withOwnSpark(spark, { ...LOGGED, "spark.streaming.receiver.writeAheadLog.closeFileAfterWrite": "true" }, sc =>
      withStream(sc, async (ssc, clock) => {
        const checkpoint = path.join(fixture.dir, "full");
        const received = path.join(checkpoint, "receivedData");
        ssc.checkpoint(checkpoint);
        const port = await freePort();
        const batches = batchesOf(numbers(FlumeUtils.createStream(ssc, "127.0.0.1", port)));
        await ssc.start();
        const client = await fixture.clients.open(port);
        await client.batch(0, 10);
        await quietly(async () => {
          // A file where the directory of the log should be.
          rmSync(received, { recursive: true });
          writeFileSync(received, "");
          await assert.rejects(client.batch(10, 10), /returned Status: FAILED/);
          rmSync(received);
        });
        await client.load(10, 10);
        await clock.advance(1000);
        assert.deepEqual(
          batches.get(1000),
          Array.from({ length: 20 }, (_, i) => i),
        );
      }),
    ));

  it("loses nothing when the program ends as by a crash, and goes on from its write-ahead log", () =>
    withOwnSpark(spark, LOGGED, async sc => {
      const dir = path.join(fixture.dir, "crashes");
      const port = await freePort();
      const COUNT = 10_000;
      const found: number[] = [];
      let clock = new ManualClock(0);
      const start = async () => {
        const ssc = await StreamingContext.getOrCreate(
          dir,
          () => {
            const ssc = new StreamingContext(sc, Seconds(1));
            numbers(FlumeUtils.createStream(ssc, "127.0.0.1", port)).foreachRDD(async rdd => {
              found.push(...(await rdd.collect()));
            });
            return ssc;
          },
          { clock },
        );
        await ssc.start();
        return ssc;
      };
      await quietly(async () => {
        let ssc = await start();
        const client = await fixture.clients.open(port);
        const loading = client.load(0, COUNT, { batch: 50, size: 100 });
        let isOver = false;
        void loading.then(() => {
          isOver = true;
        });
        for (let crashes = 0; crashes < 3 && !isOver; crashes++) {
          const before = found.length;
          while (found.length === before && !isOver) await clock.advance(1000);
          // What was taken since is in no batch.
          await ssc.stop(false);
          clock = new ManualClock(clock.now() + 500);
          ssc = await start();
        }
        const { failures } = await loading;
        await clock.advance(1500);
        await ssc.stop(false);
        assert.ok(failures > 0, "no request of the client failed");
      });
      const { missing, strange } = judged(found, COUNT);
      assert.deepEqual([missing, strange], [[], []]);
    }));
});
