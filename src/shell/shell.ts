import { SparkError } from "../core/errors/spark-error.js";
import { SparkContext } from "../core/spark-context.js";
import { StreamingContext } from "../streaming/streaming-context.js";
import { createStreamingContext } from "./cli/contexts.js";
import { ExitCode } from "./cli/exit-code.js";
import type { CommandContext } from "./commands/command.js";
import { isCommand, runCommand } from "./commands/commands.js";
import { History } from "./editor/history.js";
import type { EvaluateOptions, Evaluation, Session } from "./session.js";

export interface ShellOptions {
  readonly session: Session;
  /** Standard output: what the user's code prints, results, answers of commands. */
  readonly write: (text: string) => void;
  /** Standard error: errors, warnings, what the shell itself has to say. */
  readonly writeError: (text: string) => void;
  /** Whether results are echoed. */
  readonly echo: boolean;
  /** Where `:paste` reads from. */
  readonly readPaste: () => Promise<string | undefined>;
  readonly history?: History;
  readonly columns?: () => number;
  readonly colors?: boolean;
}

/**
 * One session with everything around it that is not TypeScript: commands, the streaming context that is put in place again
 * when it has stopped, and what becomes of the process at the end. The same object serves the prompt, a piped script and
 * `-e`.
 */
export class Shell {
  readonly history: History;
  #running = 0;
  /** An error was in the user's code: a script ends in 1. */
  failed = false;
  /** The process is about to end (a signal): nothing more is run. */
  stopping = false;
  /** The user asked to leave, with this exit code. */
  exitCode: number | undefined;

  constructor(private readonly options: ShellOptions) {
    this.history = options.history ?? new History();
  }

  get session(): Session {
    return this.options.session;
  }

  /** Whether an input is being run. */
  get running(): boolean {
    return this.#running > 0;
  }

  /** Runs a complete input: TypeScript, or a command. Never throws for a mistake of the user. */
  async run(input: string, evaluate: EvaluateOptions = {}): Promise<Evaluation> {
    return this.#note(() => (isCommand(input) ? this.#command(input) : this.evaluate(input, evaluate)));
  }

  /** `-i FILE`, predef: evaluates a file statement by statement. */
  async load(file: string): Promise<Evaluation> {
    return this.#note(() => this.session.loadFile(file, { echo: this.options.echo }));
  }

  /** `tspark-shell FILE`: runs a file as a program. */
  async runFile(file: string): Promise<Evaluation> {
    return this.#note(() => this.session.runFile(file));
  }

  /** Tells of an error that is the script's. */
  fail(message: string): void {
    this.options.writeError(`${message}\n`);
    this.failed = true;
  }

  /** Evaluates TypeScript, with a streaming context that can be used. */
  async evaluate(input: string, options: EvaluateOptions = {}): Promise<Evaluation> {
    this.replaceStoppedStream();
    const result = await this.session.evaluate(input, { echo: this.options.echo, ...options });
    this.replaceStoppedStream();
    return result;
  }

  /** Where the session's `ssc` has stopped and its `sc` lives, puts a fresh one under the name and says so. */
  replaceStoppedStream(): void {
    const sc = this.sparkContext();
    const ssc = this.session.get("ssc");
    if (!sc || sc.isStopped || !(ssc instanceof StreamingContext) || ssc.getState() !== "STOPPED") return;
    this.session.set("ssc", createStreamingContext(sc));
    this.options.writeError("The streaming context has stopped: ssc is a fresh one.\n");
  }

  /** The context under the name `sc`. */
  sparkContext(): SparkContext | undefined {
    const sc = this.session.get("sc");
    return sc instanceof SparkContext ? sc : undefined;
  }

  /**
   * Ends what runs: the streams (`gracefully`: after what was received is processed), the context, the session.
   */
  async stop(gracefully: boolean): Promise<void> {
    try {
      const ssc = StreamingContext.getActive();
      if (ssc) await ssc.stop(false, gracefully);
      const sc = this.sparkContext();
      if (sc && !sc.isStopped) await sc.stop();
    } finally {
      await this.session.dispose();
    }
  }

  /** The exit code of a script that has ended; never, when something else is about to end the process. */
  async ended(): Promise<number> {
    if (this.stopping) await new Promise<never>(() => {});
    return this.exitCode ?? (this.failed ? ExitCode.userError : ExitCode.ok);
  }

  async #note(run: () => Promise<Evaluation>): Promise<Evaluation> {
    this.#running++;
    const result = await run().finally(() => this.#running--);
    // Of the signal that ended a loop the other thread tells a moment later.
    if (result.status === "failure") for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    // A script whose streams a signal has stopped would go on behind its `awaitTermination()`.
    if (this.stopping) await new Promise<never>(() => {});
    if (result.status === "failure") this.failed = true;
    if (result.status === "exit") this.exitCode = result.code;
    return result;
  }

  async #command(line: string): Promise<Evaluation> {
    const { session, write, writeError, readPaste, columns, colors } = this.options;
    const context: CommandContext = {
      session,
      write,
      writeError,
      readPaste,
      sparkContext: () => this.sparkContext(),
      evaluate: input => this.evaluate(input),
      echo: this.options.echo,
      columns: columns?.() ?? 80,
      colors: colors ?? false,
      history: this.history,
    };
    try {
      return (await runCommand(line, context)) ?? { status: "success", value: undefined };
    } catch (error) {
      if (!(error instanceof SparkError)) throw error;
      const text = `${error.message}\n`;
      writeError(text);
      return { status: "failure", reason: "thrown", error, text };
    }
  }
}
