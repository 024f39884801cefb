import type { Server, Socket } from "node:net";
import type { SparkError } from "../../../core/errors/spark-error.js";
import { getLogger } from "../../../core/log/logger.js";
import type { StorageLevel } from "../../../core/storage/storage-level.js";
import { type AvroProtocol, loadAvro } from "../avro/avro.js";
import { E } from "../errors.js";
import { EventReceiver } from "../event-receiver.js";
import { type Envelope, envelopeOf } from "../rpc/handshake.js";
import { Responder } from "../rpc/responder.js";
import { AVRO_SOURCE_PROTOCOL, eventsOf, type Status } from "./avro-source-protocol.js";
import { Connection } from "./connection.js";
import { listenAt } from "./listen.js";

const log = getLogger("FlumeReceiver");

/** What is told of strangers at the port: each kind of mistake of each machine once, and so many in all. */
const TOLD = 100;

/** How a {@link FlumeReceiver} listens. */
export interface FlumeAddress {
  readonly host: string;
  readonly port: number;
  /** Whether the agents' sinks have `compression-type = deflate`. */
  readonly compressed: boolean;
  /** Bytes that a request may have. */
  readonly limit: number;
  /** Connections that there may be at a time. */
  readonly maxConnections: number;
}

/**
 * Receives what Flume agents push: it is the server that an Avro sink connects to. An agent is told that its events were taken
 * when they are safe, and until then keeps them. Spark's `FlumeReceiver`.
 */
export class FlumeReceiver extends EventReceiver {
  #server: Server | undefined;
  readonly #connections = new Set<Connection>();
  readonly #told = new Set<string>();

  constructor(
    private readonly address: FlumeAddress,
    storageLevel?: StorageLevel,
  ) {
    super(storageLevel);
  }

  override async onStart(): Promise<void> {
    const avro = await loadAvro();
    const protocol = avro.protocol(AVRO_SOURCE_PROTOCOL);
    const envelope = envelopeOf(avro);
    const { host, port } = this.address;
    const server = await listenAt(
      host,
      port,
      socket => this.#connect(socket, protocol, envelope),
      error => this.reportError(`A connection to ${host}:${port} could not be taken`, error),
    );
    if (this.isStopped()) {
      server.close();
      return;
    }
    this.#server = server;
    log.info(`Listening at ${host}:${port} for the Avro sinks of Flume agents`);
  }

  override async onStop(): Promise<void> {
    this.#server?.close();
    this.#server = undefined;
    await Promise.all([...this.#connections].map(connection => connection.end()));
  }

  #connect(socket: Socket, protocol: AvroProtocol, envelope: Envelope): void {
    const host = socket.remoteAddress ?? "a machine that has gone";
    const peer = `${host}:${socket.remotePort}`;
    const { limit, compressed, maxConnections } = this.address;
    if (this.#connections.size >= maxConnections) {
      this.#tell(host, E.FLUME_TOO_MANY_CONNECTIONS(peer, maxConnections));
      turnAway(socket);
      return;
    }
    const responder = new Responder(protocol, envelope, peer, (message, request, bytes) =>
      this.#append(message, request, bytes),
    );
    const connection = new Connection(socket, {
      peer,
      limit,
      compressed,
      answer: bytes => responder.answer(bytes),
      turn: () => this.turn,
      failed: error => this.#tell(host, error),
      ended: () => this.ended(connection),
    });
    this.#connections.add(connection);
  }

  /** Called when a connection has ended. */
  protected ended(connection: Connection): void {
    this.#connections.delete(connection);
  }

  async #append(message: string, request: unknown, bytes: number): Promise<Status> {
    try {
      await this.take(eventsOf(message, request), bytes);
      return "OK";
    } catch {
      // The agent tries again.
      return "FAILED";
    }
  }

  #tell(host: string, error: SparkError): void {
    const key = `${host} ${error.code}`;
    if (this.#told.has(key) || this.#told.size >= TOLD) {
      log.debug(error.message);
      return;
    }
    this.#told.add(key);
    this.reportError(error.message);
  }
}

/** Ends a connection of which nothing was read, in order. */
function turnAway(socket: Socket): void {
  socket.on("error", () => {});
  socket.end(() => socket.destroy());
}
