import { SparkError } from "../core/errors/spark-error.js";
import { listenToLog } from "../core/log/logger.js";
import { SparkContext } from "../core/spark-context.js";
import { StreamingContext } from "../streaming/streaming-context.js";
import { createStreamingContext } from "./cli/contexts.js";
import { ExitCode } from "./cli/exit-code.js";
import type { CommandContext } from "./commands/command.js";
import { completeInput } from "./commands/complete-input.js";
import { failureStory } from "./commands/failure-story.js";
import { isCommand } from "./commands/is-command.js";
import { StreamWatch } from "./commands/stream-watch.js";
import { Troubles } from "./commands/troubles.js";
import { History } from "./editor/history.js";
import type { EvaluateOptions, Evaluation } from "./evaluation.js";
import type { Session } from "./session.js";
import { type ProgramEnd, type ProgramOutput, runProgram } from "./terminal/run-program.js";

export interface ShellOptions {
  readonly session: Session;
  /** Standard output: what the user's code prints, results, answers of commands. */
  readonly write: (text: string) => void;
  /** Standard error: errors, warnings, what the shell itself has to say. */
  readonly writeError: (text: string) => void;
  /** Whether results are echoed, until `:silent` says otherwise. */
  readonly echo: boolean;
  /** Where `:paste` reads from. */
  readonly readPaste: () => Promise<string | undefined>;
  readonly history?: History;
  /** Columns of the screen that `write` writes to; infinite, as by default, when it is none. */
  readonly width?: () => number;
  readonly colors?: boolean;
  /** Where the output of programs goes, in pieces. Default: `write` and `writeError`, which take whole lines. */
  readonly programs?: ProgramOutput;
  /** What only a person at a terminal has. */
  readonly person?: Person;
}

/** How the shell takes an input. */
export interface RunOptions extends EvaluateOptions {
  /** Nothing comes after it, which would need another streaming context. Default false. */
  readonly isLast?: boolean;
}

/** Someone in front of a terminal. */
export interface Person {
  /** Runs a line of the system's shell, which has the terminal to itself. */
  runProgram(line: string): Promise<ProgramEnd>;
  /** Asks for a line; `undefined` when it was refused. */
  ask(question: string): Promise<string | undefined>;
  /** Shows a text by a pager, where it does not fit on the screen. */
  page(text: string): Promise<void>;
  /** Shows an input as if it had been typed. */
  showInput(text: string): void;
}

/**
 * One session with everything around it that is not TypeScript: commands, the streaming context that is put in place again
 * when it has stopped, and what becomes of the process at the end. The same object serves the prompt, a piped script and
 * `-e`.
 */
export class Shell {
  readonly history: History;
  /** Follows the streams of this process. */
  readonly #streams: StreamWatch;
  #evaluating = 0;
  #echo: boolean;
  readonly #troubles = new Troubles(error => this.#storyOf(error));
  readonly #endLog: () => void;
  /** An error was in the user's code: a script ends in 1. */
  failed = false;
  /** The process is about to end (a signal): nothing more is run. */
  stopping = false;
  /** The user asked to leave, with this exit code. */
  exitCode: number | undefined;

