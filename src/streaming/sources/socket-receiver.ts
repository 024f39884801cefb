import type { Socket } from "node:net";
import type { StorageLevel } from "../../core/storage/storage-level.js";
import { Receiver } from "../receiver/receiver.js";
import { checkPort, connectTo, untilQuiet } from "./socket-connection.js";

/** Makes elements of the bytes a server sends. */
export type SocketConverter<T> = (bytes: AsyncIterable<Buffer>) => AsyncIterable<T> | Iterable<T>;

/** Receives what a converter makes of the bytes of a TCP server. Spark's `SocketReceiver`. */
export class SocketReceiver<T> extends Receiver<T> {
  #socket: Socket | undefined;
  #connecting: AbortController | undefined;

  constructor(
    readonly host: string,
    readonly port: number,
    private readonly convert: SocketConverter<T>,
    storageLevel?: StorageLevel,
  ) {
    super(storageLevel);
    checkPort(port);
  }

  override get name(): string {
    return "SocketReceiver";
  }

  override async onStart(): Promise<void> {
    this.#connecting = new AbortController();
    const socket = await connectTo(this.host, this.port, this.#connecting.signal);
    this.#socket = socket;
    void this.#receive(socket);
  }

  async #receive(socket: Socket): Promise<void> {
    try {
      for await (const element of this.convert(socket)) {
        const held = this.storeOne(element);
        if (held !== undefined) await held;
      }
      if (this.#socket === socket) this.restart("Socket data stream had no more data");
    } catch (error) {
      if (this.#socket === socket) this.restart(`Error receiving data from ${this.host}:${this.port}`, error);
    }
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
}
