// The stream that agents push to: what it takes, and when it says so.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { FlumeUtils } from "tspark/flume";
import { freePort } from "../helpers/free-port.js";
import {
  batchesOf,
  logOf,
  quietly,
  signal,
  useDirectory,
  useSpark,
  withOwnSpark,
  withStream,
} from "../streaming/helpers/streams.js";
import { bodies, running, until } from "./running.js";
import { eventOf, openSender } from "./sender.js";

const spark = useSpark({ "spark.streaming.receiverRestartDelay": "1" });
const temporary = useDirectory();

describe("a Flume stream", () => {
  it("holds what was appended, one by one and in batches, with headers and bytes as they were", () =>
    withStream(spark.sc, async (ssc, clock) => {
      const port = await freePort();
      const stream = FlumeUtils.createStream(ssc, "localhost", port);
      assert.equal(stream.name, "Flume stream [0]");
      const batches = batchesOf(stream);
      await ssc.start();
      const sender = await openSender(port);
      const bytes = Buffer.from([0, 255, 128, 10]);
      assert.equal(
        await sender.ask("append", { event: { headers: eventOf("", { a: "1", ü: "é" }).headers, body: bytes } }),
        "OK",
      );
      assert.equal(await sender.send("x", "", "y"), "OK");
      assert.equal(await sender.send(), "OK");
      await clock.advance(1000);
      assert.equal(await sender.send("z"), "OK");
      await clock.advance(1000);
      const [first, ...others] = batches.get(1000)!;
      assert.deepEqual(first!.headers, { a: "1", ü: "é" });
      assert.deepEqual(first!.body, bytes);
      assert.deepEqual(first!.event.getHeaders(), new Map(Object.entries(first!.headers)));
      assert.equal(first!.event.getBody(), first!.body);
      assert.deepEqual(
        others.map(event => String(event.body)),
        ["x", "", "y"],
      );
      assert.deepEqual(batches.get(2000)!.map(String), [String(batches.get(2000)![0])]);
      sender.close();
    }));

  it("takes from several agents at a time", () =>
    running(spark.sc, async ({ port, clock, batches }) => {
      const senders = await Promise.all(Array.from({ length: 8 }, () => openSender(port)));
      await Promise.all(senders.map((sender, i) => sender.send(`${i}a`, `${i}b`)));
      await clock.advance(1000);
      assert.deepEqual(
        batches.get(1000)!.sort(),
        senders.flatMap((_, i) => [`${i}a`, `${i}b`]),
      );
      for (const sender of senders) sender.close();
    }));

  it("answers requests that come together in their order", () =>
    running(spark.sc, async ({ port, clock, batches }) => {
      const sender = await openSender(port);
      await sender.send("0");
      const numbers = Array.from({ length: 300 }, (_, i) => String(i + 1));
      // The client is told of each; it does not wait for one before it asks the next.
      const answers = await Promise.all([...numbers, "end"].map(body => sender.send(body)));
      assert.deepEqual(new Set(answers), new Set(["OK"]));
      await clock.advance(1000);
      assert.deepEqual(batches.get(1000), ["0", ...numbers, "end"]);
      sender.close();
    }));
});

describe("connections", () => {
  it("are as many as may be: one more is turned away, which is told, and is taken when another has ended", () =>
    running(
      spark.sc,
      async ({ port, receiver, clock, batches }) => {
        const [one, two] = [await openSender(port), await openSender(port)];
        assert.deepEqual([await one.send("1"), await two.send("2")], ["OK", "OK"]);
        const lines = await logOf(async () => {
          for (let i = 0; i < 3; i++) {
            const other = await openSender(port);
            await assert.rejects(other.send("3"));
          }
        });
        assert.equal(lines.length, 1);
        assert.match(
          lines[0]!,
          /127\.0\.0\.1:\d+ was turned away: a Flume stream takes 2 connections at a time, and they are there\..* raise spark\.tspark\.streaming\.flume\.maxConnections\.$/,
        );
        one.close();
        await receiver.until(() => receiver.gone === 1);
        const next = await openSender(port);
        assert.equal(await next.send("3"), "OK");
        await clock.advance(1000);
        assert.deepEqual(batches.get(1000), ["1", "2", "3"]);
        two.close();
        next.close();
      },
      { maxConnections: 2 },
    ));
});

