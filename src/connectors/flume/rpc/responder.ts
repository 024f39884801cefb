import type { AvroProtocol, WrittenTypes } from "../avro/avro.js";
import { BadBytes } from "../avro/walk.js";
import { E } from "../errors.js";
import { type Envelope, type HandshakeRequest, type HandshakeResponse, NO_METADATA } from "./handshake.js";

/** Does what a message asks for; resolves to its answer. */
export type Respond = (message: string, request: unknown, bytes: number) => Promise<unknown>;

const NO_FAILURE = Buffer.of(0);
const FAILURE = Buffer.of(1);

/**
 * The server's side of one connection: answers requests, of which the first ones bring a handshake. Avro's RPC is
 *
 *     Request => [HandshakeRequest] metadata name:string parameters
 *     Answer  => [HandshakeResponse] metadata failed:boolean (response | failure)
 *
 * An empty name asks for nothing but the handshake.
 */
export class Responder {
  /** How the client writes, once it has said so. */
  #client: WrittenTypes | undefined;

  /** @param peer who asks, for messages */
  constructor(
    private readonly protocol: AvroProtocol,
    private readonly envelope: Envelope,
    private readonly peer: string,
    private readonly respond: Respond,
  ) {}

  /**
   * The answer to a request.
   *
   * @throws InputOutputError when its bytes are no request of the protocol
   */
  async answer(bytes: Buffer): Promise<Buffer> {
    try {
      return await this.#answer(bytes);
    } catch (error) {
      if (error instanceof BadBytes) throw E.FLUME_BAD_REQUEST.because(error, this.peer, error.message);
      throw error;
    }
  }

  async #answer(bytes: Buffer): Promise<Buffer> {
    const parts: Buffer[] = [];
    let at = 0;
    if (this.#client === undefined) {
      const [hello, end] = this.envelope.handshakeRequest.read(bytes, 0);
      at = end;
      parts.push(this.envelope.handshakeResponse.write(this.#meet(hello)));
    }
    // It asks again, with its protocol.
    if (this.#client === undefined) return parts[0]!;
    [, at] = this.envelope.metadata.read(bytes, at);
    const [message, begin] = this.envelope.text.read(bytes, at);
    parts.push(NO_METADATA);
    if (message === "") return Buffer.concat([...parts, NO_FAILURE]);
    const type = this.#client.types.get(message);
    if (type === undefined) {
      const failure = `${this.protocol.name} has no message ${message}`;
      return Buffer.concat([...parts, FAILURE, this.envelope.failure.write(failure)]);
    }
    const [request] = type.read(bytes, begin);
    const response = await this.respond(message, request, bytes.length);
    return Buffer.concat([...parts, NO_FAILURE, this.protocol.response(message).write(response)]);
  }

  #meet(hello: HandshakeRequest): HandshakeResponse {
    const { hash, text } = this.protocol;
    if (hello.clientProtocol !== null) this.#client = this.#read(hello.clientProtocol);
    else if (hash.equals(hello.clientHash)) this.#client = this.#read(text);
    const match = this.#client === undefined ? "NONE" : hash.equals(hello.serverHash) ? "BOTH" : "CLIENT";
    // Also one that knows it, of an earlier connection, and is asked for its own: Java's client reads it again.
    const theirs =
      match === "BOTH" ? { serverProtocol: null, serverHash: null } : { serverProtocol: text, serverHash: hash };
    return { match, ...theirs, meta: null };
  }

  #read(text: string): WrittenTypes {
    let client: WrittenTypes;
    try {
      client = this.protocol.requestsBy(text);
    } catch (error) {
      throw E.FLUME_OTHER_PROTOCOL.because(error, this.peer, "of another version", this.protocol.name);
    }
    if (client.types.size > 0) return client;
    throw E.FLUME_OTHER_PROTOCOL(this.peer, client.name, this.protocol.name);
  }
}
