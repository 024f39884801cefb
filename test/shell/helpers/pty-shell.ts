import path from "node:path";
import type { TestContext } from "node:test";
import { type IPty, spawn } from "@lydell/node-pty";
import { emptyFolder, shellEnvironment } from "./run-shell.js";
import { TerminalEmulator } from "./terminal-emulator.js";

export interface PtyOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Folder it runs in; by default a new, empty one. */
  readonly cwd?: string;
  /** The user's home; by default the same folder. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The program instead of the shell. */
  readonly command?: readonly string[];
}

/**
 * A command that says `begun` and goes on until a signal ends it. The system's shell, which would have to start another
 * program for that, may lose a signal that comes in between.
 */
export const UNENDING = `exec '${process.execPath}' -e 'console.log("begun"); setInterval(() => {}, 1000)'`;

/** `tspark-shell` on a pseudo-terminal, and the screen it draws. */
export class PtyShell {
  readonly screen: TerminalEmulator;
  readonly exited: Promise<{ readonly exitCode: number; readonly signal?: number }>;
  readonly #pty: IPty;
  #ended = false;

  /** The same, ended at the end of the test, however that ends. */
  static start(t: TestContext, args: readonly string[] = [], options: PtyOptions = {}): PtyShell {
    const shell = new PtyShell(args, options);
    t.after(() => {
      if (!shell.#ended) shell.kill("SIGKILL");
    });
    return shell;
  }

  constructor(args: readonly string[] = [], options: PtyOptions = {}) {
    const { columns = 100, rows = 40, cwd = emptyFolder() } = options;
    this.screen = new TerminalEmulator(columns, rows);
    const [file, ...rest] = options.command ?? [process.execPath, path.resolve("bin/tspark-shell"), ...args];
    this.#pty = spawn(file!, rest, {
      name: "xterm-256color",
      cols: columns,
      rows,
      cwd,
      env: shellEnvironment(options.home ?? cwd, { NO_COLOR: "1", ...options.env }),
    });
    this.#pty.onData(data => this.screen.write(data));
    this.exited = new Promise(resolve =>
      this.#pty.onExit(result => {
        this.#ended = true;
        resolve(result);
        this.screen.close();
      }),
    );
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  /** Ctrl-D: resolves with the exit code. */
  async leave(): Promise<number> {
    await this.prompt();
    this.type("\x04");
    return (await this.exited).exitCode;
  }

  kill(signal: string): void {
    this.#pty.kill(signal);
  }

  resize(columns: number, rows: number): void {
    this.screen.columns = columns;
    this.screen.rows = rows;
    this.#pty.resize(columns, rows);
  }

  /** Waits until the prompt stands on the cursor's row, with `typed` behind it. */
  prompt(typed = ""): Promise<void> {
    return this.screen.until(s => s.cursor.line === `tspark> ${typed}`.trimEnd());
  }

  /** Types an input and waits until the next prompt stands below what came of it. */
  async run(input: string): Promise<string> {
    await this.prompt();
    const before = this.screen.lines.length;
    this.type(`${input}\r`);
    await this.screen.until(s => s.lines.length > before && s.cursor.line === "tspark>");
    return this.screen.lines.slice(before, -1).join("\n");
  }
}