  constructor(private readonly options: ShellOptions) {
    this.history = options.history ?? new History();
    this.#echo = options.echo;
    this.#endLog = listenToLog(entry => this.#troubles.logged(entry));
    // A batch that failed makes a script end in 1, whether or not the script waits for it.
    this.#streams = new StreamWatch(error => {
      this.failed = true;
      this.noteError(error);
    });
  }

  get session(): Session {
    return this.options.session;
  }

  /** Runs a complete input: TypeScript, or a command. Never throws for a mistake of the user. */
  async run(input: string, options: RunOptions = {}): Promise<Evaluation> {
    this.history.add(input.trim());
    return this.#note(() => this.#run(input, options));
  }

  /**
   * Ctrl-C: cancels what runs. An input that still waits for its types is cancelled as soon as there is something to
   * cancel; a program that a command started hears of it itself.
   */
  interrupt(): void {
    const attempt = () => {
      if (this.#evaluating === 0) return;
      if (this.session.busy) this.session.interrupt();
      else setImmediate(attempt);
    };
    attempt();
  }

  /** Whether code of an input runs, or waits for its types. */
  get evaluating(): boolean {
    return this.#evaluating > 0;
  }

  /** Notes an error of the background, for `:why`. */
  noteError(error: unknown): void {
    this.#troubles.failed(() => this.#storyOf(error), error);
  }

  #storyOf(error: unknown): string {
    return failureStory(error, cause => this.session.explain(cause));
  }

  /** `-i FILE`, predef: evaluates a file statement by statement. */
  async load(file: string): Promise<Evaluation> {
    return this.#note(() => this.#load(file));
  }

  /** `tspark-shell FILE`: runs a file as a program. */
  async runFile(file: string): Promise<Evaluation> {
    return this.#note(() => this.#evaluation(() => this.session.runFile(file), { isLast: true }));
  }

  /** Tells of an error that is the script's. */
  fail(message: string): void {
    this.options.writeError(`${message}\n`);
    this.failed = true;
  }

  async #load(file: string): Promise<Evaluation> {
    return this.#evaluation(() => this.session.loadFile(file, { echo: this.#echo }));
  }

  async #run(input: string, options: RunOptions): Promise<Evaluation> {
    return isCommand(input)
      ? this.#command(input, options)
      : this.#evaluation(() => this.session.evaluate(input, { echo: this.#echo, ...options }), options);
  }

  /** Runs code with a streaming context that can be used, and puts another one in its place for what comes after it. */
  async #evaluation(
    evaluate: () => Promise<Evaluation>,
    { isLast = false }: Pick<RunOptions, "isLast"> = {},
  ): Promise<Evaluation> {
    this.replaceStoppedStream();
    const wasStopped = this.sparkContext()?.isStopped;
    this.#evaluating++;
    const result = await evaluate().finally(() => this.#evaluating--);
    if (isLast) return result;
    this.replaceStoppedStream();
    if (this.options.person && wasStopped === false && this.sparkContext()?.isStopped)
      this.options.writeError("The context has stopped; sc = new SparkContext(conf) makes another one.\n");
    return result;
  }

  /** Where the session's `ssc` has stopped, or its context has, and `sc` lives, puts a fresh one under the name and says so. */
  replaceStoppedStream(): void {
    const sc = this.sparkContext();
    const ssc = this.session.get("ssc");
    if (!sc || sc.isStopped || !(ssc instanceof StreamingContext)) return;
    if (ssc.getState() !== "STOPPED" && !ssc.sparkContext.isStopped) return;
    this.session.set("ssc", createStreamingContext(sc));
    this.options.writeError("The streaming context has stopped: ssc is a fresh one.\n");
  }

  /** Stops the streams, forgets all names and puts a fresh `ssc` in place; `sc` stays. */
  async reset(): Promise<void> {
    await StreamingContext.getActive()?.stop(false, false);
    // The user may have made another one since the start, and declared it.
    const sc = this.sparkContext();
    await this.session.reset();
    if (!sc || sc.isStopped) return;
    this.session.set("sc", sc);
    this.session.set("ssc", createStreamingContext(sc));
  }

  /** The context under the name `sc`. */
  sparkContext(): SparkContext | undefined {
    const sc = this.session.get("sc");
    return sc instanceof SparkContext ? sc : undefined;
  }

  /** Ends the streams (`gracefully`: after what was received is processed) and the context. */
  async stopContexts(gracefully: boolean): Promise<void> {
    const ssc = StreamingContext.getActive();
    if (ssc) await ssc.stop(false, gracefully);
    const sc = this.sparkContext();
    if (sc && !sc.isStopped) await sc.stop();
  }

  /** Ends what runs: the streams, as {@link stopContexts} does, the context, the session. */
  async stop(gracefully: boolean): Promise<void> {
    try {
      await this.stopContexts(gracefully);
    } finally {
      this.#streams.dispose();
      this.#endLog();
      await this.session.dispose();
    }
  }

  /** The exit code of a script that has ended; never, when something else is about to end the process. */
  async ended(): Promise<number> {
    if (this.stopping) await new Promise<never>(() => {});
    // Leaving by `:quit` does not make good what failed before.
    return this.exitCode || (this.failed ? ExitCode.userError : ExitCode.ok);
  }

  async #note(run: () => Promise<Evaluation>): Promise<Evaluation> {
    const result = await run();
    const warning = this.session.takeWarning();
    if (warning !== undefined) this.#troubles.warned(warning);
    // Of the signal that ended a loop the other thread tells a moment later.
    if (result.status === "failure") for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    // A script whose streams a signal has stopped would go on behind its `awaitTermination()`.
    if (this.stopping) await new Promise<never>(() => {});
    if (result.status === "failure") {
      this.failed = true;
      this.#noteFailure(result);
    }
    if (result.status === "exit") this.exitCode = result.code;
    return result;
  }

  #noteFailure({ reason, error, text }: Extract<Evaluation, { status: "failure" }>): void {
    if (reason === "thrown") this.noteError(error);
    else if (reason === "types") this.#troubles.failed(() => text);
  }

  async #command(line: string, options: EvaluateOptions): Promise<Evaluation> {
    const { session, write, writeError, readPaste, colors, person } = this.options;
    const { programs = { write, writeError } } = this.options;
    const context: CommandContext = {
      session,
      write,
      writeError,
      readPaste,
      sparkContext: () => this.sparkContext(),
      run: input => this.#run(input, options),
      load: file => this.#load(file),
      reset: () => this.reset(),
      page: async text => (person ? person.page(text) : write(`${text}\n`)),
      directory: process.cwd(),
      ...(person === undefined
        ? {}
        : { showInput: text => person.showInput(text), ask: question => person.ask(question) }),
      complete: (text, cursor) => completeInput(session, text, cursor),
      runProgram: program => person?.runProgram(program) ?? runProgram(program, programs),
      environment: process.env,
      echo: this.#echo,
      setEcho: echo => {
        this.#echo = echo;
      },
      width: this.options.width?.() ?? Number.POSITIVE_INFINITY,
      colors: colors ?? false,
      history: this.history,
      streams: () => this.#streams.facts(),
      lastTrouble: () => this.#troubles.story(),
    };
    try {
      // The commands are many, and the first prompt does not wait for them.
      const { runCommand } = await import("./commands/commands.js");
      return (await runCommand(line, context)) ?? { status: "success", value: undefined };
    } catch (error) {
      if (!(error instanceof SparkError)) throw error;
      const text = `${error.message}\n`;
      writeError(text);
      return { status: "failure", reason: "thrown", error, text };
    }
  }
}
