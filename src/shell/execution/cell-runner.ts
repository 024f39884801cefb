import path from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { Script } from "node:vm";
import { HELPERS } from "../../core/closure/mark.js";
import { registerModule } from "../../core/closure/modules.js";
import type { CompiledCell } from "../types/type-service.js";
import { type CellSources, RUNNER_FILE } from "./cell-sources.js";
import type { UserModules } from "./user-modules.js";

/** What a running cell calls: after each statement, with the values to show. */
export type StatementDone = (index: number, values: readonly unknown[]) => void;

/** What the user is told of Ctrl-C. */
export const INTERRUPTED = "Interrupted.\n";

/** The error with which an evaluation ends that was cancelled. */
export class Interrupted extends Error {
  constructor() {
    super("Interrupted");
    this.name = "Interrupted";
  }
}

export interface RunOptions {
  readonly origin: string;
  readonly lineOffset: number;
  readonly done: StatementDone;
  /** The file that is loaded; absent at the prompt. */
  readonly file?: string;
  readonly guard: RunGuard;
}

/** How Ctrl-C reaches what runs. */
export interface RunGuard {
  /** Called before it runs: from then on Ctrl-C is watched for. Throws `Interrupted` where it came before. */
  watch(): void;
  /** Runs what comes before the first await in the context the inputs share. */
  enter<T>(body: () => T): T;
}

type ImportHelper = (key: string, specifier: string, options?: ImportCallOptions) => Promise<unknown>;

const START = Symbol.for("tspark.startCell");
const starter = globalThis as unknown as Record<symbol, (() => Promise<void>) | undefined>;

/** Runs compiled cells in this realm and holds what they export. */
export class CellRunner {
  readonly #exports = new Map<string, Record<string, unknown>>();
  readonly #start = new Script('globalThis[Symbol.for("tspark.startCell")]()', { filename: RUNNER_FILE });

  /**
   * @param session live values of `sc`, `ssc`, `spark`
   * @param lastError the value of `_error`
   */
  constructor(
    private readonly modules: UserModules,
    private readonly sources: CellSources,
    private readonly directory: string,
    private readonly session: Record<string, unknown>,
    private readonly lastError: () => unknown,
  ) {
    // `import()` of a cell is emitted as a call of this helper: here it also finds `tspark` and the user's `.ts` files.
    const global = globalThis as unknown as Record<string, ImportHelper | undefined>;
    const others = global[HELPERS.import];
    global[HELPERS.import] = (key, specifier, more) => {
      const from = this.#modulesOf(key);
      return from ? from.import(specifier, more) : (others?.(key, specifier, more) ?? import(specifier));
    };
  }

  /** The exports of a cell, of the session or of `tspark`: where a name's value is read. */
  moduleOf(name: string): Readonly<Record<string, unknown>> {
    if (name === "session") return this.session;
    if (name === "tspark") return this.modules.get("tspark") as Record<string, unknown>;
    if (name.startsWith("error_")) return { _error: this.lastError() };
    return this.#exports.get(name) ?? {};
  }

  /** Runs a cell to its end. Rejects with what the user's code throws. */
  async run(cell: CompiledCell, options: RunOptions): Promise<void> {
    const wrapper = `(async function (exports, require, module, ${cell.hook}, __filename, __dirname) {`;
    const text = `${wrapper}${cell.js}\n})`;
    this.sources.register(cell.id, {
      map: cell.map,
      source: cell.source,
      wrapper: wrapper.length,
      origin: options.origin,
      lineOffset: options.lineOffset,
    });
    registerModule(cell.id, {
      text,
      file: `${cell.id}.ts`,
      base: path.join(path.dirname(options.file ?? path.join(this.directory, "x")), `${cell.id}.ts`),
    });
    const file = options.file ?? path.join(this.directory, "console.ts");
    const modules = this.modules.from(path.dirname(file));
    await modules.preload(cell.imports);
    const body = new Script(text, { filename: `${cell.id}.ts` }).runInThisContext() as (
      ...args: unknown[]
    ) => Promise<void>;
    const module = { exports: {} as Record<string, unknown> };
    this.#exports.set(cell.id, module.exports);
    const hook = {
      done: (index: number, ...values: unknown[]) => options.done(index, values),
      // A proxy is not asked whether it is a promise: that would run its traps.
      value: async (value: unknown) => ({ value: types.isProxy(value) ? value : await value }),
      meta: { url: pathToFileURL(file).href, dirname: path.dirname(file), filename: file },
    };
    const require = this.#requireFrom(modules);
    const run = () => body.call(undefined, module.exports, require, module, hook, file, path.dirname(file));
    await this.start(run, options.guard);
  }

  /** Calls `body` in a turn of the event loop of its own: a loop in it that Ctrl-C ends takes nothing else with it. */
  start(body: () => Promise<void>, guard: RunGuard): Promise<void> {
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        starter[START] = body;
        try {
          guard.watch();
          guard.enter(() => this.#start.runInThisContext() as Promise<void>).then(resolve, reject);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Forgets what every cell exports; closures keep what they captured. */
  reset(): void {
    this.#exports.clear();
  }

  #requireFrom(modules: UserModules): NodeJS.Require {
    const require = (specifier: string): unknown => {
      const own = /^\.\/(cell_\d+|session|error_\w+)$/.exec(specifier);
      return own ? this.moduleOf(own[1]!) : modules.get(specifier);
    };
    return Object.assign(require, modules.require);
  }

  /** What `import()` sees in a cell or in a file of the user's. */
  #modulesOf(key: string): UserModules | undefined {
    if (key.startsWith("cell_")) return this.modules;
    return path.isAbsolute(key) ? this.modules.from(path.dirname(key)) : undefined;
  }
}
