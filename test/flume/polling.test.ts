// The stream that pulls from Spark's sinks, of which these are ours: what it acknowledges, and what it makes of failures.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { describe, it } from "node:test";
import { StorageLevel } from "tspark";
import { FlumeUtils } from "tspark/flume";
import { loadAvro } from "../../src/connectors/flume/avro/avro.js";
import { FlumePollingReceiver } from "../../src/connectors/flume/poll/polling-receiver.js";
import { type EventBatch, SPARK_FLUME_PROTOCOL } from "../../src/connectors/flume/poll/spark-flume-protocol.js";
import { Connection } from "../../src/connectors/flume/push/connection.js";
import { type Envelope, envelopeOf } from "../../src/connectors/flume/rpc/handshake.js";
import { writePack } from "../../src/connectors/flume/rpc/pack.js";
import { Responder } from "../../src/connectors/flume/rpc/responder.js";
import { Condition } from "../helpers/condition.js";
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
import { assertRefused } from "./refused.js";
import { bodies } from "./running.js";
import { eventOf } from "./sender.js";

const spark = useSpark({ "spark.streaming.receiverRestartDelay": "1" });
const temporary = useDirectory();

/** Changes with what sinks are asked. */
const asked = new Condition();
/** Resolves when it holds of what sinks were asked. */
const when = (holds: () => boolean) => asked.until(holds);

/** A sink whose channel is a list: what was given and not acknowledged comes again. */
class Sink {
  /** What was asked of it: `get 10`, `ack s1`, `nack s2`. */
  readonly asked: string[] = [];
  channel: string[] = [];
  /** With which it refuses to give events. */
  refusal = "";
  #given = new Map<string, string[]>();
  #waiting: (() => void)[] = [];
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(readonly port: number) {}

  /** Whether everything was given and acknowledged. */
  get isEmpty(): boolean {
    return this.channel.length === 0 && this.#given.size === 0;
  }

