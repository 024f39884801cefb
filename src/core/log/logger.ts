import { systemClock } from "../clock/clock.js";
import { defineErrors } from "../errors/define-errors.js";
import { IllegalArgumentError } from "../errors/spark-error.js";

/** Spark's log levels, from the most to the least talkative. */
export const LOG_LEVELS = ["ALL", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const E = defineErrors("log", {
  UNKNOWN_LOG_LEVEL: {
    base: IllegalArgumentError,
    message: (level: string) =>
      `Supplied level ${level} did not match one of: ${[...LOG_LEVELS].sort().join(", ")}. Pass one of those, e.g. sc.setLogLevel("INFO").`,
    doc: "A log level was set that does not exist.",
  },
});

let threshold: number = LOG_LEVELS.indexOf("WARN");
let sink: (line: string) => void = line => process.stderr.write(line + "\n");

/** The level `text` names, in any case; an unknown one is an error that lists the levels. */
export function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find(l => l === String(text).toUpperCase());
  if (level === undefined) throw E.UNKNOWN_LOG_LEVEL(String(text));
  return level;
}

/** Lets through what is at least as grave as `level`. Spark's `sc.setLogLevel`. */
export function setLogLevel(level: string): void {
  threshold = LOG_LEVELS.indexOf(parseLogLevel(level));
}

/** Sends log lines to `write` (one line a call, without `\n`) instead of standard error; returns what undoes it. */
export function setLogSink(write: (line: string) => void): () => void {
  const before = sink;
  sink = write;
  return () => {
    sink = before;
  };
}

const two = (n: number) => String(n).padStart(2, "0");

/** `26/11/23 20:30:40 WARN Name: message`, in local time, as Spark's console layout has it. */
export function formatLogLine(time: number, level: LogLevel, name: string, message: string): string {
  const d = new Date(time);
  const date = `${two(d.getFullYear() % 100)}/${two(d.getMonth() + 1)}/${two(d.getDate())}`;
  return `${date} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())} ${level} ${name}: ${message}`;
}

/** A source of log lines. A message may be a function, which is called only when the line is let through. */
export class Logger {
  constructor(readonly name: string) {}

  isEnabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= threshold;
  }

  trace(message: string | (() => string)): void {
    this.#log("TRACE", message);
  }
  debug(message: string | (() => string)): void {
    this.#log("DEBUG", message);
  }
  info(message: string | (() => string)): void {
    this.#log("INFO", message);
  }
  /** @param error its message, and at DEBUG its stack, follows the message */
  warn(message: string | (() => string), error?: unknown): void {
    this.#log("WARN", message, error);
  }
  error(message: string | (() => string), error?: unknown): void {
    this.#log("ERROR", message, error);
  }

  #log(level: LogLevel, message: string | (() => string), error?: unknown): void {
    if (!this.isEnabled(level)) return;
    let text = typeof message === "function" ? message() : message;
    if (error !== undefined) {
      const debug = this.isEnabled("DEBUG") && error instanceof Error ? error.stack : undefined;
      text += debug ? `\n${debug}` : `: ${error instanceof Error ? error.message : String(error)}`;
    }
    sink(formatLogLine(systemClock.now(), level, this.name, text));
  }
}

const loggers = new Map<string, Logger>();

/** The logger of that name, made at the first call. */
export function getLogger(name: string): Logger {
  let logger = loggers.get(name);
  if (logger === undefined) {
    logger = new Logger(name);
    loggers.set(name, logger);
  }
  return logger;
}
