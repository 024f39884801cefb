import type { CellStatement, Completeness, Completions, TypeAnswer, TypeService } from "./types/type-service.js";

/** The names the shell starts with. */
export interface SessionNames {
  /** Live: the user may assign them, and so may the shell ({@link Session.set}). */
  readonly session: { sc: unknown; ssc: unknown; spark: unknown };
  /** Every export of `tspark`, in scope without import; also what `import … from "tspark"` gives. */
  readonly api: Readonly<Record<string, unknown>>;
}

export interface SessionOptions {
  readonly names: SessionNames;
  /** Takes the echo of results: whole lines, each call ends in `\n`. */
  readonly output: (text: string) => void;
  /** Takes errors, warnings and hints: whole lines, each call ends in `\n`. */
  readonly errorOutput: (text: string) => void;
  /** Answers about types; by default a child process is started, at once. */
  readonly typeService?: TypeService;
  /** No type checks: only syntax errors are reported and no types are shown. Default false. */
  readonly transpileOnly?: boolean;
  /** Where relative imports, packages and files are looked for. Default: the working directory. */
  readonly directory?: string;
  /** Colours values and errors. Default false. */
  readonly colors?: boolean;
  /** Columns of the screen, for the layout of values; a function because the screen may change. Default 80. */
  readonly columns?: () => number;
  /**
   * Watches SIGINT in a thread of its own while something is evaluated, so that Ctrl-C also ends a loop that blocks this
   * thread after an `await`. Default false. Standard input must not be in raw mode meanwhile.
   */
  readonly watchSigint?: boolean;
}

export interface EvaluateOptions {
  /** What the input is called in messages. Default `<console>`; a file is called by its name. */
  readonly origin?: string;
  /** Lines of the source that came before the input (piped scripts, files). Default 0. */
  readonly lineOffset?: number;
  /** Whether results are echoed. Default true. */
  readonly echo?: boolean;
}

/** What came of an input. The session has already written echo and errors to its outputs. */
export type Evaluation =
  /** `value`: that of the last expression, undefined if there was none. */
  | { readonly status: "success"; readonly value: unknown }
  /**
   * `types`: nothing ran · `thrown`: the user's code threw `error` · `interrupted`: Ctrl-C.
   * `text` is what was written to `errorOutput`.
   */
  | {
      readonly status: "failure";
      readonly reason: "types" | "thrown" | "interrupted";
      readonly error: unknown;
      readonly text: string;
    }
  /** The user wants to leave (`exit`, `quit`). */
  | { readonly status: "exit"; readonly code: number };

export type { CellStatement, Completeness, Completions, TypeAnswer, TypeService };

/**
 * One conversation: declarations that were typed, their types and values. Everything a user can do wrong comes back as an
 * {@link Evaluation}; the session itself never throws for it.
 *
 * @example
 * const session = new Session({ names, output: t => process.stdout.write(t), errorOutput: t => process.stderr.write(t) });
 * await session.evaluate("1 + 1"); // writes `res0: number = 2`
 */
export interface SessionApi {
  /** Runs one complete input. Calls are answered in order, one at a time. */
  evaluate(input: string, options?: EvaluateOptions): Promise<Evaluation>;
  /** Whether what was typed can run or goes on on the next line. */
  completeness(text: string): Promise<Completeness>;
  /** See {@link TypeService.statementEnds}: for readers of piped scripts. */
  statementEnds(text: string, final: boolean): Promise<readonly number[]>;
  /** Text for `:type EXPR`: the type, or the errors as they are shown; nothing is evaluated. */
  typeOf(expression: string): Promise<{ readonly ok: boolean; readonly text: string }>;
  complete(text: string, cursor: number): Promise<Completions>;
  /** `:load FILE`, `-i FILE`: evaluates a file cell by cell; stops at the first failure. */
  loadFile(path: string, options?: { readonly echo?: boolean }): Promise<Evaluation>;
  /** `tspark-shell FILE`: runs a file as a program of its own, with the shell's names in scope. Never echoes. */
  runFile(path: string): Promise<Evaluation>;
  /** Cancels what is being evaluated; it ends as `interrupted`. Without effect when nothing is. */
  interrupt(): void;
  /** Whether something is being evaluated. */
  readonly busy: boolean;
  /** Gives a name of the session (`ssc`) another value. */
  set(name: "sc" | "ssc" | "spark", value: unknown): void;
  /** The value that a name of the session has now (`sc`, or a name the user declared). */
  get(name: string): unknown;
  /** The last value that was shown, and the last error; both undefined at first. */
  readonly lastValue: unknown;
  readonly lastError: unknown;
  /** The whole story of the last error: every frame, every cause, properties. For `:why`. */
  whyLastError(): string;
  /** Imports in force, as they were typed. For `:imports`. */
  readonly imports: readonly string[];
  /** Forgets all names and begins at `res0` again; `sc`, `ssc` and `spark` stay. */
  reset(): Promise<void>;
  /** Ends the type service and the watcher. */
  dispose(): Promise<void>;
}
