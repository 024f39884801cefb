// What a Flume stream makes of those who are no agents, and of addresses that are none.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { describe, it } from "node:test";
import { FlumeUtils } from "tspark/flume";
import { loadAvro } from "../../src/connectors/flume/avro/avro.js";
import { SinkConnection } from "../../src/connectors/flume/poll/sink-connection.js";
import { AVRO_SOURCE_PROTOCOL } from "../../src/connectors/flume/push/avro-source-protocol.js";
import type { FlumeAddress } from "../../src/connectors/flume/push/flume-receiver.js";
import { envelopeOf, NO_METADATA } from "../../src/connectors/flume/rpc/handshake.js";
import { writePack } from "../../src/connectors/flume/rpc/pack.js";
import { freePort } from "../helpers/free-port.js";
import { batchesOf, logOf, signal, useSpark, withStream } from "../streaming/helpers/streams.js";
import { assertRefused } from "./refused.js";
import { bodies, running, until } from "./running.js";
import { openSender } from "./sender.js";

const spark = useSpark({ "spark.streaming.receiverRestartDelay": "1" });

/** A connection that sends bytes and resolves when the other side has closed it. */
async function stranger(port: number, bytes: Uint8Array): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const closed = once(socket, "close");
  socket.resume().write(bytes);
  await closed;
}

describe("strangers at the port of a Flume stream", () => {
  /** What the log says of one, while an agent goes on. */
  async function told(bytes: (port: number) => Promise<void>, more: Partial<FlumeAddress> = {}): Promise<string[]> {
    let lines: string[] = [];
    await running(
      spark.sc,
      async ({ port, clock, batches }) => {
        const sender = await openSender(port);
        lines = await logOf(() => bytes(port));
        assert.equal(await sender.send("undisturbed"), "OK");
        await clock.advance(1000);
        assert.deepEqual(batches.get(1000), ["undisturbed"]);
        sender.close();
      },
      more,
    );
    return lines.map(line => line.replace(/127\.0\.0\.1:\d+/g, "PEER"));
  }
  const WARN = "WARN ReceiverSupervisor: Receiver FlumeReceiver-0 reported an error: ";

  it("that speak another language are sent away, and told of once", async () => {
    const lines = await told(async port => {
      for (let i = 0; i < 3; i++) await stranger(port, Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    });
    assert.deepEqual(lines, [
      `${WARN}What PEER sends is no Avro RPC: a request of 790644820 frames. The connection was closed. It looks like HTTP: an Avro sink has the type avro.`,
    ]);
  });

  it("that send a request of random bytes are sent away", async () => {
    const lines = await told(port => stranger(port, writePack({ serial: 1, bytes: Buffer.alloc(30, 0xa5) })));
    assert.deepEqual(lines, [
      `${WARN}What PEER sent does not hold what its protocol says: its 30 bytes end too early. The connection was closed. Is it Flume that connects there?`,
    ]);
  });

  it("that send more than is allowed are sent away before they have sent it", async () => {
    const lines = await told(async port => {
      const head = Buffer.alloc(12);
      head.writeInt32BE(1, 4);
      head.writeInt32BE(200_000, 8);
      await stranger(port, head);
    });
    assert.match(
      lines.join("\n"),
      /^WARN .* A batch of PEER has 200000 bytes or more: a Flume stream takes at most 100000\./,
    );
  });

  it("that are compressed, or are not where they should be, learn which setting it is", async () => {
    const compressed = Buffer.from("789c6260646000000000ffff", "hex");
    assert.match((await told(port => stranger(port, compressed))).join("\n"), /pass enableDecompression = true/);
    const port = await freePort();
    await withStream(spark.sc, async ssc => {
      FlumeUtils.createStream(ssc, "127.0.0.1", port, undefined, true).print();
      await ssc.start();
      const lines = await logOf(() => stranger(port, writePack({ serial: 1, bytes: Buffer.alloc(3) })));
      assert.match(
        lines.join("\n"),
        /it is not compressed\. The connection was closed\. Set compression-type = deflate/,
      );
    });
  });

  it("that speak another protocol of Avro are told apart from an agent", async () => {
    const other = { protocol: "Other", namespace: "org", messages: { hello: { request: [], response: "null" } } };
    const lines = await told(async port => {
      const sender = await openSender(port, other);
      await assert.rejects(sender.ask("hello", {}));
    });
    assert.deepEqual(lines, [
      `${WARN}PEER speaks the Avro protocol org.Other: a stream of this kind speaks org.apache.flume.source.avro.AvroSourceProtocol. The connection was closed. createStream is for Avro sinks and Flume's RPC clients, createPollingStream for Spark's sink.`,
    ]);
  });

  it("whose protocol is nonsense, however it is made, are sent away", async () => {
    const avro = await loadAvro();
    const { handshakeRequest } = envelopeOf(avro);
    const hash = Buffer.alloc(16);
    const deep = `${"[".repeat(50_000)}`;
    const itself = { type: "record", name: "append", fields: [{ name: "next", type: "append" }] };
    const texts = ["", "null", "7", "[]", "{}", '{"protocol":7}', '{"protocol":"a b"}', deep, JSON.stringify(itself)];
    for (const event of [itself, { type: "array", items: "null" }, "long"]) {
      const append = { request: [{ name: "event", type: event }], response: "null" };
      texts.push(JSON.stringify({ protocol: "AvroSourceProtocol", messages: { append } }));
    }
    const lines = await told(async port => {
      for (const clientProtocol of texts) {
        const hello = handshakeRequest.write({ clientHash: hash, clientProtocol, serverHash: hash, meta: null });
        await stranger(port, writePack({ serial: 1, bytes: Buffer.concat([hello, Buffer.alloc(20)]) }));
      }
    });
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /PEER speaks the Avro protocol of another version: a stream of this kind speaks/);
  });

  it("that ask for a message which it does not have get an answer, and may go on", () =>
    running(spark.sc, async ({ port }) => {
      const more = structuredClone(AVRO_SOURCE_PROTOCOL) as unknown as { protocol: string; messages: object };
      Object.assign(more.messages, { clear: { request: [], response: "null" } });
      const sender = await openSender(port, more);
      await assert.rejects(sender.ask("clear", {}), /has no message clear/);
      assert.equal(await sender.send("a"), "OK");
      sender.close();
    }));

  it("that say nothing, or half of something, hold up nobody, nor the end", async () => {
    const closed: Promise<unknown>[] = [];
    await told(async port => {
      const half = writePack({ serial: 1, bytes: Buffer.alloc(1000) }).subarray(0, 500);
      for (const bytes of [Buffer.alloc(0), half]) {
        const socket = connect(port, "127.0.0.1");
        socket.on("error", () => {});
        await once(socket, "connect");
        socket.resume().write(bytes);
        closed.push(once(socket, "close"));
      }
      // One that came after them has its answer: they were taken, too.
      const late = await openSender(port);
      assert.equal(await late.send(), "OK");
      late.close();
    });
    // The stream has stopped, and let go of them.
    await Promise.all(closed);
  });

  it("that know the protocol by its hash are asked to say it, where theirs is another one", () =>
    running(spark.sc, async ({ port }) => {
      const avro = await loadAvro();
      const envelope = envelopeOf(avro);
      const connection = await SinkConnection.open("127.0.0.1", port, 10_000, new AbortController().signal);
      const ours = avro.protocol(AVRO_SOURCE_PROTOCOL);
      const ping = Buffer.concat([NO_METADATA, envelope.text.write("")]);
      const greet = async (hash: Buffer, text: string | null, known = hash) => {
        const hello = { clientHash: hash, clientProtocol: text, serverHash: known, meta: null };
        const answer = await connection.exchange(Buffer.concat([envelope.handshakeRequest.write(hello), ping]));
        const { match, serverProtocol } = envelope.handshakeResponse.read(answer, 0)[0];
        return [match, serverProtocol];
      };
      assert.deepEqual(await greet(Buffer.alloc(16, 1), null), ["NONE", ours.text]);
      // Flume's client throws where this is left out, though it knows it from an earlier connection.
      assert.deepEqual(await greet(Buffer.alloc(16, 1), null, ours.hash), ["NONE", ours.text]);
      assert.deepEqual(await greet(Buffer.alloc(16, 1), ours.text), ["CLIENT", ours.text]);
      // From now on no handshake comes before a request.
      assert.deepEqual(await connection.exchange(ping), Buffer.of(0, 0));
      connection.close();
      const second = await SinkConnection.open("127.0.0.1", port, 10_000, new AbortController().signal);
      const hello = { clientHash: ours.hash, clientProtocol: null, serverHash: ours.hash, meta: null };
      const answer = await second.exchange(Buffer.concat([envelope.handshakeRequest.write(hello), ping]));
      assert.equal(envelope.handshakeResponse.read(answer, 0)[0].match, "BOTH");
      second.close();
    }));
});

