import { dirname } from "node:path";
import { types } from "node:util";
import { systemClock } from "../core/clock/clock.js";
import { TaskContext } from "../core/scheduler/task-context.js";
import { ImportsInForce } from "./cells/imports-in-force.js";
import { NameTable } from "./cells/names.js";
import { Display } from "./display/display.js";
import { Echo } from "./display/echo.js";
import type { EvaluateOptions, Evaluation, InputTiming, SessionInput } from "./evaluation.js";
import { CellRunner, INTERRUPTED, Interrupted, type RunGuard } from "./execution/cell-runner.js";
import { CellSources, mapStacks } from "./execution/cell-sources.js";
import { errorTypeOf } from "./execution/error-type.js";
import { explainError, formatError } from "./execution/format-error.js";
import { GuardedRuns } from "./execution/guarded-runs.js";
import { UserModules } from "./execution/user-modules.js";
import { readUserText } from "./files/read-user-text.js";
import { FileTypeError, UserFiles } from "./files/user-files.js";
import { formatDiagnostic } from "./types/diagnostics.js";
import { RemoteTypeService } from "./types/remote-type-service.js";
import type {
  CellStatement,
  CompiledCell,
  Completeness,
  Completions,
  DocAnswer,
  RejectedCell,
  TypeService,
} from "./types/type-service.js";

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
  /** Answers about types; by default a child process is started when it is first asked. */
  readonly typeService?: TypeService;
  /** No type checks: only syntax errors are reported and no types are shown. Default false. */
  readonly transpileOnly?: boolean;
  /** Where relative imports, packages and files are looked for. Default: the working directory. */
  readonly directory?: string;
  /** Colours values and errors. Default false. */
  readonly colors?: boolean;
  /** Columns of the screen, for the layout of values; a function because the screen may change. Default 80. */
  readonly columns?: () => number;
  /** How results look; by default Node's notation, never cut to a screen. Takes the place of `colors` and `columns` for them. */
  readonly display?: Display;
  /**
   * Watches SIGINT in a thread of its own while something is evaluated, so that Ctrl-C also ends a loop that blocks this
   * thread after an `await`. Default false. Standard input must not be in raw mode meanwhile.
   */
  readonly watchSigint?: boolean;
}

/**
 * One conversation: declarations that were typed, their types and values. Everything a user can do wrong comes back as an
 * {@link Evaluation}; the session itself never throws for it.
 *
 * @example
 * // needs: the type service's process
 * const names = { session: { sc, ssc: undefined, spark: undefined }, api: {} };
 * const session = new Session({ names, output: t => process.stdout.write(t), errorOutput: t => process.stderr.write(t) });
 * await session.evaluate("1 + 1"); // writes `res0: number = 2`
 */
export class Session {
  /** How results look: `:mode` sets its mode, `:last` asks it for the whole value. */
  readonly display: Display;
  readonly #options: SessionOptions;
  readonly #directory: string;
  #typeService: TypeService | undefined;
  readonly #sources = new CellSources();
  #unmapStacks: () => void;
  readonly #runs: GuardedRuns;
  readonly #files: UserFiles;
  readonly #modules: UserModules;
  readonly #runner: CellRunner;
  readonly #echo: Echo;
  #names: NameTable;
  #imports = new ImportsInForce();
  #inputs: SessionInput[] = [];
  #timing: InputTiming = { check: 0, run: 0 };
  #results = 0;
  #lastError: unknown;
  #warning: string | undefined;
  /** The evaluation before, so that they follow each other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { colors, columns } = options;
    this.display =
      options.display ??
      new Display({ ...(colors === undefined ? {} : { colors }), ...(columns === undefined ? {} : { columns }) });
    this.#directory = options.directory ?? process.cwd();
    this.#typeService = options.typeService;
    this.#unmapStacks = mapStacks(this.#sources);
    const { api, session } = options.names;
    this.#runs = new GuardedRuns(() => session.sc, options.watchSigint ?? false);
    this.#echo = new Echo(this.display, options);
    this.#names = new NameTable(Object.keys(api));
    this.#files = new UserFiles({
      directory: this.#directory,
      api,
      session,
      transpileOnly: options.transpileOnly ?? false,
      warn: text => options.errorOutput(`${text}\n`),
      stacksChanged: () => {
        this.#unmapStacks = mapStacks(this.#sources);
      },
    });
    this.#modules = new UserModules(api, this.#directory, file => this.#files.load(file));
    this.#runner = new CellRunner(this.#modules, this.#sources, this.#directory, session, () => this.#lastError);
  }

  /** Runs one complete input. Calls are answered in order, one at a time. */
  evaluate(input: string, options: EvaluateOptions = {}): Promise<Evaluation> {
    return this.#inOrder(() => this.#evaluate(input, options));
  }

  /** Whether what was typed can run or goes on on the next line. */
  completeness(text: string): Promise<Completeness> {
    return this.#types.completeness(text);
  }

