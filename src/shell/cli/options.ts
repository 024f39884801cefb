/** One option of the command line: what yargs, `--help`, the documentation and the tests know about it. */
export interface CliOption {
  /** Long name without the dashes. */
  readonly name: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  /** May be given several times. */
  readonly repeatable?: boolean;
  /** The configuration key it is a shorthand of. */
  readonly conf?: string;
  /** One sentence for the help, without a full stop. */
  readonly doc: string;
}

/** The options of `tspark-shell`, in the order of the help. */
export const OPTIONS = [
  {
    name: "master",
    value: "URL",
    conf: "spark.master",
    doc: "where jobs run: local, local[N], local[*] or local[N,F]",
  },
  { name: "name", value: "NAME", conf: "spark.app.name", doc: "name of the application" },
  { name: "conf", short: "c", value: "KEY=VALUE", repeatable: true, doc: "sets a configuration key; may be repeated" },
  {
    name: "properties-file",
    value: "FILE",
    doc: "reads configuration from FILE, laid over spark-defaults.conf",
  },
  { name: "driver-memory", value: "M", conf: "spark.driver.memory", doc: "heap of the shell's process, e.g. 4g" },
  {
    name: "batch-duration",
    value: "D",
    conf: "spark.tspark.batchDuration",
    doc: "batch of the streaming context, e.g. 500ms",
  },
  { name: "log-level", value: "LEVEL", conf: "spark.log.level", doc: "level of the log, e.g. INFO; WARN by default" },
  {
    name: "init",
    short: "i",
    value: "FILE",
    repeatable: true,
    doc: "loads FILE, then gives the prompt; may be repeated",
  },
  {
    name: "eval",
    short: "e",
    value: "CODE",
    repeatable: true,
    doc: "evaluates CODE, echoes and exits; may be repeated",
  },
  { name: "quiet", short: "q", doc: "no lines at the start and no echo of results" },
  { name: "keep-going", doc: "a script goes on after an error, and ends in 1 all the same" },
  { name: "max-batches", value: "N", doc: "stops a stream gracefully when N of its batches have ended" },
  {
    name: "until-idle",
    value: "D",
    doc: "stops a stream gracefully when no batch had records for D, e.g. 10s (queues do not count theirs)",
  },
  { name: "run-for", value: "D", doc: "stops a stream gracefully when it has run for D, e.g. 5m" },
  {
    name: "check",
    value: "FILE",
    doc: "checks the types of FILE and of what it imports, and the rules for streams as far as the text tells; runs nothing",
  },
  { name: "transpile-only", doc: "does not check types" },
  { name: "no-predef", doc: "does not load ~/.tspark/predef.ts" },
  { name: "verbose", doc: "prints the configuration in effect and where each value comes from" },
  { name: "version", doc: "prints the version and exits" },
  { name: "help", short: "h", doc: "prints this help and exits" },
] as const satisfies readonly CliOption[];

/** The long name of an option. */
export type OptionName = (typeof OPTIONS)[number]["name"];
