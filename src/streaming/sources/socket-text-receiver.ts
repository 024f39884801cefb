import type { Socket } from "node:net";
import { LineCutter } from "./line-cutter.js";
import { TcpReceiver } from "./tcp-receiver.js";

/**
 * Receives lines from a TCP server. Each piece that arrives is cut into lines and stored as one list; the socket is paused
 * while the receiver is held back.
 */
export class SocketTextReceiver extends TcpReceiver<string> {
  protected receive(socket: Socket): void {
    const lines = new LineCutter();
    const take = (list: readonly string[], bytes: number) => {
      const held = this.storeList(list, bytes);
      if (held === undefined) return;
      socket.pause();
      held.then(
        () => socket.resume(),
        error => this.failed(socket, error),
      );
    };
    socket.on("data", (bytes: Buffer) => {
      try {
        take(lines.push(bytes), bytes.length);
      } catch (error) {
        // No line: the connection begins anew behind it.
        this.failed(socket, error);
      }
    });
    socket.on("end", () => {
      take(lines.end(), 0);
      this.ended(socket);
    });
    socket.on("error", error => this.failed(socket, error));
  }
}
