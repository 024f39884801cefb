import type { SparkContext } from "../../core/spark-context.js";
import type { History } from "../editor/history.js";
import type { Evaluation } from "../evaluation.js";
import type { Session } from "../session.js";
import type { ProgramEnd } from "../terminal/run-program.js";
import type { Completions } from "../types/type-service.js";
import type { StreamFacts } from "./stream-watch.js";

/** What a command may use. */
export interface CommandContext {
  readonly session: Session;
  /** Answers go here: standard output, whole lines. */
  write(text: string): void;
  /** Complaints go here: standard error, whole lines. */
  writeError(text: string): void;
  /** The session's context, as it is now; `undefined` when the user put something else under the name. */
  sparkContext(): SparkContext | undefined;
  /** Runs an input, or another command, as if it had been typed. */
  run(input: string): Promise<Evaluation>;
  /** Evaluates a file in the session. */
  load(file: string): Promise<Evaluation>;
  /** Forgets all names, stops the streams and puts a fresh `ssc` in place. */
  reset(): Promise<void>;
  /** Shows a text in full: at a terminal by a pager. */
  page(text: string): Promise<void>;
  /** The user's folder. */
  readonly directory: string;
  /** Shows an input as if it had been typed; absent in a script. */
  readonly showInput?: (text: string) => void;
  /** Reads lines up to Ctrl-D (in a script: up to its end); `undefined` when the user cancelled. */
  readPaste(): Promise<string | undefined>;
  /** Asks the user for a line; absent in a script. `undefined` when the user cancelled. */
  readonly ask?: (question: string) => Promise<string | undefined>;
  /** What could stand at `cursor` of an input or of a command. */
  complete(text: string, cursor: number): Promise<Completions>;
  /** Runs a line of the system's shell: its output goes to the outputs above, at a terminal it has that to itself. */
  runProgram(line: string): Promise<ProgramEnd>;
  /** The variables of the process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether results are echoed. */
  readonly echo: boolean;
  /** Says whether results are echoed from now on. */
  setEcho(echo: boolean): void;
  /** Columns at which running text and the cells of tables are broken: those of the screen that answers go to, infinite when they go elsewhere. */
  readonly width: number;
  /** Whether colours may be used. */
  readonly colors: boolean;
  /** The inputs of this and earlier sessions. */
  readonly history: History;
  /** What is known of the streams that run; `undefined` when none does. */
  streams(): StreamFacts | undefined;
  /** All that is known of what went wrong last. */
  lastTrouble(): string;
}

/** A command of the shell: a row of the table from which `:help`, completion and the documentation are made. */
export interface Command {
  /** Without the colon. */
  readonly name: string;
  /** What follows the name, as the help shows it; absent for a command without arguments. */
  readonly args?: string;
  /** What the argument is, for completion. */
  readonly takes?: "expression" | "file" | "program" | "command" | "key" | "level" | "mode";
  /** One sentence, without a full stop. */
  readonly doc: string;
  /** More for `:help NAME`. */
  readonly details?: string;
  /**
   * Does it. `argument` is the rest of the line, trimmed; `before` are blanks as long as what stands before it, for
   * messages that name its place. A mistake of the user is thrown as a `CommandError`; a result is
   * given back where code was evaluated.
   */
  run(context: CommandContext, argument: string, before: string): Promise<Evaluation | undefined>;
}
