import { EventEmitter } from "node:events";
import { emitKeypressEvents } from "node:readline";
import { StringDecoder } from "node:string_decoder";

/** A key or a paste, in the order they came. */
export type KeyEvent =
  | {
      readonly type: "key";
      /** What the keymap looks up: `ctrl-a`, `alt-left`, `return`, `x`. */
      readonly name: string;
      /** What the key types; empty for keys that type nothing. */
      readonly text: string;
    }
  /** Text between the marks of a bracketed paste, its line ends as `\n`. */
  | { readonly type: "paste"; readonly text: string };

/** What Node tells about a key. */
interface NodeKey {
  readonly name?: string;
  readonly sequence?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** The keyboard: a stream in raw mode, such as `process.stdin`. */
export interface KeyInput {
  on(event: "data" | "end", listener: (chunk: Buffer | string) => void): unknown;
  off(event: "data" | "end", listener: (chunk: Buffer | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
  setRawMode?(raw: boolean): unknown;
}

/**
 * Turns what a terminal sends into keys and pastes and keeps them until they are asked for, so that nothing typed ahead
 * is lost. Between {@link KeySource.stop} and the next {@link KeySource.start} the stream belongs to the user's code.
 */
export class KeySource {
  readonly #queue: KeyEvent[] = [];
  readonly #decoder = new StringDecoder("utf8");
  /** Node's decoder of escape sequences wants an emitter of "data": it gets what is no paste. */
  readonly #keys = new EventEmitter();
  #waiting: ((event: KeyEvent | undefined) => void) | undefined;
  #arrivals: (() => void)[] = [];
  /** A paste whose end has not come: its chunks, and the last characters of them all. */
  #pasted: { readonly chunks: string[]; tail: string } | undefined;
  /** A paste whose opening mark came in pieces, so that Node's decoder saw it as a key. */
  #pastedByKeys: string | undefined;
  #held = "";
  #ended = false;
  /** Called for each Ctrl-C as it arrives, before it is queued. When it answers true, the key is dropped. */
  onInterrupt: (() => boolean) | undefined;

  #isRaw = false;
  /** What comes was typed before {@link start}. */
  #ahead = false;
  #starts = 0;

  /** @param onRaw told when the stream goes into raw mode and out of it */
  constructor(
    private readonly input: KeyInput,
    private readonly onRaw: (raw: boolean) => void = () => {},
  ) {
    emitKeypressEvents(this.#keys as unknown as NodeJS.ReadableStream);
    this.#keys.on("keypress", (text: string | undefined, key: NodeKey) => this.#key(text, key));
  }

  /** Whether it reads keys: the stream is in raw mode. */
  get isRaw(): boolean {
    return this.#isRaw;
  }

  start(): void {
    this.#isRaw = true;
    this.input.setRawMode?.(true);
    this.input.on("data", this.#onData);
    this.input.on("end", this.#onEnd);
    this.input.resume();
    this.onRaw(true);
    const began = ++this.#starts;
    this.#ahead = true;
    // Between the two the event loop reads what is there. The keys may have been given away and taken again meanwhile.
    setImmediate(() =>
      setImmediate(() => {
        if (began === this.#starts) this.#ahead = false;
      }),
    );
  }

  /** Takes keys that somebody else has read. */
  feed(text: string): void {
    this.#onData(text);
  }

  stop(): void {
    this.#isRaw = false;
    this.onRaw(false);
    this.input.off("data", this.#onData);
    this.input.off("end", this.#onEnd);
    this.input.setRawMode?.(false);
    this.input.pause();
  }

  /**
   * Puts aside what was typed until now, once it has arrived, so that what comes next is an answer to what is shown now. The
   * returned function puts it back, in front of what was typed since.
   */
  async setAside(): Promise<() => void> {
    while (this.#ahead) await new Promise(setImmediate);
    const aside = this.#queue.splice(0);
    return () => void this.#queue.unshift(...aside);
  }

  /** The next key; `undefined` when the terminal has gone. */
  next(): Promise<KeyEvent | undefined> {
    const event = this.#queue.shift();
    if (event || this.#ended) return Promise.resolve(event);
    return new Promise(resolve => {
      this.#waiting = resolve;
    });
  }

  /** Resolves as soon as a key is at hand, which stays there. */
  arrival(): Promise<void> {
    if (this.pending || this.#ended) return Promise.resolve();
    return new Promise(resolve => this.#arrivals.push(resolve));
  }

  /** Whether a key is at hand: then drawing can wait. */
  get pending(): boolean {
    return this.#queue.length > 0;
  }

  readonly #onData = (chunk: Buffer | string): void => {
    let text = this.#held + (typeof chunk === "string" ? chunk : this.#decoder.write(chunk));
    this.#held = "";
    // A terminal that is not raw keeps Ctrl-D as the end of a line of input, and once it is raw gives that as NUL.
    if (this.#ahead) text = text.replaceAll("\0", "\x04");
    while (text !== "") {
      if (this.#pasted !== undefined) {
        // Only the end of what came before is looked at again: a large paste comes in many chunks.
        const { chunks, tail } = this.#pasted;
        const end = (tail + text).indexOf(PASTE_END);
        chunks.push(text);
        if (end < 0) {
          this.#pasted.tail = (tail + text).slice(-PASTE_END.length);
          return;
        }
        const whole = chunks.join("");
        const at = whole.length - text.length - tail.length + end;
        this.#pasted = undefined;
        text = whole.slice(at + PASTE_END.length);
        this.#push({ type: "paste", text: whole.slice(0, at).replace(/\r\n?/g, "\n") });
        continue;
      }
      const start = text.indexOf(PASTE_START);
      if (start >= 0) {
        this.#decode(text.slice(0, start));
        this.#pasted = { chunks: [], tail: "" };
        text = text.slice(start + PASTE_START.length);
        continue;
      }
      // The mark may be cut by the edge of the chunk; a lone ESC is a key and does not wait.
      const held = /\x1b\[(?:2(?:0(?:0)?)?)?$/.exec(text)?.[0] ?? "";
      this.#held = held;
      this.#decode(text.slice(0, text.length - held.length));
      return;
    }
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#waiting?.(undefined);
    this.#waiting = undefined;
  };

  #decode(text: string): void {
    if (text !== "") this.#keys.emit("data", Buffer.from(text, "utf8"));
  }

  #key(text: string | undefined, key: NodeKey): void {
    if (key.name === "paste-start") {
      this.#pastedByKeys = "";
      return;
    }
    if (this.#pastedByKeys !== undefined) {
      if (key.name === "paste-end") {
        this.#push({ type: "paste", text: this.#pastedByKeys.replace(/\r\n?/g, "\n") });
        this.#pastedByKeys = undefined;
      } else this.#pastedByKeys += key.sequence ?? text ?? "";
      return;
    }
    let base = key.name ?? text ?? key.sequence?.replace(/^\x1b/, "") ?? "";
    if (base === "\x1f") base = "ctrl-_";
    const named = key.name !== undefined && key.name.length > 1;
    const name = `${key.ctrl ? "ctrl-" : ""}${key.meta ? "alt-" : ""}${key.shift && named ? "shift-" : ""}${base}`;
    const types = text !== undefined && !key.ctrl && !key.meta && !/^[\x00-\x1f\x7f]/.test(text);
    this.#push({ type: "key", name, text: types ? text : "" });
  }

  #push(event: KeyEvent): void {
    if (event.type === "key" && event.name === "ctrl-c" && this.onInterrupt?.()) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(event);
    else this.#queue.push(event);
    for (const resolve of this.#arrivals.splice(0)) resolve();
  }
}
