import { type Clock, systemClock, type Timer } from "../../core/clock/clock.js";

/** A stream of text that a script comes from, e.g. `process.stdin` with an encoding set. */
export interface TextStream {
  setEncoding(encoding: "utf8"): unknown;
  on(event: "data", listener: (text: string) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** A piece of the script that can run. */
export interface ScriptUnit {
  readonly text: string;
  /** Lines of the input before it. */
  readonly lineOffset: number;
  /** The input ended in the middle of it. */
  readonly open: boolean;
}

/** Where the statements of `text` end; with `final` no further line is waited for. */
export type FindEnds = (text: string, final: boolean) => Promise<readonly number[]>;

/** How long a pipe is silent before what is complete runs without a look at the next line. */
export const SILENCE_MS = 20;

/**
 * Cuts a stream of text into the statements of a script, as they come. A statement is given out when the beginning of the
 * next one is at hand, when the stream has been silent for {@link SILENCE_MS}, or at its end.
 */
export class ScriptInput {
  #text = "";
  #ended = false;
  #failure: NodeJS.ErrnoException | undefined;
  #lastArrival: number;
  #wake: (() => void) | undefined;
  #lines = 0;
  /** Ends of statements within `#text` that were found and not given out yet. */
  #ends: number[] = [];

  constructor(
    stream: TextStream,
    private readonly findEnds: FindEnds,
    private readonly clock: Clock = systemClock,
  ) {
    this.#lastArrival = clock.monotonic();
    let first = true;
    stream.setEncoding("utf8");
    stream.on("data", text => {
      // A byte order mark is no part of the script; a first line "#!…" is a comment of the system's.
      this.#text += first ? text.replace(/^\ufeff/, "").replace(/^#!/, "//") : text;
      first = false;
      this.#lastArrival = this.clock.monotonic();
      this.#wakeUp();
    });
    const end = () => {
      this.#ended = true;
      this.#wakeUp();
    };
    stream.on("end", end);
    stream.on("close", end);
    stream.on("error", error => {
      this.#failure = error;
      end();
    });
  }

  /** Why the input ended before its end; `undefined` where it did not. */
  get failure(): NodeJS.ErrnoException | undefined {
    return this.#failure;
  }

  /** The next statement; `undefined` at the end of the input. */
  async next(): Promise<ScriptUnit | undefined> {
    let asked = "";
    for (;;) {
      const end = this.#ends.shift();
      if (end !== undefined) return this.#take(end, false);
      const ended = this.#ended;
      const length = this.#text.length;
      const blank = this.#text.trim() === "";
      const final = ended || this.clock.monotonic() - this.#lastArrival >= SILENCE_MS;
      // The same text has the same answer: after "nothing yet" only more text, silence or the end can change it.
      if (!blank && asked !== `${length} ${final}`) {
        asked = `${length} ${final}`;
        this.#ends = [...(await this.findEnds(this.#text, final))];
        if (this.#ends.length > 0) continue;
      }
      // What came while the answer was awaited has woken nobody.
      if (this.#ended !== ended || this.#text.length !== length) continue;
      if (ended) return blank ? undefined : this.#take(length, true);
      await this.#more(final);
    }
  }

  /** Everything up to the end of the input, as one text: for `:paste` in a script. */
  async rest(): Promise<ScriptUnit> {
    while (!this.#ended) await this.#more(true);
    this.#ends = [];
    return this.#take(this.#text.length, false);
  }

  #take(end: number, open: boolean): ScriptUnit {
    const text = this.#text.slice(0, end);
    const unit = { text, lineOffset: this.#lines, open };
    this.#lines += text.split("\n").length - 1;
    this.#text = this.#text.slice(end);
    this.#ends = this.#ends.map(e => e - end);
    return unit;
  }

  /** Waits for text, for the end, or (unless it has passed) for the silence. */
  #more(silent: boolean): Promise<void> {
    return new Promise(resolve => {
      let timer: Timer | undefined;
      this.#wake = () => {
        timer?.cancel();
        resolve();
      };
      if (silent || this.#text.trim() === "") return;
      const left = SILENCE_MS - (this.clock.monotonic() - this.#lastArrival);
      timer = this.clock.at(this.clock.now() + Math.max(1, Math.ceil(left)), () => this.#wakeUp());
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
