import { systemClock } from "../clock/clock.js";
import { type LogEntry, type LogLayout, textLayout } from "./log-layout.js";
import { LOG_LEVELS, type LogLevel, parseLogLevel } from "./log-level.js";

export { formatLogLine } from "./log-layout.js";
export { LOG_LEVELS, type LogLevel, parseLogLevel } from "./log-level.js";

let threshold = gravity("WARN");
/** Those of components that have one of their own. */
const thresholds = new Map<string, number>();
let sink: (line: string) => void = line => process.stderr.write(line + "\n");
let layout: LogLayout = textLayout;
const listeners = new Set<(entry: LogEntry) => void>();
let file: ((line: string) => void) | undefined;

function gravity(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}

/**
 * Lets through what is at least as grave as `level`. Spark's `sc.setLogLevel`.
 *
 * @param component that one alone, by the name in its lines; it keeps its level when that of all is changed
 */
export function setLogLevel(level: string, component?: string): void {
  const least = gravity(parseLogLevel(level));
  if (component === undefined) threshold = least;
  else thresholds.set(component, least);
}

/** Gives no component a level of its own any more. */
export function clearComponentLevels(): void {
  thresholds.clear();
}

/** Sends log lines to `write` (one line a call, without `\n`) instead of standard error; returns what undoes it. */
export function setLogSink(write: (line: string) => void): () => void {
  const before = sink;
  sink = write;
  return () => {
    sink = before;
  };
}

/** What lines look like. */
export function setLogLayout(next: LogLayout): void {
  layout = next;
}

/** Sends lines to `write` too; `undefined` ends that. */
export function setLogFile(write: ((line: string) => void) | undefined): void {
  file = write;
}

/** Tells `listener` of each line that is let through; returns what ends that. */
export function listenToLog(listener: (entry: LogEntry) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A source of log lines. A message may be a function, which is called only when the line is let through. */
export class Logger {
  constructor(readonly name: string) {}

  isEnabled(level: LogLevel): boolean {
    return gravity(level) >= (thresholds.get(this.name) ?? threshold);
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
    const text = typeof message === "function" ? message() : message;
    const stack = this.isEnabled("DEBUG");
    const entry: LogEntry = { time: systemClock.now(), level, name: this.name, message: text, error, stack };
    const line = layout(entry);
    sink(line);
    file?.(line);
    for (const listener of listeners) listener(entry);
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