  /** See {@link TypeService.statementEnds}: for readers of piped scripts. */
  statementEnds(text: string, final: boolean): Promise<readonly number[]> {
    return this.#types.statementEnds(text, final);
  }

  /** Text for `:type EXPR`: the type, or the errors as they are shown; nothing is evaluated. */
  async typeOf(expression: string): Promise<{ readonly ok: boolean; readonly text: string }> {
    const answer = await this.#inOrder(() => this.#types.typeOf(expression));
    if (answer.status === "typed") return { ok: true, text: answer.type };
    return { ok: false, text: rejectionText(answer, "<console>", 0) };
  }

  /** What could stand at `cursor`. */
  complete(text: string, cursor: number): Promise<Completions> {
    return this.#types.complete(text, cursor);
  }

  /** What is written about a name (`RDD`, `RDD.map`, `sc.parallelize`) or about what an expression ends in. For `:doc`. */
  doc(name: string): Promise<DocAnswer> {
    return this.#inOrder(() => this.#types.doc(name));
  }

  /**
   * `:load FILE`, `-i FILE`: evaluates a file in the session, as one input. Rejects with an `InputOutputError` when the
   * file cannot be read.
   */
  async loadFile(path: string, options: { readonly echo?: boolean } = {}): Promise<Evaluation> {
    const { name, text, file } = readUserText(path, this.#directory);
    return this.#inOrder(() => this.#evaluate(text, { origin: name, echo: options.echo ?? true }, file));
  }

  /**
   * `tspark-shell FILE`: runs a file as a program of its own, with the shell's names in scope. Never echoes. Rejects with
   * an `InputOutputError` when the file cannot be read.
   */
  async runFile(path: string): Promise<Evaluation> {
    const { file } = readUserText(path, this.#directory);
    return this.#inOrder(() => {
      this.#runs.prepare();
      return this.#guarded(async guard => {
        const program = await this.#files.prepare(file);
        await this.#modules.from(dirname(file)).preload(program.imports);
        await this.#runner.start(() => program.start(), guard);
        await this.settled();
        return { status: "success", value: undefined };
      });
    });
  }

  /**
   * Resolves when the jobs that were begun have ended, those of streams left out: a script is not over while something it
   * asked for is still being computed.
   */
  settled(): Promise<void> {
    return this.#runs.settled();
  }

  /** Cancels what is being evaluated; it ends as `interrupted`. Without effect when nothing is. */
  interrupt(): void {
    this.#runs.interrupt();
  }

  /** Whether something is being evaluated. */
  get busy(): boolean {
    return this.#runs.busy;
  }

  /** Gives a name of the session (`ssc`) another value. */
  set(name: "sc" | "ssc" | "spark", value: unknown): void {
    this.#options.names.session[name] = value;
  }

  /** The value that a name has now: `sc`, or one the user declared. Undefined when there is none. */
  get(name: string): unknown {
    const location = this.#names.get(name)?.value;
    return location && this.#runner.moduleOf(location.module)[location.exported];
  }

  /** The value that was shown last; undefined at first. */
  get lastValue(): unknown {
    return this.#echo.lastValue;
  }

  /** What the user's code threw last; undefined at first. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /** The whole story of the last error: every frame, every cause, every property. For `:why`. */
  whyLastError(): string {
    return this.#lastError === undefined ? "" : this.explain(this.#lastError);
  }

  /** What was warned of last, as it was printed, since this was asked last. */
  takeWarning(): string | undefined {
    const warning = this.#warning;
    this.#warning = undefined;
    return warning;
  }

  /** The whole story of an error, with places as the user knows them. */
  explain(error: unknown): string {
    return this.#sources.mapText(explainError(error));
  }

  /** Imports in force, as they were typed. For `:imports`. */
  get imports(): readonly string[] {
    return this.#imports.texts;
  }

  /** The inputs that ran to their end, in order, since the beginning or the last {@link reset}. For `:save` and `:replay`. */
  get inputs(): readonly SessionInput[] {
    return this.#inputs;
  }

  /** How long the input before took. For `:time`. */
  get timing(): InputTiming {
    return this.#timing;
  }

  /** Forgets all names and begins at `res0` again; `sc`, `ssc` and `spark` stay. */
  reset(): Promise<void> {
    return this.#inOrder(async () => {
      await this.#types.reset();
      this.#names = new NameTable(Object.keys(this.#options.names.api));
      this.#imports = new ImportsInForce();
      this.#inputs = [];
      this.#runner.reset();
      this.#results = 0;
      this.#echo.lastValue = undefined;
      this.#lastError = undefined;
    });
  }

  /** Ends the type service and the watcher. */
  async dispose(): Promise<void> {
    this.#unmapStacks();
    this.#files.dispose();
    await Promise.all([this.#typeService?.dispose(), this.#runs.dispose()]);
  }

  /** Started when it is first asked, since a file that is run does not need it. */
  get #types(): TypeService {
    return (this.#typeService ??= new RemoteTypeService({
      directory: this.#directory,
      transpileOnly: this.#options.transpileOnly ?? false,
    }));
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #evaluate(input: string, options: EvaluateOptions, file?: string): Promise<Evaluation> {
    if (input.trim() === "") return { status: "success", value: undefined };
    const leave = /^\s*(exit|quit)\s*(?:\(\s*\))?\s*;?\s*$/.exec(input);
    if (leave && !this.#names.has(leave[1]!)) return { status: "exit", code: 0 };
    const origin = options.origin ?? "<console>";
    const lineOffset = options.lineOffset ?? 0;
    const begin = systemClock.monotonic();
    this.#runs.prepare();
    const cell = await this.#types.compile(
      input,
      file === undefined ? {} : { directory: dirname(file), unchecked: /\.[cm]?jsx?$/.test(file) },
    );
    const check = systemClock.monotonic() - begin;
    this.#timing = { check, run: 0 };
    if (cell.status === "rejected") return this.#typeFailure(rejectionText(cell, origin, lineOffset));
    for (const warning of cell.warnings) {
      this.#warning = formatDiagnostic(warning, origin, lineOffset);
      this.#options.errorOutput(`${this.#warning}\n`);
    }
    const result = await this.#runCell(cell, {
      origin,
      lineOffset,
      echo: options.echo ?? true,
      ...(file === undefined ? {} : { file }),
    });
    this.#timing = { check, run: this.#runs.lastMs };
    return result;
  }

  async #runCell(
    cell: CompiledCell,
    how: { readonly origin: string; readonly lineOffset: number; readonly echo: boolean; readonly file?: string },
  ): Promise<Evaluation> {
    let done = 0;
    let over = false;
    let value: unknown;
    const results: { slot: string; name: string }[] = [];
    const outcome = await this.#guarded(async guard => {
      await this.#runner.run(cell, {
        ...how,
        guard,
        done: (index, values) => {
          // A cell that was cancelled may go on in the background: it is not heard any more.
          if (over) return;
          done = index + 1;
          const statement = cell.statements[index]!;
          if (statement.kind === "expression") {
            value = values[0];
            if (value !== undefined) results.push({ slot: statement.slot, name: `res${this.#results++}` });
          }
          this.#echo.say(statement, values, how.echo, results.at(-1)?.name);
        },
      });
      return { status: "success", value: undefined };
    });
    over = true;
    const failed = outcome.status === "failure" && outcome.reason === "thrown";
    const error = failed ? errorTypeOf(this.#lastError, made => this.#typeNameOf(made, cell, done)) : undefined;
    const commit = { done, results, ...(error === undefined ? {} : { error }) };
    this.#names.commit({ id: cell.id, statements: cell.statements, outcome: commit });
    for (const statement of cell.statements.slice(0, done)) this.#imports.note(statement);
    if (outcome.status === "success") {
      this.#inputs.push({ id: cell.id, text: cell.source, origin: how.origin, statements: cell.statements, results });
    }
    await this.#types.commit(commit);
    return outcome.status === "success" ? { status: "success", value } : outcome;
  }

  /** Under which name the type service knows a class: that of `tspark`, or the user's own as `cell_3:Odd`. */
  #typeNameOf(made: { readonly name: string }, cell: CompiledCell, done: number): string | undefined {
    if (this.#options.names.api[made.name] === made) return made.name;
    const declares = (s: CellStatement) => s.kind === "define" && s.bindings.some(b => b.name === made.name);
    const here = cell.statements.slice(0, done).some(declares);
    const module = here ? cell.id : this.#names.get(made.name)?.value?.module;
    const known = module?.startsWith("cell_") && this.#runner.moduleOf(module)[made.name] === made;
    return known && /^\w+$/.test(made.name) ? `${module}:${made.name}` : undefined;
  }

  /** Runs the user's code so that it can be cancelled, and turns what it throws into a failure that has been told. */
  #guarded(run: (guard: RunGuard) => Promise<Evaluation>): Promise<Evaluation> {
    return this.#runs.run(run, error => {
      // The user's code may throw what `instanceof` runs code of.
      const own = types.isProxy(error) ? undefined : error;
      if (own instanceof Interrupted) {
        TaskContext.terminated();
        return this.#failure("interrupted", own, INTERRUPTED.trimEnd());
      }
      if (own instanceof FileTypeError) return this.#typeFailure(own.message);
      this.#lastError = error;
      return this.#failure("thrown", error, formatError(error, this.#directory));
    });
  }

  #typeFailure(text: string): Evaluation {
    return this.#failure("types", undefined, text);
  }

  #failure(reason: "types" | "thrown" | "interrupted", error: unknown, text: string): Evaluation {
    this.#options.errorOutput(`${text}\n`);
    return { status: "failure", reason, error, text };
  }
}

/** Why an input was refused, as it is printed. */
function rejectionText(
  rejected: Pick<RejectedCell, "diagnostics" | "hint">,
  origin: string,
  lineOffset: number,
): string {
  const lines = rejected.diagnostics.map(d => formatDiagnostic(d, origin, lineOffset));
  return [...lines, ...(rejected.hint === undefined ? [] : [rejected.hint])].join("\n");
}
