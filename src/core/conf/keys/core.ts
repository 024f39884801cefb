import { LOG_LEVELS } from "../../log/logger.js";
import type { ConfigEntry } from "../config-entry.js";
import { javaRegExp } from "../java-reg-exp.js";
import { parseMaster } from "../master.js";
import { atLeast, between } from "./checks.js";

/** What the text of a value lets a parser complain about, without the parser's own subject. */
function parses(parse: (text: string) => unknown): NonNullable<ConfigEntry["check"]> {
  return value => {
    try {
      parse(String(value));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}

/** Keys of the engine. */
export const CORE_KEYS: readonly ConfigEntry[] = [
  {
    key: "spark.master",
    doc: "Where jobs run: `local` (one thread), `local[N]`, `local[*]` (as many threads as cores), `local[N,F]` (F attempts of a task in all).",
    type: "string",
    since: "0.1.0",
    check: parses(parseMaster),
  },
  {
    key: "spark.app.name",
    doc: "The name of the application, shown on the status page.",
    type: "string",
    since: "0.1.0",
  },
  {
    key: "spark.app.id",
    doc: "The id of the application. Set by the context, `local-<ms>`.",
    type: "string",
    since: "0.1.0",
  },
  {
    key: "spark.default.parallelism",
    doc: "Partitions of `parallelize` and of shuffles where neither the call nor a partitioner says. Without it: the master's threads for `parallelize`, the largest upstream number for shuffles.",
    type: "int",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.log.level",
    doc: "The level from which log lines are shown, over the shell's own `WARN`.",
    type: "string",
    since: "0.1.0",
    values: [...LOG_LEVELS].sort(),
  },
  {
    key: "spark.tspark.log.levels",
    doc: "Levels of single components, by the names in their lines: `KafkaReader=DEBUG,SparkUI=OFF`.",
    type: "string",
    default: "",
    since: "0.1.0",
  },
  {
    key: "spark.log.structuredLogging.enabled",
    doc: "Writes log lines as JSON, one object a line, with `ts`, `level`, `msg`, `exception` and `logger`.",
    type: "boolean",
    default: "false",
    since: "0.1.0",
  },
  {
    key: "spark.tspark.log.file",
    doc: "A file that log lines are written into, too. Its directory is made where it is absent.",
    type: "string",
    since: "0.1.0",
  },
  {
    key: "spark.tspark.log.file.maxSize",
    doc: "The size at which the log file becomes `FILE.1` and another is begun.",
    type: "bytes",
    default: "10m",
    since: "0.1.0",
    check: atLeast(1),
  },
  {
    key: "spark.tspark.log.file.maxFiles",
    doc: "How many full log files are kept beside the one that is written.",
    type: "int",
    default: "5",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.local.dir",
    doc: "Where shuffles, caches and spills put their temporary files: one directory, or several with commas between them. Without it: the system's directory for temporary files.",
    type: "string",
    since: "0.1.0",
  },
  {
    key: "spark.driver.memory",
    doc: "The heap of the driver's process. The launcher starts Node with it; in code it comes too late and is refused. A number without a unit is mebibytes.",
    type: "mebibytes",
    default: "1g",
    since: "0.1.0",
    // With less Node ends in the middle of its start, and says so by a stack trace.
    check: value => (Number(value) < 32 ? "must be at least 32m" : undefined),
  },
  {
    key: "spark.memory.fraction",
    doc: "The part of the heap that shuffles, aggregations, sorts and the cache may fill before they spill or evict.",
    type: "double",
    default: "0.6",
    since: "0.1.0",
    check: between(0, 1),
  },
  {
    key: "spark.memory.storageFraction",
    doc: "The part of that memory which jobs at work cannot take from the cache.",
    type: "double",
    default: "0.5",
    since: "0.1.0",
    check: between(0, 1),
  },
  {
    key: "spark.tspark.memory.budget",
    doc: "What shuffles, aggregations, sorts and the cache of this process may fill together before they spill or evict, in place of `spark.memory.fraction` of V8's heap limit (`--max-old-space-size`) without 300 MB.",
    type: "bytes",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.redaction.regex",
    doc: "Keys or values that match show `*********(redacted)` wherever a configuration is shown. Java's regular expressions; a leading `(?i)` ignores case.",
    type: "string",
    default: "(?i)secret|password|passphrase|token|access[.]?key|credential|jaas",
    since: "0.1.0",
    check: parses(javaRegExp),
  },
  {
    key: "spark.port.maxRetries",
    doc: "How many further ports are tried when one is taken.",
    type: "int",
    default: "16",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.hadoop.validateOutputSpecs",
    doc: "Refuses to save into a directory that exists. `false` writes over it.",
    type: "boolean",
    default: "true",
    since: "0.1.0",
  },
  {
    key: "spark.hadoop.mapreduce.input.fileinputformat.split.minsize",
    doc: "The least bytes a split of a text file has.",
    type: "bytes",
    default: "1",
    since: "0.1.0",
    check: atLeast(0),
  },
  {
    key: "spark.tspark.placement",
    doc: "Which thread runs tasks at `local[N]`: `auto` (by the work: little of it in the driver's thread, much in workers), `workers` (always, where the closures can travel) or `driver` (always).",
    type: "string",
    default: "auto",
    since: "0.1.0",
    values: ["auto", "driver", "workers"],
  },
  {
    key: "spark.tspark.closure.strict",
    doc: "A closure that cannot travel to a worker fails with `Task not serializable`, instead of keeping its stage in the driver's thread.",
    type: "boolean",
    default: "false",
    since: "0.1.0",
  },
];
