// All of tspark is one file of CommonJS, `tspark.cjs`, which this runs: once a thread, from what V8 has compiled before. The
// package's modules hand on what they find in it, so that all of them, imported or required, have the same classes. Run as a
// program it makes what the next start begins with.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { CodeCache } from "./code-cache.js";

/** The modules that packages and users import, by name: `index`, `kafka` … A module runs when it is first asked for. */
type Entries = Readonly<Record<string, () => Readonly<Record<string, unknown>>>>;

/** What the file cannot say of itself: the build writes `__pack.import(x)` for `import(x)`. */
interface Pack {
  readonly import: (specifier: string) => Promise<unknown>;
  /** The URL of a file beside it. */
  readonly url: (name: string) => string;
}

const FILE = path.join(__dirname, "tspark.cjs");

let script: Script | undefined;
let entries: Entries | undefined;
/** Whether V8 took what was compiled before. */
let warm = false;

/** What a module of the package exports. */
export function load(entry: string): Readonly<Record<string, unknown>> {
  entries ??= run();
  return entries[entry]!();
}

function run(): Entries {
  const cachedData = CodeCache.of(FILE)?.read();
  // ASCII alone, as the build writes it: reading it so is no work.
  const text = `(function(exports,require,__pack){${readFileSync(FILE, "latin1")}\n})`;
  script = new Script(text, { filename: pathToFileURL(FILE).href, ...(cachedData && { cachedData }) });
  warm = cachedData !== undefined && script.cachedDataRejected === false;
  const pack: Pack = {
    import: specifier => import(specifier),
    url: name => pathToFileURL(path.join(__dirname, name)).href,
  };
  const exports = {} as Entries;
  (script.runInThisContext() as (exports: Entries, require: NodeJS.Require, pack: Pack) => void)(
    exports,
    require,
    pack,
  );
  return exports;
}

/** Runs a small session and keeps the functions that were compiled for it, where nothing that serves was kept before. */
function keepCode(): void {
  const cache = CodeCache.of(FILE);
  entries = run();
  if (cache === undefined || warm) return;
  const calm = ["--no-predef", "--master", "local[1]", "--conf", "spark.ui.port=0"];
  process.argv.splice(1, Infinity, FILE, ...calm, "-e", "sc.parallelize([1]).map(x => x + 1).collect()");
  process.on("exit", code => {
    if (code !== 0 || !cache.keep(script!.createCachedData())) process.exitCode = 1;
  });
  const { launch } = require(path.join(__dirname, "launch.cjs")) as { launch: (argv: readonly string[]) => unknown };
  const { main } = load("shell") as { main: (launched: unknown) => void };
  main(launch(process.argv.slice(2)));
}

if (require.main === module) keepCode();
