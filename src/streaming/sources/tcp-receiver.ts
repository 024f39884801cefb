import type { Socket } from "node:net";
import type { StorageLevel } from "../../core/storage/storage-level.js";
import { E } from "../errors.js";
import { Receiver } from "../receiver/receiver.js";
import { checkPort, connectTo, untilQuiet } from "./socket-connection.js";

/**
 * A receiver that connects to a TCP server, and again whenever the connection has ended or failed. What becomes of the bytes
 * says {@link receive}. Spark's `SocketReceiver`.
 */
export abstract class TcpReceiver<T> extends Receiver<T> {
  #socket: Socket | undefined;
  #connecting: AbortController | undefined;

  constructor(
    readonly host: string,
    readonly port: number,
    storageLevel?: StorageLevel,
  ) {
    super(storageLevel);
    if (typeof host !== "string" || host === "") throw E.BAD_HOST(host);
    checkPort(port);
  }

  /** Begins to take what arrives; called once for each connection, in the turn in which it was made. */
  protected abstract receive(socket: Socket): void;

  override get name(): string {
    return "SocketReceiver";
  }

  override async onStart(): Promise<void> {
    this.#connecting = new AbortController();
    const socket = await connectTo(this.host, this.port, this.#connecting.signal);
    this.#socket = socket;
    this.receive(socket);
  }

  override onStop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#connecting?.abort();
    socket?.destroy();
  }

  override async drain(): Promise<void> {
    if (this.#socket !== undefined) await untilQuiet(this.#socket);
  }

  /** The server has closed the connection. */
  protected ended(socket: Socket): void {
    if (this.#socket === socket) this.restart("Socket data stream had no more data");
  }

  /** The connection, or what is made of its bytes, has failed. */
  protected failed(socket: Socket, error: unknown): void {
    if (this.#socket === socket) this.restart(`Error receiving data from ${this.host}:${this.port}`, error);
  }
}
