import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { transformSync } from "esbuild";
import { DStream, RDD, Seconds, SparkConf, SparkContext, StreamingContext } from "tspark";
import { ManualClock } from "tspark/testing";
import { registerContextStarter } from "../../../src/core/context-starters.js";
import { SparkSession } from "../../../src/sql/spark-session.js";
import type { CheckedExample } from "./check-example-types.js";
import type { ExampleCode, Expectation } from "./example-code.js";
import { scopeOf, speaksOfStreams } from "./example-names.js";

/** An example that waits for ever fails after this long; one that ends may take its time on a machine that is busy. */
const PATIENCE_MS = 60_000;

/** Every context that examples made, their own ones too. */
const contexts = new Set<SparkContext>();
registerContextStarter(sc => void contexts.add(sc));

const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (...args: unknown[]) => Promise<void>;

/**
 * Runs an example in a folder of its own with a fresh local context, and checks what its comments promise. An RDD or a
 * stream that its last statement leaves is computed, so that its closures run; streams that are not started by the example
 * are, on a clock that is then moved by a minute.
 *
 * @param built the folder of the compiled `src`
 */
export async function runExample(built: URL, { example, code, names }: CheckedExample): Promise<void> {
  const home = process.cwd();
  const folder = mkdtempSync(path.join(os.tmpdir(), "tspark-example-"));
  process.chdir(folder);
  const checker = new Checker(code);
  let timer: NodeJS.Timeout | undefined;
  const scope = new Map<string, unknown>();
  const { sc, ssc, clock } = contextsFor(names.contexts, names.scope.size > 0, speaksOfStreams(example.file), folder);
  try {
    const values = { sc, ssc, clock, spark: undefined as SparkSession | undefined };
    if (names.contexts.has("spark")) values.spark = SparkSession.builder().getOrCreate();
    for (const name of names.contexts) scope.set(name, values[name]);
    for (const name of names.scope) {
      const make = scopeOf(example.file)[name] as (context: unknown) => unknown;
      scope.set(name, make(speaksOfStreams(example.file) ? ssc : sc));
    }
    const exportsOf = (specifier: string) => import(specifier) as Promise<Record<string, unknown>>;
    for (const [name, file] of names.modules) {
      scope.set(name, (await exportsOf(new URL(file.replace(/\.ts$/, ".js"), built).href))[name]);
    }
    for (const { specifier, names: bound } of code.imports) {
      const at = specifier.startsWith(".") ? new URL(specifier, new URL(example.file, built)).href : specifier;
      const module = await exportsOf(at);
      for (const [local, exported] of bound) scope.set(local, exported === "*" ? module : module[exported]);
    }
    scope.set("console", checker.console);
    scope.set("__check", checker.check);
    scope.set("__seen", checker.seen);

    const wrapped = `async () => {${code.run}\n}`;
    const js = transformSync(wrapped, { loader: "ts", target: "node20.19", format: "esm" }).code;
    const body = `await (${js.trim().replace(/;$/, "")})();`;
    const run = async () => {
      await new AsyncFunction(...scope.keys(), body)(...scope.values());
      await computeWhatIsLeft(checker.last, ssc, clock);
    };
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the example did not end within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    await Promise.race([run(), patience]);
  } finally {
    clearTimeout(timer);
    await StreamingContext.getActive()?.stop(false);
    for (const context of contexts) if (!context.isStopped) await context.stop();
    contexts.clear();
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  }
}

function contextsFor(wanted: ReadonlySet<string>, hasScope: boolean, streams: boolean, folder: string) {
  const clock = new ManualClock();
  if (wanted.size === 0 && !hasScope) return { clock, sc: undefined, ssc: undefined };
  const conf = new SparkConf(false).setMaster("local[2]").setAppName("example").set("spark.ui.enabled", "false");
  const sc = new SparkContext(conf);
  sc.setLogLevel("OFF");
  if (!wanted.has("ssc") && !(hasScope && streams)) return { clock, sc, ssc: undefined };
  const ssc = new StreamingContext(sc, Seconds(1), { clock });
  ssc.checkpoint(path.join(folder, "checkpoint"));
  return { clock, sc, ssc };
}

async function computeWhatIsLeft(last: unknown, ssc: StreamingContext | undefined, clock: ManualClock): Promise<void> {
  if (last instanceof RDD) await last.count();
  if (ssc === undefined) return;
  if (last instanceof DStream && ssc.getState() === "INITIALIZED")
    last.foreachRDD(async rdd => void (await rdd.count()));
  if (ssc.getState() === "INITIALIZED" && ssc.graph.outputs.length > 0) await ssc.start();
  if (ssc.getState() !== "ACTIVE") return;
  await clock.advance(60_000);
  if (ssc.failure !== undefined) throw ssc.failure;
}

/** What the rewritten example calls. */
class Checker {
  /** The value of the last expression statement. */
  last: unknown;
  #printed: string[] = [];
  readonly console: Pick<Console, "log" | "error" | "warn" | "info">;
  readonly #code: ExampleCode;

  constructor(code: ExampleCode) {
    this.#code = code;
    const print = (...xs: unknown[]) => {
      this.#printed.push(xs.map(x => (typeof x === "string" ? x : inspect(x))).join(" "));
    };
    this.console = { log: print, error: print, warn: print, info: print };
  }

  seen = (value: unknown): void => {
    this.last = value;
  };

  check = async (i: number, actual: () => Promise<unknown>, expected?: () => Promise<unknown>): Promise<void> => {
    const expectation = this.#code.expectations[i]!;
    if (expectation.kind === "error") {
      await assert.rejects(actual, (error: Error) => isExpectedError(error, expectation));
      return;
    }
    this.#printed = [];
    const value = await actual();
    this.last = value;
    if (value === undefined && this.#printed.length > 0) assert.equal(this.#printed.join("\n"), expectation.text);
    else if (expected !== undefined && !this.#isText(value, expectation.text)) {
      assert.deepEqual(plain(value), plain(await expected()));
    } else if (expectation.kind === "prose" && !this.#isText(value, expectation.text)) {
      assert.ok(
        !isData(value) && !/^[-\d"'`[{(]/.test(expectation.text),
        `the statement gives ${inspect(value)}, and its comment "${expectation.text}" is no value to compare it with: write the value, or put words above the statement`,
      );
    }
  };

  #isText(value: unknown, text: string): boolean {
    if (typeof value === "string") return false;
    return typeof value !== "object" ? false : (Array.isArray(value) ? value.join(", ") : String(value)) === text;
  }
}

/** Maps that find keys by value, rows of columns and the like compare as what they hold. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [plain(k), plain(v)]));
  if (value instanceof Set) return new Set([...value].map(plain));
  if (Array.isArray(value)) return value.map(plain);
  return value;
}

function isData(value: unknown): boolean {
  if (value === undefined || typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  return (
    Array.isArray(value) || value instanceof Map || [Object.prototype, null].includes(Object.getPrototypeOf(value))
  );
}

function isExpectedError(error: Error, expected: Extract<Expectation, { kind: "error" }>): true {
  if (expected.name !== "") assert.equal(error.name, expected.name);
  if (expected.message !== undefined) {
    const pattern = expected.message
      .split("…")
      .map(s => s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join("[\\s\\S]*");
    assert.match(error.message, new RegExp(`^${pattern}$`));
  }
  return true;
}
