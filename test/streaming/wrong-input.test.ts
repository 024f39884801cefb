import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { Milliseconds, StreamingContext } from "tspark";
import { SteadyClock } from "../../src/core/clock/steady-clock.js";
import { batchesOf, logOf, quietly, signal, useSpark, withOwnSpark, withStream } from "./helpers/streams.js";

const spark = useSpark({ "spark.streaming.receiverRestartDelay": "1" });

/** A server on loopback that does `serve` with each connection. */
async function withServer(serve: (socket: Socket) => void, body: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** What `socketTextStream` makes of everything that a server sends before it closes. */
async function linesOf(serve: (socket: Socket) => void): Promise<string[]> {
  let lines: string[] = [];
  await quietly(() =>
    withServer(serve, port =>
      withStream(spark.sc, async ssc => {
        const closed = signal();
        ssc.addStreamingListener({ onReceiverStopped: () => closed.resolve() });
        const batches = batchesOf(ssc.socketTextStream("127.0.0.1", port));
        await ssc.start();
        await closed.promise;
        await ssc.stop(false, true);
        lines = [...batches.values()].flat();
      }),
    ),
  );
  return lines;
}

test("a line of 50 MB is a line", async () => {
  let served = false;
  const lines = await linesOf(socket => {
    socket.end(
      served ? "" : Buffer.concat([Buffer.from("before\n"), Buffer.alloc(50_000_000, "x"), Buffer.from("\nafter\n")]),
    );
    served = true;
  });
  assert.deepEqual(
    lines.map(line => line.length),
    [6, 50_000_000, 5],
  );
});

test("binary bytes are lines, too: what is no UTF-8 is replaced, and nothing else is harmed", async () => {
  let served = false;
  const lines = await linesOf(socket => {
    socket.end(served ? "" : Buffer.from([0x61, 0xff, 0xfe, 0x00, 0x0a, 0xc3, 0xa9, 0x0a]));
    served = true;
  });
  assert.deepEqual(lines, ["a\ufffd\ufffd\u0000", "é"]);
});

test("a server that always sends faster than the batches for a minute is read as fast as they take it", () =>
  withOwnSpark(spark, { "spark.tspark.streaming.receiver.maxPending": "256k" }, sc =>
    withServer(
      socket => {
        const piece = Buffer.from(`${"x".repeat(99)}\n`.repeat(100));
        const send = () => {
          while (!socket.destroyed && socket.write(piece));
        };
        socket.on("drain", send);
        send();
      },
      port =>
        withStream(sc, async (ssc, clock) => {
          const sizes: number[] = [];
          ssc.socketTextStream("127.0.0.1", port).foreachRDD(async rdd => {
            sizes.push((await rdd.count()) * 100);
          });
          await ssc.start();
          while (Math.max(0, ...sizes) === 0) await clock.advance(1000);
          await clock.advance(60_000);
          // The limit, and the piece of the socket that went beyond it.
          for (const size of sizes) assert.ok(size <= 256 * 1024 + 64 * 1024, `a batch of ${size} bytes`);
          assert.ok(sizes.filter(size => size > 0).length > 10);
        }),
    ),
  ));

test("a clock that jumps back by an hour stops no batch, and is told once", async () => {
  const { source, setBack } = jumpingSource();
  const times: number[] = [];
  const lines = await logOf(async () => {
    const ssc = new StreamingContext(spark.sc, Milliseconds(5), { clock: new SteadyClock(source) });
    ssc.queueStream<number>([]).foreachRDD((_, time) => times.push(time.milliseconds));
    await ssc.start();
    await ssc.awaitBatches(3);
    setBack(3_600_000);
    await ssc.awaitBatches(3);
    await ssc.stop(false);
  });
  assert.deepEqual(
    times,
    times.map((_, i) => times[0]! + i * 5),
  );
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^WARN SteadyClock: The clock of this machine was set back by 3[56]\d{5} ms/);
});

test("a steady clock follows a step forward and small ones back, and goes on from where it is told to", async () => {
  const { source, setBack } = jumpingSource();
  const clock = new SteadyClock(source);
  const before = clock.now();
  setBack(-60_000);
  assert.ok(clock.now() - before >= 60_000);
  setBack(100);
  assert.ok(clock.now() - before < 60_100);
  clock.catchUp(before + 1_000_000);
  assert.ok(clock.now() >= before + 1_000_000);
  clock.catchUp(before);
  assert.ok(clock.now() >= before + 1_000_000);
  const order: string[] = [];
  clock.at(clock.now() + 1, () => order.push("cancelled")).cancel();
  const fired = new Promise<void>(resolve => clock.at(clock.now() + 5, resolve));
  setBack(5_000_000);
  const lines = await logOf(() => fired);
  assert.equal(lines.length, 1);
  assert.deepEqual(order, []);
});

/** The real clocks, of which one can be set back. */
function jumpingSource() {
  let back = 0;
  const source = { wall: () => Date.now() - back, monotonic: () => performance.now() };
  const setBack = (ms: number) => {
    back += ms;
  };
  return { source, setBack };
}
