import type { Socket } from "node:net";
import { connectTo } from "../../../streaming/sources/socket-connection.js";
import { E } from "../errors.js";
import { writePack } from "../rpc/pack.js";
import { PackCutter } from "../rpc/pack-cutter.js";

interface Question {
  readonly resolve: (answer: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

/** A connection to Spark's sink, by which requests go out and their answers come back. */
export class SinkConnection {
  readonly #cutter: PackCutter;
  #serial = 0;
  /** What is not answered yet, by the serial numbers. */
  readonly #questions = new Map<number, Question>();
  /** Why nothing can be asked any more. */
  #broken: unknown;

  private constructor(
    private readonly socket: Socket,
    private readonly peer: string,
    limit: number,
  ) {
    this.#cutter = new PackCutter(peer, limit);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    socket.on("error", error => this.#break(error));
    socket.on("close", () => this.#break(E.FLUME_SINK_FAILED(this.peer, "it closed the connection.")));
  }

  /**
   * Connects.
   *
   * @param limit bytes that an answer may have
   * @throws InputOutputError when the sink does not answer, with what is likely to be wrong
   */
  static async open(host: string, port: number, limit: number, signal: AbortSignal): Promise<SinkConnection> {
    return new SinkConnection(await connectTo(host, port, signal), `${host}:${port}`, limit);
  }

  /** Sends a request; resolves to its answer. */
  exchange(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) {
        reject(this.#broken);
        return;
      }
      const serial = ++this.#serial;
      this.#questions.set(serial, { resolve, reject });
      this.socket.write(writePack({ serial, bytes: request }));
    });
  }

  /** Ends it when what was written has gone out; answers are not waited for. */
  close(): void {
    this.#break(E.FLUME_SINK_FAILED(this.peer, "the stream has ended."));
    this.socket.once("finish", () => this.socket.destroy());
    this.socket.end();
    this.socket.unref();
  }

  #take(bytes: Buffer): void {
    try {
      for (const { serial, bytes: answer } of this.#cutter.push(bytes)) {
        this.#questions.get(serial)?.resolve(answer);
        this.#questions.delete(serial);
      }
    } catch (error) {
      this.#break(error);
      this.socket.destroy();
    }
  }

  #break(error: unknown): void {
    this.#broken ??= error;
    for (const { reject } of this.#questions.values()) reject(this.#broken);
    this.#questions.clear();
  }
}