  async start(): Promise<void> {
    const avro = await loadAvro();
    const protocol = avro.protocol(SPARK_FLUME_PROTOCOL);
    this.#server = createServer(socket => {
      this.#sockets.add(socket);
      const responder = new Responder(protocol, envelopeOf(avro), "the stream", (message, request) =>
        this.#respond(message, request as { n: number; sequenceNumber: string }),
      );
      new Connection(socket, {
        peer: "the stream",
        limit: 10_000,
        compressed: false,
        answer: bytes => responder.answer(bytes),
        turn: () => undefined,
        failed: error => {
          throw error;
        },
        ended: () => this.#sockets.delete(socket),
      });
    });
    await new Promise<void>(resolve => this.#server!.listen(this.port, "127.0.0.1", resolve));
  }

  /** As a crash: what was not acknowledged is in its channel again. */
  stop(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#waiting = [];
    this.expire();
  }

  /** Puts back what was given and not acknowledged: a sink does when it has waited for long enough. */
  expire(): void {
    const events = [...this.#given.values()].flat();
    this.#given.clear();
    this.put(...events);
  }

  put(...events: string[]): void {
    this.channel.push(...events);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #respond(message: string, { n, sequenceNumber }: { n: number; sequenceNumber: string }): Promise<unknown> {
    if (message === "getEventBatch") {
      this.asked.push(`get ${n}`);
      asked.changed();
      if (this.refusal !== "") return { errorMsg: this.refusal, sequenceNumber: "", events: [] } satisfies EventBatch;
      while (this.channel.length === 0) await new Promise<void>(resolve => this.#waiting.push(resolve));
      const events = this.channel.splice(0, n);
      const id = `s${this.asked.length}`;
      this.#given.set(id, events);
      return { errorMsg: "", sequenceNumber: id, events: events.map(event => eventOf(event)) } satisfies EventBatch;
    }
    const events = this.#given.get(sequenceNumber) ?? [];
    this.#given.delete(sequenceNumber);
    if (message === "nack") this.put(...events);
    this.asked.push(message);
    asked.changed();
    return null;
  }
}

async function withSinks(count: number, body: (...sinks: Sink[]) => Promise<void>): Promise<void> {
  const sinks = await Promise.all(Array.from({ length: count }, async () => new Sink(await freePort())));
  for (const sink of sinks) await sink.start();
  try {
    await body(...sinks);
  } finally {
    for (const sink of sinks) sink.stop();
  }
}

describe("a polling stream", () => {
  it("pulls from all of its sinks, and acknowledges each batch", () =>
    withSinks(2, (one, two) =>
      withStream(spark.sc, async (ssc, clock) => {
        const addresses = [one!, two!].map(({ port }) => ["127.0.0.1", port] as const);
        const stream = FlumeUtils.createPollingStream(ssc, addresses, StorageLevel.MEMORY_ONLY, 2, 1);
        assert.equal(stream.receiverInfo.name, "FlumePollingReceiver-0");
        const batches = batchesOf(bodies(stream));
        one!.put("a", "b", "c");
        await ssc.start();
        two!.put("d");
        await when(() => one!.asked.length === 5 && two!.asked.length === 3);
        assert.deepEqual(one!.asked, ["get 2", "ack", "get 2", "ack", "get 2"]);
        assert.deepEqual(two!.asked, ["get 2", "ack", "get 2"]);
        await clock.advance(1000);
        assert.deepEqual(batches.get(1000)!.sort(), ["a", "b", "c", "d"]);
      }),
    ));

  it("asks for as many batches at a time as parallelism says, for 1000 events each by default", () =>
    withSinks(1, one =>
      withStream(spark.sc, async ssc => {
        FlumeUtils.createPollingStream(ssc, "127.0.0.1", one!.port).print();
        await ssc.start();
        await when(() => one!.asked.length === 5);
        assert.deepEqual(one!.asked, Array(5).fill("get 1000"));
        // A sixth would have asked before one of these asks again.
        one!.put("a");
        await when(() => one!.asked.length >= 7);
        assert.deepEqual(one!.asked.slice(5).sort(), ["ack", "get 1000"]);
      }),
    ));

  it("goes on with a sink that was away, without disturbing the others, and tells of it once", () =>
    withSinks(2, async (one, two) => {
      one!.stop();
      const log = await logOf(() =>
        withStream(spark.sc, async (ssc, clock) => {
          const addresses = [one!, two!].map(({ port }) => ["127.0.0.1", port] as const);
          const batches = batchesOf(bodies(FlumeUtils.createPollingStream(ssc, addresses, undefined, 10, 1)));
          await ssc.start();
          two!.put("there");
          await when(() => two!.asked.includes("ack"));
          await one!.start();
          one!.put("back");
          await when(() => one!.asked.includes("ack"));
          // It ends while it is asked, and what it has is asked for again.
          one!.stop();
          await one!.start();
          one!.put("again");
          await when(() => one!.asked.filter(asked => asked === "ack").length === 2);
          await clock.advance(1000);
          assert.deepEqual(batches.get(1000), ["there", "back", "again"]);
        }),
      );
      const told = log.map(line => line.replace(/127\.0\.0\.1:\d+/, "SINK"));
      const WARN = "WARN ReceiverSupervisor: Receiver FlumePollingReceiver-0 reported an error: ";
      assert.deepEqual(told, [
        `${WARN}Error connecting to SINK: connection refused. Does a server listen there?`,
        `${WARN}Spark's sink at SINK gave no events: it closed the connection.`,
      ]);
    }));

  it("asks again where a sink gives no events, and says why", () =>
    withSinks(1, async one => {
      one!.refusal = "the channel is full";
      const log = await logOf(() =>
        withStream(spark.sc, async ssc => {
          FlumeUtils.createPollingStream(ssc, [["127.0.0.1", one!.port]], undefined, 1, 1).print();
          await ssc.start();
          await when(() => one!.asked.length > 1);
          one!.refusal = "";
          one!.put("a");
          await when(() => one!.asked.includes("ack"));
        }),
      );
      assert.match(log.join("\n"), /^WARN .* Spark's sink at 127\.0\.0\.1:\d+ gave no events: the channel is full$/);
    }));

  it("gives a batch back that cannot be written to the log, and acknowledges it when it is", () =>
    withSinks(1, one =>
      withOwnSpark(
        spark,
        {
          "spark.streaming.receiverRestartDelay": "1",
          "spark.streaming.receiver.writeAheadLog.enable": "true",
          "spark.streaming.receiver.writeAheadLog.closeFileAfterWrite": "true",
        },
        sc =>
          withStream(sc, async (ssc, clock) => {
            const checkpoint = path.join(temporary.path, "wal");
            const received = path.join(checkpoint, "receivedData");
            ssc.checkpoint(checkpoint);
            const stream = FlumeUtils.createPollingStream(ssc, [["127.0.0.1", one!.port]], undefined, 10, 1);
            const batches = batchesOf(bodies(stream));
            await ssc.start();
            await quietly(async () => {
              // A file where the directory of the log should be.
              writeFileSync(received, "");
              one!.put("a");
              await when(() => one!.asked.includes("nack"));
              assert.ok(!one!.asked.includes("ack"));
              rmSync(received);
              await when(() => one!.asked.includes("ack"));
            });
            await clock.advance(1000);
            assert.deepEqual(batches.get(1000), ["a"]);
          }),
      ),
    ));

  it("asks for nothing while batches are behind", () =>
    withSinks(1, one =>
      withOwnSpark(spark, { "spark.tspark.streaming.receiver.maxPending": "1k" }, sc =>
        withStream(sc, async (ssc, clock) => {
          const addresses = [["127.0.0.1", one!.port]] as const;
          const settings = { addresses, maxBatchSize: 1, parallelism: 1, limit: 10_000, retryDelay: 1 };
          const held = signal();
          class Watched extends FlumePollingReceiver {
            protected override get turn(): Promise<void> | undefined {
              const turn = super.turn;
              if (turn !== undefined) held.resolve();
              return turn;
            }
          }
          const batches = batchesOf(bodies(ssc.receiverStream(new Watched(settings))).map(body => body.length));
          one!.put("x".repeat(2000), "y");
          await ssc.start();
          // It would ask for the next one.
          await held.promise;
          assert.deepEqual(one!.asked, ["get 1", "ack"]);
          await clock.advance(1000);
          await when(() => one!.asked.length === 5);
          await clock.advance(1000);
          assert.deepEqual([...batches.values()], [[2000], [1]]);
        }),
      ),
    ));

  it("loses nothing when it is restarted over and over", () =>
    withSinks(2, (one, two) =>
      quietly(() =>
        withStream(spark.sc, async (ssc, clock) => {
          const addresses = [one!, two!].map(({ port }) => ["127.0.0.1", port] as const);
          const receiver = new FlumePollingReceiver({
            addresses,
            maxBatchSize: 3,
            parallelism: 4,
            limit: 10_000,
            retryDelay: 1,
          });
          const batches = batchesOf(bodies(ssc.receiverStream(receiver)));
          const numbers = Array.from({ length: 200 }, (_, i) => String(i));
          await ssc.start();
          for (const [i, number] of numbers.entries()) {
            (i % 2 === 0 ? one! : two!).put(number);
            if (i % 20 !== 7) continue;
            const again = signal();
            ssc.addStreamingListener({ onReceiverStarted: () => again.resolve() });
            receiver.restart("to try it");
            await again.promise;
            // What a connection was given that is no more comes again when the sink has waited for long enough.
            for (const sink of [one!, two!]) sink.expire();
          }
          await when(() => one!.isEmpty && two!.isEmpty);
          await clock.advance(1000);
          assert.deepEqual([...new Set([...batches.values()].flat())].sort(), numbers.sort());
        }),
      ),
    ));

  for (const [what, answer, told] of [
    [
      "of another protocol",
      (envelope: Envelope) => {
        const serverProtocol = JSON.stringify({ protocol: "org.Other", messages: {} });
        const hello = { match: "CLIENT", serverProtocol, serverHash: Buffer.alloc(16), meta: null } as const;
        const bytes = Buffer.concat([envelope.handshakeResponse.write(hello), Buffer.of(0, 0)]);
        return writePack({ serial: 1, bytes });
      },
      /SINK speaks the Avro protocol org\.Other: a stream of this kind speaks .*SparkFlumeProtocol\. .*createPollingStream for Spark's sink\.$/,
    ],
    [
      "of another language",
      () => Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
      /What SINK sends is no Avro RPC: .* It looks like HTTP/,
    ],
    [
      "that answers with nonsense",
      () => writePack({ serial: 1, bytes: Buffer.of(0, 2) }),
      /What SINK sent does not hold what its protocol says: its 2 bytes end too early/,
    ],
  ] as const) {
    it(`tells a server ${what} apart from a sink`, async () => {
      const envelope = envelopeOf(await loadAvro());
      const server = createServer(socket => {
        socket.on("error", () => {});
        socket.once("data", () => socket.write(answer(envelope)));
      });
      const port = await freePort();
      await new Promise<void>(resolve => server.listen(port, "127.0.0.1", resolve));
      const log = await logOf(() =>
        withStream(spark.sc, async ssc => {
          const reported = signal();
          ssc.addStreamingListener({ onReceiverError: () => reported.resolve() });
          FlumeUtils.createPollingStream(ssc, [["127.0.0.1", port]], undefined, 1, 1).print();
          await ssc.start();
          await reported.promise;
        }),
      );
      server.close();
      assert.match(log.join("\n").replace(/127\.0\.0\.1:\d+/, "SINK"), told);
    });
  }

  it("refuses wrong arguments at once", () =>
    withStream(spark.sc, async ssc => {
      assertRefused(FlumeUtils.createPollingStream, ssc, [
        [["", 4242], /FlumeUtils\.createPollingStream: hostname is ''/],
        [["localhost"], /port is undefined/],
        [[[]], /addresses is \[\], it must be one or more of \[host, port\]/],
        [[["localhost:4242"]], /port is undefined/],
        [[[["localhost", 0]]], /port is 0/],
        [["localhost", 4242, 1000], /level is 1000, it must be a StorageLevel/],
        [[[["localhost", 4242]], undefined, 0], /maxBatchSize is 0, it must be a whole number of at least 1/],
        [[[["localhost", 4242]], undefined, 10, 0.5], /parallelism is 0.5/],
      ]);
    }));
});
