import { fstatSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";

/** How much of what was written may wait for the reader of a pipe, bytes. Beyond it writing waits. */
export const MOST_BEHIND = 2 ** 20;

/** Waits for the reader, ms: the first is this long, each further one twice that, up to the longest. */
const FIRST_WAIT_MS = 0.1;
const LONGEST_WAIT_MS = 10;

/** What an {@link OutputPipe} needs of the system. */
export interface PipePort {
  /** Writes as much as there is room for; returns the number of bytes taken, 0 where there is no room. Throws when there is no reader. */
  write(bytes: Uint8Array): number;
  /** Holds this thread for so long, ms. */
  hold(ms: number): void;
  /** Calls `next` from the event loop in so long, ms. */
  later(next: () => void, ms: number): void;
}

/**
 * A standard stream whose reader may be slow, or gone. Node leaves what a pipe does not take at once to the event loop: a loop of
 * the user's that prints and never gives way would then gather all of it in memory, and never hear that the reader has gone. Here
 * a little waits so; behind it writing waits for the reader, as it does in other programs, and a reader that has gone is
 * an error of the stream at once.
 *
 * It waits in JavaScript, not in the system, so that Ctrl-C ends the wait.
 */
export class OutputPipe {
  readonly #stream: Writable;
  readonly #port: PipePort;
  #most = MOST_BEHIND;
  #patience = Number.POSITIVE_INFINITY;
  #rest: Uint8Array | undefined;
  #done: (error?: Error | null) => void = () => {};
  #expected = false;
  #waiting = false;
  /** Of what was written, how much the pipe has taken, bytes. */
  #taken = 0;

  /** Takes over the writing of `stream`, which keeps its queue, its callbacks and its events. */
  constructor(stream: Writable, port: PipePort) {
    this.#stream = stream;
    this.#port = port;
    stream._write = (chunk: string | Uint8Array, encoding, done) => this.#begin(bytesOf(chunk, encoding), done);
    stream._writev = (chunks, done) =>
      this.#begin(Buffer.concat(chunks.map(c => bytesOf(c.chunk as string | Uint8Array, c.encoding))), done);
    const write = stream.write;
    stream.write = ((...args: Parameters<typeof write>) => {
      const more = write.apply(stream, args);
      if (stream.writableLength <= this.#most) return more;
      this.#wait();
      // Who was told to wait for "drain" would miss the one that has come meanwhile.
      return more || !stream.writableNeedDrain;
    }) as typeof write;
  }

  /**
   * For a process that ends: waits until all is written, now and whenever something is written later. A reader that takes
   * nothing for a second is not waited for any more.
   */
  finish(): void {
    this.#most = 0;
    this.#patience = Math.min(this.#patience, 1000);
    // A callback that runs in a wait may be what ends the process: that wait does not go on.
    this.#waiting = false;
    this.#wait();
  }

  /** For a process that ends at once: nobody is waited for any more. */
  abandon(): void {
    this.#most = Number.POSITIVE_INFINITY;
    this.#patience = 0;
  }

  #begin(bytes: Uint8Array, done: (error?: Error | null) => void): void {
    this.#rest = bytes;
    this.#done = done;
    this.#advance();
    // Also where somebody waits: that may be ended with whatever runs, and the event loop goes on from there.
    if (this.#rest) this.#expect(FIRST_WAIT_MS);
  }

  /**
   * Holds this thread until the reader has taken so much of what waits now that there is room for a while. Callbacks of what is
   * written meanwhile run in here: what they write is not waited for.
   */
  #wait(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const until = this.#taken + this.#stream.writableLength - this.#most / 2;
    let ms = FIRST_WAIT_MS;
    let waited = 0;
    while (this.#rest && this.#taken < until && waited < this.#patience) {
      if (this.#advance()) {
        waited = 0;
        ms = FIRST_WAIT_MS;
      } else {
        this.#port.hold(ms);
        waited += ms;
        ms = Math.min(2 * ms, LONGEST_WAIT_MS);
      }
    }
    this.#waiting = false;
    if (waited >= this.#patience) this.#most = Number.POSITIVE_INFINITY;
  }

  #expect(ms: number): void {
    if (this.#expected) return;
    this.#expected = true;
    this.#port.later(() => {
      this.#expected = false;
      // A loop that is terminated in the middle of a wait runs no `finally`.
      this.#waiting = false;
      if (!this.#rest) return;
      const moved = this.#advance();
      if (this.#rest) this.#expect(moved ? FIRST_WAIT_MS : Math.min(2 * ms, LONGEST_WAIT_MS));
    }, ms);
  }

  /** Writes what there is room for; whether there was any. */
  #advance(): boolean {
    const rest = this.#rest!;
    let taken: number;
    try {
      taken = rest.length === 0 ? 0 : this.#port.write(rest);
    } catch (error) {
      this.#end(error as Error);
      return true;
    }
    this.#taken += taken;
    if (taken < rest.length) this.#rest = rest.subarray(taken);
    else this.#end(null);
    return taken > 0;
  }

  #end(error: Error | null): void {
    this.#rest = undefined;
    this.#done(error);
  }
}

/** Takes over a standard stream that goes to a pipe or a socket, else none: files and terminals take all they are given, and Windows writes pipes to their end. */
export function outputPipe(stream: NodeJS.WriteStream & { readonly fd: number }): OutputPipe[] {
  const { fd } = stream;
  const to = process.platform === "win32" ? undefined : fstatSync(fd);
  if (!to?.isFIFO() && !to?.isSocket()) return [];
  const held = new Int32Array(new SharedArrayBuffer(4));
  const port: PipePort = {
    write(bytes) {
      try {
        return writeSync(fd, bytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
        throw error;
      }
    },
    hold: ms => void Atomics.wait(held, 0, 0, ms),
    // Not an immediate: Node loses those of a loop that is terminated.
    later: (next, ms) => void setTimeout(next, ms),
  };
  return [new OutputPipe(stream, port)];
}

function bytesOf(chunk: string | Uint8Array, encoding: BufferEncoding): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
}