describe("an answer", () => {
  it("is given at once, and the next batch of whoever waits for room when a batch has ended", () =>
    withOwnSpark(spark, { "spark.tspark.streaming.receiver.maxPending": "1k" }, sc =>
      running(sc, async ({ port, clock, batches, receiver }) => {
        const [one, two] = [await openSender(port), await openSender(port)];
        assert.equal(await one.send("a".repeat(2000)), "OK");
        let answered = 0;
        const held = [one.send("b".repeat(2000)), two.send("c")].map(answer => answer.then(() => answered++));
        await receiver.until(() => receiver.held >= 2);
        assert.equal(answered, 0);
        await clock.advance(1000);
        await Promise.race(held);
        await clock.advance(1000);
        await Promise.all(held);
        await clock.advance(1000);
        const lengths = [...batches.values()].map(batch => batch.map(body => body.length));
        assert.deepEqual(lengths[0], [2000]);
        assert.deepEqual(lengths.flat().sort(), [1, 2000, 2000]);
        one.close();
        two.close();
      }),
    ));

  it("that a sender did not wait for is not given, and its events are not taken: it comes again with them", () =>
    withOwnSpark(spark, { "spark.tspark.streaming.receiver.maxPending": "1k" }, sc =>
      running(sc, async ({ port, clock, batches, receiver }) => {
        const one = await openSender(port);
        assert.equal(await one.send("a".repeat(2000)), "OK");
        for (let i = 1; i <= 3; i++) {
          const impatient = await openSender(port);
          // Also one that does not wait for an answer before it sends more.
          const held = receiver.held;
          for (let n = 0; n < 5 * i; n++) impatient.send("again").catch(() => {});
          await receiver.until(() => receiver.held > held);
          impatient.close();
          await receiver.until(() => receiver.gone === i);
        }
        const patient = await openSender(port);
        const before = receiver.held;
        const held = patient.send("again");
        await receiver.until(() => receiver.held > before);
        await clock.advance(1000);
        assert.equal(await held, "OK");
        await clock.advance(1000);
        assert.deepEqual(batches.get(2000), ["again"]);
        one.close();
        patient.close();
      }),
    ));

  it("comes when the events are in the write-ahead log, and is FAILED when they cannot be", () =>
    withOwnSpark(
      spark,
      {
        "spark.streaming.receiver.writeAheadLog.enable": "true",
        "spark.streaming.receiver.writeAheadLog.maxFailures": "1",
        "spark.streaming.receiver.writeAheadLog.closeFileAfterWrite": "true",
      },
      sc =>
        withStream(sc, async (ssc, clock) => {
          const checkpoint = path.join(temporary.path, "wal");
          const received = path.join(checkpoint, "receivedData");
          ssc.checkpoint(checkpoint);
          const port = await freePort();
          const batches = batchesOf(bodies(FlumeUtils.createStream(ssc, "127.0.0.1", port)));
          await ssc.start();
          const sender = await openSender(port);
          assert.equal(await sender.send("one"), "OK");
          await quietly(async () => {
            // A file where the directory of the log should be.
            rmSync(received, { recursive: true });
            writeFileSync(received, "");
            assert.equal(await sender.send("two"), "FAILED");
            rmSync(received);
          });
          assert.equal(await sender.send("two"), "OK");
          await clock.advance(1000);
          assert.deepEqual(batches.get(1000), ["one", "two"]);
          sender.close();
        }),
    ));

  it("is given before a graceful stop ends the connection, and nothing after it is taken", () =>
    running(spark.sc, async ({ port, ssc, batches }) => {
      const sender = await openSender(port);
      assert.equal(await sender.send("before"), "OK");
      const outcomes: string[] = [];
      let next = sender.send("0");
      const sending = (async () => {
        for (let i = 1; ; i++) {
          await next;
          outcomes.push(String(i - 1));
          next = sender.send(String(i));
        }
      })().catch(() => {});
      await ssc.stop(false, true);
      await sending;
      const taken = [...batches.values()].flat();
      // What was answered is there; one more may be, of which the sender was not told.
      assert.deepEqual(taken.slice(0, outcomes.length + 1), ["before", ...outcomes]);
      assert.ok(taken.length <= outcomes.length + 2);
    }));

  it("a receiver that is started again listens at the same port, and the agents come back", () =>
    running(spark.sc, async ({ port, ssc, clock, batches, receiver }) => {
      const sender = await openSender(port);
      assert.equal(await sender.send("before"), "OK");
      const again = signal();
      ssc.addStreamingListener({ onReceiverStarted: () => again.resolve() });
      await quietly(async () => {
        receiver.restart("to try it");
        await assert.rejects(async () => {
          for (;;) await sender.send("lost?");
        });
        await again.promise;
      });
      const next = await until(() => openSender(port));
      assert.equal(await next.send("after"), "OK");
      await clock.advance(1000);
      assert.deepEqual(
        batches.get(1000)!.filter(body => body !== "lost?"),
        ["before", "after"],
      );
      next.close();
    }));
});