describe("an address", () => {
  it("that is taken is told, and taken when it is free", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const lines = await logOf(() =>
      withStream(spark.sc, async (ssc, clock) => {
        const batches = batchesOf(bodies(FlumeUtils.createStream(ssc, "127.0.0.1", port)));
        await ssc.start();
        other.close();
        const sender = await until(() => openSender(port));
        assert.equal(await sender.send("a"), "OK");
        await clock.advance(1000);
        assert.deepEqual(batches.get(1000), ["a"]);
        sender.close();
      }),
    );
    assert.equal(
      lines[0],
      `WARN ReceiverSupervisor: Restarting receiver FlumeReceiver-0 with delay 1 ms: Error starting receiver 0: A Flume stream cannot listen at 127.0.0.1:${port}: another program, or another stream, has port ${port}. Is this program running twice? Choose another port, also in the agent's sink.`,
    );
    assert.equal(lines.filter(line => line.startsWith("WARN")).length, 1);
  });

  for (const [host, why] of [
    ["192.0.2.1", /cannot listen at 192\.0\.2\.1:\d+: no network of this machine has that address\./],
    ["no-such-host.invalid", /there is no such host\. Name this machine, or 0\.0\.0\.0/],
  ] as const) {
    it(`that is not of this machine is told: ${host}`, async () => {
      const lines = await logOf(() =>
        withStream(spark.sc, async ssc => {
          const started = signal();
          let starts = 0;
          ssc.addStreamingListener({ onReceiverStarted: () => ++starts === 2 && started.resolve() });
          FlumeUtils.createStream(ssc, host, 4141).print();
          await ssc.start();
          await started.promise;
        }),
      );
      assert.match(lines[0]!, why);
    });
  }

  it("that is none, and other wrong arguments, are refused at once", () =>
    withStream(spark.sc, async ssc => {
      assertRefused(FlumeUtils.createStream, ssc, [
        [["", 4141], /FlumeUtils\.createStream: hostname is '', it must be a name or an address of this machine/],
        [[undefined, 4141], /hostname is undefined/],
        [["localhost", 0], /port is 0, it must be a whole number from 1 to 65535/],
        [["localhost", "4141"], /port is '4141'/],
        [["localhost", 70000], /port is 70000/],
        [["localhost", 4141, true], /level is true, it must be a StorageLevel/],
        [["localhost", 4141, undefined, "deflate"], /enableDecompression is 'deflate', it must be true or false/],
      ]);
    }));
});
