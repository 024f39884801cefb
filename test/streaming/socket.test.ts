import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { LineCutter } from "../../src/streaming/sources/line-cutter.js";
import { batchesOf, logOf, quietly, signal, useSpark, withStream } from "./helpers/streams.js";

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

test("100,000 lines are counted exactly, and the last line needs no line end", () =>
  quietly(() =>
    withServer(
      socket => {
        const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i}`);
        socket.end(lines.join("\n"));
      },
      port =>
        withStream(spark.sc, async (ssc, clock) => {
          const closed = signal();
          ssc.addStreamingListener({ onReceiverStopped: () => closed.resolve() });
          const lines = ssc.socketTextStream("127.0.0.1", port);
          const sums = batchesOf(lines.map(line => Number(line.slice(5))).reduce((a, b) => a + b));
          await ssc.start();
          await closed.promise;
          await ssc.stop(false, true);
          assert.equal(
            [...sums.values()].flat().reduce((a, b) => a + b, 0),
            (100_000 * 99_999) / 2,
          );
          assert.equal(lines.name, "Socket stream [0]");
          void clock;
        }),
    ),
  ));

test("a graceful stop takes what has arrived", () =>
  withServer(
    socket => socket.write("a\nb\nc\n"),
    port =>
      withStream(spark.sc, async ssc => {
        const lines = batchesOf(ssc.socketTextStream("127.0.0.1", port));
        await ssc.start();
        await ssc.stop(false, true);
        assert.deepEqual([...lines.values()].flat(), ["a", "b", "c"]);
      }),
  ));

test("when the server closes the receiver connects again", async () => {
  let connections = 0;
  const lines = await logOf(() =>
    withServer(
      socket => socket.end(`from connection ${++connections}\n`),
      port =>
        withStream(spark.sc, async ssc => {
          const second = signal();
          let stops = 0;
          ssc.addStreamingListener({ onReceiverStopped: () => ++stops === 2 && second.resolve() });
          const batches = batchesOf(ssc.socketTextStream("127.0.0.1", port));
          await ssc.start();
          await second.promise;
          await ssc.stop(false, true);
          assert.deepEqual([...batches.values()].flat().slice(0, 2), ["from connection 1", "from connection 2"]);
        }),
    ),
  );
  assert.equal(
    lines[0],
    "WARN ReceiverSupervisor: Restarting receiver SocketReceiver-0 with delay 1 ms: Socket data stream had no more data",
  );
});

test("a server that is not there is one clear line; start() resolves and the receiver tries on", () =>
  withServer(
    () => {},
    async port => {
      const lines = await logOf(() =>
        withStream(spark.sc, async ssc => {
          ssc.socketTextStream("127.0.0.1", 1).print();
          await ssc.start();
        }),
      );
      assert.equal(
        lines[0],
        "WARN ReceiverSupervisor: Restarting receiver SocketReceiver-0 with delay 1 ms: Error starting receiver 0: Error connecting to 127.0.0.1:1: connection refused. Does a server listen there?",
      );
      void port;
    },
  ));

test("socketStream hands the bytes to a converter", () =>
  quietly(() =>
    withServer(
      socket => socket.end(Buffer.from([1, 2, 3, 4])),
      port =>
        withStream(spark.sc, async ssc => {
          const closed = signal();
          ssc.addStreamingListener({ onReceiverStopped: () => closed.resolve() });
          const stream = ssc.socketStream("127.0.0.1", port, async function* (bytes) {
            for await (const piece of bytes) yield* piece;
          });
          const batches = batchesOf(stream.reduce((a, b) => a + b));
          await ssc.start();
          await closed.promise;
          await ssc.stop(false, true);
          assert.deepEqual([...batches.values()].flat(), [10]);
        }),
    ),
  ));

test("host and port are checked where they are given", () =>
  withStream(spark.sc, async ssc => {
    for (const port of [0, 70_000, 1.5, "9999" as never]) {
      assert.throws(() => ssc.socketTextStream("localhost", port), { code: "BAD_PORT" });
    }
    for (const host of ["", undefined as never, 7 as never]) {
      assert.throws(() => ssc.socketTextStream(host, 9999), { code: "BAD_HOST" });
    }
    assert.throws(() => ssc.socketStream("localhost", 9999, undefined as never), { code: "NOT_A_FUNCTION" });
  }));

test("lines end at \\n or \\r\\n, empty ones are kept, and characters are not cut", () => {
  const cut = (...pieces: string[]) => {
    const cutter = new LineCutter();
    return [...pieces.flatMap(piece => cutter.push(Buffer.from(piece, "latin1"))), ...cutter.end()];
  };
  assert.deepEqual(cut("a\nb\r\n\n\r\nc"), ["a", "b", "", "", "c"]);
  assert.deepEqual(cut("a\rb\n"), ["a\rb"]);
  assert.deepEqual(cut("a\r", "\nb"), ["a", "b"]);
  assert.deepEqual(cut(""), []);
});

test("what has no line end is given up at the longest line, in whatever pieces it comes", () => {
  const cutter = new LineCutter(10);
  cutter.push(Buffer.from("ab\n12345"));
  cutter.push(Buffer.from("67890"));
  assert.throws(() => cutter.push(Buffer.from("x")), { code: "NO_LINE_END" });
});

test("however the bytes arrive, the lines are the same", () =>
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "grapheme" }).map(s => s.replace(/[\r\n]/g, ""))),
      fc.array(fc.nat(20)),
      (lines, cuts) => {
        const bytes = Buffer.from(lines.map(line => `${line}\n`).join(""));
        const cutter = new LineCutter();
        const seen: string[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          seen.push(...cutter.push(bytes.subarray(at, at + cut)));
          at = Math.min(bytes.length, at + cut);
        }
        assert.deepEqual([...seen, ...cutter.end()], lines);
      },
    ),
  ));
