import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock, Timer } from "../../core/clock/clock.js";
import { findConfigEntry } from "../../core/conf/keys.js";
import { redact } from "../../core/conf/redact.js";
import type { SparkConf } from "../../core/conf/spark-conf.js";
import { schemeOf } from "../../core/io/file-systems.js";
import { makeFolders } from "../../core/io/make-folders.js";
import { getLogger } from "../../core/log/logger.js";
import { memoryBudget } from "../../core/memory/memory-budget.js";
import type { SparkEvents } from "../../core/scheduler/events.js";
import type { SparkContext } from "../../core/spark-context.js";
import { VERSION } from "../../core/version.js";
import { E } from "../errors.js";
import { processEnvironment } from "../status/environment.js";
import { type EventJson, eventJson, headerJson } from "./event-json.js";

const log = getLogger("EventLoggingListener");

/** ms after which what is buffered is written, whatever happens. */
const LATEST = 1000;

/**
 * Writes what happens to an application into a file, one event a line, in Spark's JSON form: `tspark-history` shows it when
 * the application has ended, and so does Spark's own history server. As long as the application runs, the name of the file
 * ends in `.inprogress`. Secrets are redacted. Spark's name: `EventLoggingListener`.
 */
export class EventLog {
  /** Where it will be when the application has ended. */
  readonly file: string;
  readonly #clock: Clock;
  readonly #bufferSize: number;
  readonly #blockUpdates: boolean;
  readonly #hide: (properties: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  #fd: number | undefined;
  #lines: string[] = [];
  #size = 0;
  #timer: Timer | undefined;

  /** @throws SparkError when the file cannot be made */
  constructor(sc: SparkContext) {
    const { conf } = sc;
    const dir = directoryOf(conf.get("spark.eventLog.dir", findConfigEntry("spark.eventLog.dir")?.default));
    const regex = conf.get("spark.redaction.regex", findConfigEntry("spark.redaction.regex")?.default);
    this.file = path.join(dir, sc.applicationId);
    this.#clock = sc.clock;
    this.#bufferSize = bufferSize(conf);
    this.#blockUpdates = conf.getBoolean("spark.eventLog.logBlockUpdates.enabled");
    this.#hide = properties => Object.fromEntries(redact(regex, Object.entries(properties)));
    try {
      makeFolders(dir);
      if (conf.getBoolean("spark.eventLog.overwrite")) rmSync(this.#inProgress, { force: true });
      this.#fd = openSync(this.#inProgress, "wx", 0o660);
    } catch (error) {
      throw E.EVENT_LOG.because(error as Error, this.#inProgress, (error as Error).message);
    }
    const environment = processEnvironment(conf, sc.applicationId);
    const { start, then } = headerJson(VERSION, environment, sc.startTime, sc.defaultParallelism, memoryBudget(conf));
    this.write(start);
    for (const event of then) this.write(event);
  }

  get #inProgress(): string {
    return `${this.file}.inprogress`;
  }

  /** Takes in an event; the end of the application ends the file. */
  on<K extends keyof SparkEvents>(name: K, event: SparkEvents[K]): void {
    if (name === "onBlockUpdated" && !this.#blockUpdates) return;
    this.write(eventJson(name, event, this.#hide));
    if (name === "onJobEnd") this.#flush();
    if (name === "onApplicationEnd") this.#end();
  }

  /** Takes in an event as it is to be written. */
  write(event: EventJson): void {
    if (this.#fd === undefined) return;
    const line = `${JSON.stringify(event)}\n`;
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size >= this.#bufferSize) this.#flush();
    else this.#timer ??= this.#clock.at(this.#clock.now() + LATEST, () => this.#flush());
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#fd === undefined || this.#lines.length === 0) return;
    const text = this.#lines.join("");
    this.#lines = [];
    this.#size = 0;
    try {
      writeSync(this.#fd, text);
    } catch (error) {
      log.error(`The event log ${this.#inProgress} ends here`, error);
      closeSync(this.#fd);
      this.#fd = undefined;
    }
  }

  #end(): void {
    this.#flush();
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    try {
      renameSync(this.#inProgress, this.file);
    } catch (error) {
      log.error(`The event log ${this.#inProgress} could not be given its name`, error);
    }
  }
}

/** Bytes; a number without a unit is KiB, as in Spark. */
function bufferSize(conf: SparkConf): number {
  const key = "spark.eventLog.buffer.kb";
  const given = conf.get(key, findConfigEntry(key)?.default);
  return /^\d+$/.test(given) ? Number(given) * 1024 : conf.getSizeAsBytes(key, given);
}

/** @throws SparkError when it is of another file system, where nothing can be appended */
function directoryOf(dir: string): string {
  if (dir.startsWith("file:")) return fileURLToPath(dir.replace(/^file:\/*/, "file:///"));
  const scheme = schemeOf(dir);
  if (scheme === undefined) return dir;
  const why = `it is written to this machine, not by ${scheme}:. Copy it when it has ended`;
  throw E.EVENT_LOG(dir, why);
}
