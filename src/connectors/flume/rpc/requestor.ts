import type { AvroProtocol, WrittenTypes } from "../avro/avro.js";
import { BadBytes } from "../avro/walk.js";
import { E } from "../errors.js";
import { type Envelope, NO_METADATA } from "./handshake.js";

/** An answer, with how many bytes it has. */
export interface Answer {
  readonly value: unknown;
  readonly bytes: number;
}

/** The client's side of one connection: the bytes of its requests, and what the answers say. See `Responder`. */
export class Requestor {
  /** How the server writes, once it has said so. */
  #server: WrittenTypes | undefined;

  /**
   * @param peer who is asked, for messages
   * @param exchange sends the bytes of a request; resolves to those of its answer
   */
  constructor(
    private readonly protocol: AvroProtocol,
    private readonly envelope: Envelope,
    private readonly peer: string,
    private readonly exchange: (request: Buffer) => Promise<Buffer>,
  ) {}

  /**
   * Asks, and resolves to the answer. One request at a time.
   *
   * @throws InputOutputError when the server refuses, or sends what is no answer
   */
  async ask(message: string, parameters: object): Promise<Answer> {
    const { protocol, envelope } = this;
    const call = [NO_METADATA, envelope.text.write(message), protocol.request(message).write(parameters)];
    if (this.#server === undefined) {
      // With the protocol at once, which the server would ask for.
      const { hash, text } = protocol;
      const hello = { clientHash: hash, clientProtocol: text, serverHash: hash, meta: null };
      call.unshift(envelope.handshakeRequest.write(hello));
    }
    const answer = await this.exchange(Buffer.concat(call));
    try {
      return { value: this.#read(message, answer), bytes: answer.length };
    } catch (error) {
      if (error instanceof BadBytes) throw E.FLUME_BAD_REQUEST.because(error, this.peer, error.message);
      throw error;
    }
  }

  #read(message: string, answer: Buffer): unknown {
    const { envelope } = this;
    let at = 0;
    if (this.#server === undefined) at = this.#meet(answer);
    [, at] = envelope.metadata.read(answer, at);
    const [failed, begin] = envelope.flag.read(answer, at);
    if (failed) throw E.FLUME_SINK_FAILED(this.peer, envelope.failure.read(answer, begin)[0]);
    const type = this.#server!.types.get(message);
    if (type === undefined) throw E.FLUME_OTHER_PROTOCOL(this.peer, this.#server!.name, this.protocol.name);
    return type.read(answer, begin)[0];
  }

  #meet(answer: Buffer): number {
    const [{ match, serverProtocol }, end] = this.envelope.handshakeResponse.read(answer, 0);
    const { name, text } = this.protocol;
    try {
      const server = this.protocol.responsesBy(serverProtocol ?? text);
      if (match === "NONE") throw E.FLUME_OTHER_PROTOCOL(this.peer, server.name, name);
      this.#server = server;
    } catch (error) {
      throw E.FLUME_OTHER_PROTOCOL.because(error, this.peer, "of another version", name);
    }
    return end;
  }
}
