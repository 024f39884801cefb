import type { LogLevel } from "./log-level.js";

/** What a line of the log says. */
export interface LogEntry {
  /** ms since the epoch. */
  readonly time: number;
  readonly level: LogLevel;
  /** The component that says it. */
  readonly name: string;
  readonly message: string;
  /** What went wrong; absent where nothing did. */
  readonly error?: unknown;
  /** Whether the error's stack is wanted. */
  readonly stack: boolean;
}

/** An entry as text, without `\n` at its end. */
export type LogLayout = (entry: LogEntry) => string;

const two = (n: number) => String(n).padStart(2, "0");

/** `26/11/23 20:30:40 WARN Name: message`, in local time, as Spark's console layout has it. */
export function formatLogLine(time: number, level: LogLevel, name: string, message: string): string {
  const d = new Date(time);
  const date = `${two(d.getFullYear() % 100)}/${two(d.getMonth() + 1)}/${two(d.getDate())}`;
  return `${date} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())} ${level} ${name}: ${message}`;
}

/** Spark's console layout; an error's message, or its stack, follows. */
export function textLayout({ time, level, name, message, error, stack }: LogEntry): string {
  let text = message;
  if (error !== undefined) {
    const trace = stack && error instanceof Error ? error.stack : undefined;
    text += trace ? `\n${trace}` : `: ${error instanceof Error ? error.message : String(error)}`;
  }
  return formatLogLine(time, level, name, text);
}

/**
 * One JSON object a line, as Spark's structured logging has it:
 * `{"ts":"2026-11-23T20:30:40.123Z","level":"WARN","msg":"…","logger":"Name"}`, with `exception` where something failed.
 */
export function jsonLayout({ time, level, name, message, error }: LogEntry): string {
  const exception = error === undefined ? undefined : exceptionOf(error);
  return JSON.stringify({ ts: new Date(time).toISOString(), level, msg: message, exception, logger: name });
}

function exceptionOf(error: unknown) {
  if (!(error instanceof Error)) return { class: typeof error, msg: String(error) };
  const frames = error.stack?.split("\n").filter(line => /^\s+at /.test(line));
  return { class: error.name, msg: error.message, stacktrace: frames?.map(line => line.trim().slice(3)) };
}
