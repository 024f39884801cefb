import { sleep } from "../../core/clock/clock.js";
import type { KeyEvent, KeySource } from "../terminal/key-source.js";
import type { Screen } from "../terminal/screen.js";
import type { Completeness, Completions } from "../types/type-service.js";
import { BUFFER_ACTIONS, type BufferAction } from "./buffer-actions.js";
import { commonPrefix, formatNames } from "./completion-list.js";
import { EditBuffer } from "./edit-buffer.js";
import { highlight } from "./highlight.js";
import type { History } from "./history.js";
import { HistorySearch } from "./history-search.js";
import { HistoryWalk } from "./history-walk.js";
import { actionOf, type EditorAction } from "./keymap.js";
import type { Paint } from "./paint.js";
import { renderView, type View } from "./view.js";

export interface EditorOptions {
  readonly keys: KeySource;
  readonly screen: Screen;
  readonly history: History;
  readonly prompt: string;
  /** Stands before the second and further lines of an input. */
  readonly continuation: string;
  /** Whether Enter runs the text or opens its next line. */
  completeness(text: string): Promise<Completeness>;
  complete(text: string, cursor: number): Promise<Completions>;
  /** Colours what is typed, and suggests the rest of earlier inputs in grey. Default false. */
  readonly colors?: boolean;
  /** Ctrl-Z: stops the program, and returns when it is continued. The terminal has been given back. */
  suspend?(): void;
}

/** What the user did at the prompt. */
export type EditorResult =
  | { readonly kind: "input"; readonly text: string }
  /** Ctrl-C; `empty` when there was nothing to throw away. */
  | { readonly kind: "interrupt"; readonly empty: boolean }
  /** Ctrl-D on an empty line, or the terminal has gone. */
  | { readonly kind: "end" };

/** Settings of one prompt. */
export interface ReadOptions {
  readonly prompt?: string;
  /** Text that stands in the editor from the start. */
  readonly text?: string;
  /** `:paste`: Enter only opens lines, Ctrl-D ends the input. */
  readonly untilCtrlD?: boolean;
  /** A question: what was typed before it stood there is no answer, and is kept for the next prompt. */
  readonly question?: boolean;
}

const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";

/**
 * Edits one input of any number of lines on a terminal in raw mode. Everything the screen shows goes through the
 * {@link Screen}, so that output printed meanwhile stands above it.
 */
export class LineEditor {
  readonly #buffer = new EditBuffer();
  #walk: HistoryWalk;
  #search: HistorySearch | undefined;
  #read: ReadOptions = {};
  /** Names of the last Tab that could not go further: the next Tab lists them. */
  #listed: readonly string[] | undefined;
  #active = false;
  #paint: Paint | undefined;

  constructor(private readonly options: EditorOptions) {
    this.#walk = new HistoryWalk(options.history);
  }

  /** Asks for one input. */
  async read(read: ReadOptions = {}): Promise<EditorResult> {
    const { keys } = this.options;
    this.#read = read;
    this.#buffer.reset(read.text ?? "");
    this.#walk = new HistoryWalk(this.options.history);
    this.#search = this.#listed = undefined;
    this.#active = true;
    this.#take();
    const putBack = read.question ? await keys.setAside() : undefined;
    try {
      this.draw();
      if (this.options.colors && !this.#paint) void this.#loadPaint();
      for (;;) {
        const event = await keys.next();
        const result = event ? await this.#handle(event) : ({ kind: "end" } as const);
        if (result) return this.#finish(result);
        if (!keys.pending) this.draw();
      }
    } finally {
      this.#active = false;
      this.#give();
      putBack?.();
    }
  }

  /** From now on keys come one by one. */
  #take(): void {
    this.options.keys.start();
    this.options.screen.port.write(PASTE_ON);
  }

