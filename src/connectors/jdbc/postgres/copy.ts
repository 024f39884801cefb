import type { Writable } from "node:stream";
import type { Session } from "./session.js";

/** A `COPY … FROM STDIN` that runs. What it fails with is thrown by the next call. */
export class Copy {
  readonly #stream: Writable;
  #failure: Error | undefined;

  constructor(
    private readonly session: Session,
    sql: string,
  ) {
    this.#stream = session.copyInto(sql);
    this.#stream.on("error", error => {
      this.#failure ??= error;
    });
  }

  /** Resolves when more can be taken. */
  async write(piece: Buffer): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#stream.write(piece)) await this.#until("drain");
  }

  /** Resolves when the server has all of it. */
  async end(): Promise<void> {
    this.#stream.end();
    await this.#until("finish");
  }

  #until(event: "drain" | "finish"): Promise<void> {
    const stream = this.#stream;
    const answer = new Promise<void>((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      const end = () => {
        stream.off(event, done);
        stream.off("error", failed);
      };
      const done = () => {
        end();
        resolve();
      };
      const failed = (error: Error) => {
        end();
        reject(error);
      };
      stream.on(event, done);
      stream.on("error", failed);
    });
    return this.session.busyUntil(answer);
  }
}
