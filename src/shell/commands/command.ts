import type { SparkContext } from "../../core/spark-context.js";
import type { History } from "../editor/history.js";
import type { Evaluation, Session } from "../session.js";

/** What a command may use. */
export interface CommandContext {
  readonly session: Session;
  /** Answers go here: standard output, whole lines. */
  write(text: string): void;
  /** Complaints go here: standard error, whole lines. */
  writeError(text: string): void;
  /** The session's context, as it is now; `undefined` when the user put something else under the name. */
  sparkContext(): SparkContext | undefined;
  /** Evaluates an input as if it had been typed. */
  evaluate(input: string): Promise<Evaluation>;
  /** Reads lines up to Ctrl-D (in a script: up to its end); `undefined` when the user cancelled. */
  readPaste(): Promise<string | undefined>;
  /** Whether results are echoed. */
  readonly echo: boolean;
  /** Columns of the screen, 80 when there is none. */
  readonly columns: number;
  /** Whether colours may be used. */
  readonly colors: boolean;
  /** The inputs of this and earlier sessions. */
  readonly history: History;
}

/** A command of the shell: a row of the table from which `:help`, completion and the documentation are made. */
export interface Command {
  /** Without the colon. */
  readonly name: string;
  /** What follows the name, as the help shows it; absent for a command without arguments. */
  readonly args?: string;
  /** What the argument is, for completion. */
  readonly takes?: "expression" | "file" | "command" | "key";
  /** One sentence, without a full stop. */
  readonly doc: string;
  /** More for `:help NAME`. */
  readonly details?: string;
  /**
   * Does it. `argument` is the rest of the line, trimmed. A mistake of the user is thrown as a `CommandError`; a result is
   * given back where code was evaluated.
   */
  run(context: CommandContext, argument: string): Promise<Evaluation | undefined>;
}