  #give(): void {
    this.options.screen.port.write(PASTE_OFF);
    this.options.keys.stop();
  }

  /** The program was stopped and goes on: whoever had the terminal meanwhile has left it in another state. */
  resume(): void {
    if (!this.#active) return;
    this.#give();
    this.#take();
    this.draw();
  }

  #suspend(suspend: () => void): void {
    this.#leave(this.#buffer.text);
    this.#give();
    suspend();
    this.#take();
  }

  /** The colours come when they have been loaded: the prompt does not wait for them. */
  async #loadPaint(): Promise<void> {
    const { loadPaint } = await import("./paint.js");
    this.#paint = await loadPaint();
    this.draw();
  }

  /** Draws the line for a terminal that has changed its size. */
  resize(): void {
    if (!this.#active) return;
    this.options.screen.resize();
    this.draw();
  }

  /** Draws the line again. */
  draw(): void {
    if (!this.#active) return;
    const { text, cursor } = this.#buffer;
    const search = this.#search;
    if (!search) {
      this.#show({ prompt: this.#prompt, text, cursor, suggestion: this.#suggestion.split("\n")[0]! });
      return;
    }
    const { match, query, cursor: at, prompt } = search;
    const hit = match === "" ? [] : [{ start: at, end: at + query.length, style: "match" as const }];
    this.#show({ prompt, text: match, cursor: at, spans: hit });
  }

  #show(view: Pick<View, "text" | "cursor" | "prompt" | "spans" | "suggestion">): void {
    const { screen, continuation } = this.options;
    const { columns, rows } = screen.port;
    const paint = this.#paint;
    const spans = view.spans ?? (paint ? highlight(view.text) : []);
    screen.show(renderView({ ...view, spans, paint, continuation, columns, rows }));
  }

  /** The rest of the newest input that begins with what is typed; empty when there is none or it could not be told apart. */
  get #suggestion(): string {
    const { text, cursor } = this.#buffer;
    if (!this.#paint || this.#read.untilCtrlD || cursor < text.length || text.trim() === "") return "";
    const { history } = this.options;
    const found = history.find(
      history.entries.length,
      -1,
      entry => entry.length > text.length && entry.startsWith(text),
    );
    return found === undefined ? "" : history.entries[found]!.slice(text.length);
  }

  /** At the end of the text the keys that go to the right take what is suggested there. */
  #takeSuggestion(action: BufferAction): boolean {
    if (action !== "right" && action !== "lineEnd" && action !== "end" && action !== "wordRight") return false;
    const suggestion = this.#suggestion;
    if (suggestion === "") return false;
    this.#insert(action === "wordRight" ? /^[^\p{L}\p{N}_$]*[\p{L}\p{N}\p{M}_$]*/u.exec(suggestion)![0] : suggestion);
    return true;
  }

  get #prompt(): string {
    return this.#read.prompt ?? this.options.prompt;
  }

  #finish(result: EditorResult): EditorResult {
    this.#search = undefined;
    this.#buffer.moveEnd();
    this.#leave(result.kind === "interrupt" && !result.empty ? `${this.#buffer.text}^C` : this.#buffer.text);
    return result;
  }

  /** Leaves `text` on the screen behind the prompt. */
  #leave(text: string): void {
    this.#show({ prompt: this.#prompt, text, cursor: text.length });
    this.options.screen.leave();
  }

  async #handle(event: KeyEvent): Promise<EditorResult | undefined> {
    if (event.type === "paste") {
      this.#leaveSearch();
      this.#insert(event.text.replace(/\n+$/, ""));
      return undefined;
    }
    const listed = this.#listed;
    this.#listed = undefined;
    if (this.#search && this.#searchKey(event)) return undefined;
    const action = actionOf(event.name);
    if (action === "complete") await this.#complete(listed);
    else if (action !== undefined) return this.#act(action);
    else if (event.text !== "") this.#insert(event.text);
    return undefined;
  }

  /** `true` when the key belongs to the search; otherwise the search is over and the key does what it does. */
  #searchKey(event: { readonly name: string; readonly text: string }): boolean {
    const search = this.#search!;
    const action = actionOf(event.name);
    if (action === "searchBack") search.again(-1);
    else if (action === "searchForward") search.again(1);
    else if (action === "cancel" || action === "interrupt") this.#search = undefined;
    else if (action === "deleteLeft") search.deleteLeft();
    else if (event.name === "escape") this.#leaveSearch();
    else if (event.text !== "") search.type(event.text);
    else {
      this.#leaveSearch();
      // What was found runs as it is: the cursor may stand in the middle of it.
      if (action === "submit") this.#buffer.moveEnd();
      return false;
    }
    return true;
  }

  #leaveSearch(): void {
    const search = this.#search;
    this.#search = undefined;
    if (search && search.match !== "") this.#buffer.set(search.match, search.cursor);
  }

  #insert(text: string): void {
    this.#buffer.insert(text);
    this.#walk.edited();
  }

  async #act(action: Exclude<EditorAction, "complete">): Promise<EditorResult | undefined> {
    const buffer = this.#buffer;
    switch (action) {
      case "submit":
        return this.#submit();
      case "newline":
        this.#insert("\n");
        return undefined;
      case "interrupt":
        return { kind: "interrupt", empty: buffer.text === "" };
      case "deleteRightOrLeave":
        if (this.#read.untilCtrlD) return { kind: "input", text: buffer.text };
        if (buffer.text === "") return { kind: "end" };
        buffer.deleteRight();
        this.#walk.edited();
        return undefined;
      case "searchBack":
      case "searchForward":
        this.#search = new HistorySearch(this.options.history);
        return undefined;
      case "clearScreen":
        this.options.screen.wipe();
        return undefined;
      case "suspend":
        if (this.options.suspend) this.#suspend(this.options.suspend);
        return undefined;
      case "historyBack":
        this.#recall(this.#walk.back(buffer.text));
        return undefined;
      case "historyForward":
        this.#recall(this.#walk.forward(buffer.text));
        return undefined;
      case "upOrHistory":
        if (!buffer.moveUp()) this.#recall(this.#walk.back(buffer.text));
        return undefined;
      case "downOrHistory":
        if (!buffer.moveDown()) this.#recall(this.#walk.forward(buffer.text));
        return undefined;
      case "cancel":
        return undefined;
      default: {
        if (this.#takeSuggestion(action)) return undefined;
        const before = buffer.text;
        BUFFER_ACTIONS[action](buffer);
        if (buffer.text !== before) this.#walk.edited();
        return undefined;
      }
    }
  }

  #recall(entry: string | undefined): void {
    if (entry !== undefined) this.#buffer.set(entry);
  }

  async #submit(): Promise<EditorResult | undefined> {
    const buffer = this.#buffer;
    const { keys } = this.options;
    if (this.#read.question) return { kind: "input", text: buffer.text };
    if (this.#read.untilCtrlD || !buffer.onLastLine) {
      this.#insert("\n");
      return undefined;
    }
    // While the answer is awaited (the type service may still be starting) further keys wait; Ctrl-C does not.
    this.draw();
    let interrupted: () => void;
    const interrupt = new Promise<"interrupted">(resolve => {
      interrupted = () => resolve("interrupted");
    });
    keys.onInterrupt = () => {
      interrupted();
      return true;
    };
    try {
      const answer = await Promise.race([this.options.completeness(buffer.text), interrupt]);
      if (answer === "interrupted") return { kind: "interrupt", empty: false };
      if (answer !== "open") return { kind: "input", text: buffer.text };
    } finally {
      keys.onInterrupt = undefined;
    }
    buffer.moveEnd();
    this.#insert("\n");
    return undefined;
  }

  async #complete(listed: readonly string[] | undefined): Promise<void> {
    const buffer = this.#buffer;
    const { screen } = this.options;
    const line = buffer.beforeCursor.slice(buffer.beforeCursor.lastIndexOf("\n") + 1);
    if (line.trim() === "" && buffer.text.trim() !== "") {
      this.#insert("  ");
      return;
    }
    if (listed) {
      screen.print(
        `${this.#prompt}${buffer.text}\n${formatNames(listed, screen.port.columns, Math.max(3, screen.port.rows - 4))}`,
      );
      return;
    }
    const answer = await Promise.race([this.options.complete(buffer.text, buffer.cursor), this.#impatience()]);
    if (!answer) return;
    const { start, items } = answer;
    const word = buffer.text.slice(start, buffer.cursor);
    const names = [...new Set(items.map(item => item.name))].filter(name => name.startsWith(word));
    if (names.length === 0) return;
    const prefix = commonPrefix(names);
    if (prefix.length > word.length) {
      buffer.replace(start, buffer.cursor, prefix);
      this.#walk.edited();
    } else if (names.length > 1) this.#listed = names;
  }

  /** Resolves when the user has typed on and the answer to Tab is late. */
  async #impatience(): Promise<undefined> {
    await sleep(PATIENCE);
    await this.options.keys.arrival();
    return undefined;
  }
}

/** How long (ms) keys that were typed after Tab wait for its answer. */
const PATIENCE = 500;
