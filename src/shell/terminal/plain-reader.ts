import type { EditorResult, ReadOptions } from "../editor/line-editor.js";
import type { Completeness } from "../types/type-service.js";

/** What the reader needs of a stream of lines; `process.stdin` as the terminal's line discipline gives it. */
export interface LineStream {
  setEncoding(encoding: "utf8"): unknown;
  on(event: "data" | "end", listener: (text: string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface PlainReaderOptions {
  readonly input: LineStream;
  /** Shows a prompt; does nothing where there is nowhere to show it. */
  readonly write: (text: string) => void;
  readonly prompt: string;
  readonly continuation: string;
  completeness(text: string): Promise<Completeness>;
}

/**
 * Reads inputs from a terminal that understands no cursor movements (`TERM=dumb`, an editor's window), or whose output
 * goes elsewhere. The terminal's own line editing serves.
 */
export class PlainReader {
  #text = "";
  #ended = false;
  #input = "";
  #wake: (() => void) | undefined;
  #interrupted = false;

  constructor(private readonly options: PlainReaderOptions) {
    const { input } = options;
    input.setEncoding("utf8");
    input.on("data", text => {
      this.#text += text;
      this.#wake?.();
    });
    input.on("end", () => {
      this.#ended = true;
      this.#wake?.();
    });
    input.pause();
  }

  /** Ctrl-C while a line is being typed: it is thrown away. */
  interrupt(): void {
    this.#interrupted = true;
    this.#wake?.();
  }

  async read(read: ReadOptions = {}): Promise<EditorResult> {
    if (!read.question) return this.#read(read);
    // What is there already was typed before the question stood there.
    await this.#arrive();
    const aside = this.#text;
    this.#text = "";
    try {
      return await this.#read(read);
    } finally {
      this.#text = aside + this.#text;
    }
  }

  async #read(read: ReadOptions): Promise<EditorResult> {
    const { write, continuation, completeness } = this.options;
    this.#input = "";
    this.#interrupted = false;
    write(read.prompt ?? this.options.prompt);
    for (;;) {
      const line = await this.#line();
      if (line === "interrupted") {
        write("\n");
        return { kind: "interrupt", empty: this.#input === "" };
      }
      if (line === undefined) {
        write("\n");
        if (this.#input === "") return { kind: "end" };
        // What stands there runs, errors and all; the next read says that the input has ended.
        return { kind: "input", text: this.#input };
      }
      this.#input += this.#input === "" ? line : `\n${line}`;
      if (read.question || (!read.untilCtrlD && (await completeness(this.#input)) !== "open")) {
        return { kind: "input", text: this.#input };
      }
      write(continuation);
    }
  }

  /** Takes what the terminal holds ready. */
  async #arrive(): Promise<void> {
    this.options.input.resume();
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
    this.options.input.pause();
  }

  async #line(): Promise<string | "interrupted" | undefined> {
    this.options.input.resume();
    try {
      for (;;) {
        if (this.#interrupted) {
          this.#interrupted = false;
          this.#text = "";
          return "interrupted";
        }
        const end = this.#text.indexOf("\n");
        if (end >= 0) {
          const line = this.#text.slice(0, end).replace(/\r$/, "");
          this.#text = this.#text.slice(end + 1);
          return line;
        }
        if (this.#ended) return undefined;
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    } finally {
      this.options.input.pause();
    }
  }
}
