// A sender that needs no Java: what it says is what Flume's own clients say.
import { loadAvro } from "../../src/connectors/flume/avro/avro.js";
import type { WrittenEvent } from "../../src/connectors/flume/event-receiver.js";
import { SinkConnection } from "../../src/connectors/flume/poll/sink-connection.js";
import { AVRO_SOURCE_PROTOCOL } from "../../src/connectors/flume/push/avro-source-protocol.js";
import { envelopeOf } from "../../src/connectors/flume/rpc/handshake.js";
import { Requestor } from "../../src/connectors/flume/rpc/requestor.js";

export interface Sender {
  /** Resolves to the status that was answered. */
  send(...bodies: string[]): Promise<unknown>;
  ask(message: string, parameters: object): Promise<unknown>;
  close(): void;
}

/** An event as Avro writes it. */
export function eventOf(body: string, headers: Readonly<Record<string, string>> = {}): WrittenEvent {
  return {
    headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
    body: Buffer.from(body),
  };
}

/** Connects to the Flume stream at `port`. */
export async function openSender(port: number, document: { protocol: string } = AVRO_SOURCE_PROTOCOL): Promise<Sender> {
  const avro = await loadAvro();
  const connection = await SinkConnection.open("127.0.0.1", port, 1 << 20, new AbortController().signal);
  const requestor = new Requestor(avro.protocol(document), envelopeOf(avro), "the stream", bytes =>
    connection.exchange(bytes),
  );
  const ask = async (message: string, parameters: object) => (await requestor.ask(message, parameters)).value;
  return {
    ask,
    send: (...bodies) => ask("appendBatch", { events: bodies.map(body => eventOf(body)) }),
    close: () => connection.close(),
  };
}
