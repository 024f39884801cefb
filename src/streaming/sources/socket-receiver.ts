import type { Socket } from "node:net";
import type { StorageLevel } from "../../core/storage/storage-level.js";
import { TcpReceiver } from "./tcp-receiver.js";

/** Makes elements of the bytes a server sends. */
export type SocketConverter<T> = (bytes: AsyncIterable<Buffer>) => AsyncIterable<T> | Iterable<T>;

/** Receives what a converter makes of the bytes of a TCP server. */
export class SocketReceiver<T> extends TcpReceiver<T> {
  constructor(
    host: string,
    port: number,
    private readonly convert: SocketConverter<T>,
    storageLevel?: StorageLevel,
  ) {
    super(host, port, storageLevel);
  }

  protected receive(socket: Socket): void {
    void this.#convert(socket);
  }

  async #convert(socket: Socket): Promise<void> {
    try {
      for await (const element of this.convert(socket)) {
        const held = this.storeOne(element);
        if (held !== undefined) await held;
      }
      this.ended(socket);
    } catch (error) {
      this.failed(socket, error);
    }
  }
}
