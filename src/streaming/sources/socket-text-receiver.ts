import type { Socket } from "node:net";
import type { StorageLevel } from "../../core/storage/storage-level.js";
import { Receiver } from "../receiver/receiver.js";
import { LineCutter } from "./line-cutter.js";
import { checkPort, connectTo, untilQuiet } from "./socket-connection.js";

/**
 * Receives lines from a TCP server. Each piece that arrives is cut into lines and stored as one list; the socket is paused
 * while the receiver is held back. Spark's `SocketReceiver` with lines.
 */
export class SocketTextReceiver extends Receiver<string> {
  #socket: Socket | undefined;
  #connecting: AbortController | undefined;

  constructor(
    readonly host: string,
    readonly port: number,
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
    const lines = new LineCutter();
    const take = (list: readonly string[], bytes: number) => {
      const held = this.storeList(list, bytes);
      if (held === undefined) return;
      socket.pause();
      held.then(
        () => socket.resume(),
        error => this.restart(`Error storing data from ${this.host}:${this.port}`, error),
      );
    };
    socket.on("data", (bytes: Buffer) => {
      try {
        take(lines.push(bytes), bytes.length);
      } catch (error) {
        // A line longer than the longest string: the connection begins anew behind it.
        this.restart(`Error receiving data from ${this.host}:${this.port}`, error);
      }
    });
    socket.on("end", () => {
      take(lines.end(), 0);
      if (this.#socket === socket) this.restart("Socket data stream had no more data");
    });
    socket.on("error", error => {
      if (this.#socket === socket) this.restart(`Error receiving data from ${this.host}:${this.port}`, error);
    });
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
