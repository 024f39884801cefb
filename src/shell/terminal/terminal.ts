import { StringDecoder } from "node:string_decoder";
import type { KeyInput } from "./key-source.js";
import { followRowBy } from "./own-row.js";
import { Screen, type TerminalPort } from "./screen.js";

type Write = typeof process.stdout.write;

/** What a process has for a user: which of its streams are a terminal, and what that terminal can do. */
export interface TerminalFacts {
  /** Someone types on standard input. */
  readonly interactive: boolean;
  /** The stream a prompt goes to: standard output where it is a terminal, else standard error, else none. */
  readonly screen: NodeJS.WriteStream | undefined;
  /** The terminal understands cursor movements: what is shown can be drawn again in its place. */
  readonly cursor: boolean;
  /** It does, and keys can be read one by one: the line editor works. */
  readonly capable: boolean;
  /** Colours may be used on standard output, on standard error. */
  readonly colors: { readonly out: boolean; readonly error: boolean };
}

/** Looks at the streams and at `TERM`, `NO_COLOR` and `FORCE_COLOR`. */
export function terminalFacts(env: NodeJS.ProcessEnv = process.env): TerminalFacts {
  const { stdin, stdout, stderr } = process;
  const screen = stdout.isTTY ? stdout : stderr.isTTY ? stderr : undefined;
  const dumb = env["TERM"] === "dumb";
  const cursor = screen !== undefined && !dumb;
  const force = env["FORCE_COLOR"];
  const colors = (stream: NodeJS.WriteStream) => {
    if (force !== undefined && force !== "0" && force !== "false") return true;
    if (force !== undefined || (env["NO_COLOR"] ?? "") !== "") return false;
    return Boolean(stream.isTTY) && !dumb;
  };
  return {
    interactive: Boolean(stdin.isTTY),
    screen,
    cursor,
    capable: cursor && Boolean(stdin.isTTY) && typeof stdin.setRawMode === "function",
    colors: { out: colors(stdout), error: colors(stderr) },
  };
}

/** Columns of the screen that standard output goes to, infinite when it goes elsewhere. */
export function outputWidth(): number {
  const { stdout } = process;
  // Some pseudo-terminals say 0: they have no size yet.
  return stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY;
}

/**
 * The terminal of an interactive session: all that the process writes to it, from wherever, goes through one
 * {@link Screen}. A standard stream that is redirected elsewhere is left alone.
 */
export class Terminal {
  readonly screen: Screen;
  readonly #restore: (() => void)[] = [];
  #disposed = false;

  constructor(stream: NodeJS.WriteStream) {
    const write = stream.write.bind(stream) as (text: string) => boolean;
    const port: TerminalPort = {
      get columns() {
        // Some pseudo-terminals say 0: they have no size yet.
        return stream.columns || 80;
      },
      get rows() {
        return stream.rows || 24;
      },
      write: text => {
        if (text !== "") write(text);
      },
    };
    this.screen = new Screen(port);
    for (const s of [process.stdout, process.stderr]) if (s.isTTY) this.#capture(s);
  }

  /** The keyboard: standard input, which a script keeps for itself. */
  get keys(): KeyInput {
    return process.stdin;
  }

  /** Calls `listener` after the terminal has changed its size. */
  onResize(listener: () => void): void {
    const stream = process.stdout.isTTY ? process.stdout : process.stderr;
    stream.on("resize", listener);
    this.#restore.push(() => stream.off("resize", listener));
  }

  /** Calls `listener` when the streams are given back. */
  onDispose(listener: () => void): void {
    this.#restore.push(listener);
  }

  /** Leaves raw mode and the line being typed, for a process that ends now. */
  restore(): void {
    this.keys.setRawMode?.(false);
    this.dispose();
  }

  /** Gives the streams back. A second time: nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.screen.clear();
    for (const restore of this.#restore.splice(0)) restore();
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  #capture(stream: NodeJS.WriteStream): void {
    const original = stream.write;
    const screen = this.screen;
    // What another program says arrives in chunks that may end in the middle of a character.
    const decoder = new StringDecoder("utf8");
    const captured = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | ((error?: Error | null) => void),
      callback?: (error?: Error | null) => void,
    ): boolean => {
      const done = typeof encoding === "function" ? encoding : callback;
      screen.print(typeof chunk === "string" && isText(encoding) ? chunk : decoder.write(bytesOf(chunk, encoding)));
      if (done) queueMicrotask(() => done());
      return true;
    };
    stream.write = captured as Write;
    followRowBy(stream, () => !screen.atLineStart);
    this.#restore.push(() => {
      stream.write = original;
    });
  }
}

function isText(encoding: unknown): boolean {
  return typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
}

function bytesOf(chunk: string | Uint8Array, encoding: unknown): Buffer {
  if (typeof chunk === "string") return Buffer.from(chunk, encoding as BufferEncoding);
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
