import type { Avro, AvroType } from "../avro/avro.js";

/** With which a client begins on a connection. */
export interface HandshakeRequest {
  readonly clientHash: Buffer;
  /** The client's protocol; left out where the server may know it by its hash. */
  readonly clientProtocol: string | null;
  readonly serverHash: Buffer;
  readonly meta: unknown;
}

/** What a server answers. */
export interface HandshakeResponse {
  /** `NONE`: the client is to say its protocol, and ask again. */
  readonly match: "BOTH" | "CLIENT" | "NONE";
  /** The server's, where the client has another one. */
  readonly serverProtocol: string | null;
  readonly serverHash: Buffer | null;
  readonly meta: unknown;
}

/** Avro's types of what is around every request and answer. */
export interface Envelope {
  readonly handshakeRequest: AvroType<HandshakeRequest>;
  readonly handshakeResponse: AvroType<HandshakeResponse>;
  /** Values of a call by name; nobody sends any. */
  readonly metadata: AvroType<unknown>;
  readonly text: AvroType<string>;
  readonly flag: AvroType<boolean>;
  /** What a call may fail with: nothing is declared, so it is text. */
  readonly failure: AvroType<string>;
}

const MD5 = { type: "fixed", name: "MD5", namespace: "org.apache.avro.ipc", size: 16 };
const METADATA = { type: "map", values: "bytes" };
const TEXT = ["null", "string"];

export function envelopeOf(avro: Avro): Envelope {
  return {
    handshakeRequest: avro.type({
      type: "record",
      name: "HandshakeRequest",
      namespace: "org.apache.avro.ipc",
      fields: [
        { name: "clientHash", type: MD5 },
        { name: "clientProtocol", type: TEXT },
        { name: "serverHash", type: "MD5" },
        { name: "meta", type: ["null", METADATA] },
      ],
    }),
    handshakeResponse: avro.type({
      type: "record",
      name: "HandshakeResponse",
      namespace: "org.apache.avro.ipc",
      fields: [
        { name: "match", type: { type: "enum", name: "HandshakeMatch", symbols: ["BOTH", "CLIENT", "NONE"] } },
        { name: "serverProtocol", type: TEXT },
        { name: "serverHash", type: ["null", MD5] },
        { name: "meta", type: ["null", METADATA] },
      ],
    }),
    metadata: avro.type(METADATA),
    text: avro.type("string"),
    flag: avro.type("boolean"),
    failure: avro.type(["string"]),
  };
}

/** Metadata of which there is none. */
export const NO_METADATA = Buffer.of(0);
