import type { LogEntry } from "../../core/log/log-layout.js";
import { formatLogLine, LOG_LEVELS } from "../../core/log/logger.js";

/** A chain of causes may be a circle. */
const MOST_CAUSES = 10;

/** What went wrong last, for `:why`: what failed, and what was warned of since. */
export class Troubles {
  #failure: { readonly story: () => string; readonly error: unknown } | undefined;
  #warning: (() => string) | undefined;

  /** @param explain all that is known of an error */
  constructor(private readonly explain: (error: unknown) => string) {}

  /** Something failed: an input, a command, a batch of a stream, something in the background. */
  failed(story: () => string, error?: unknown): void {
    this.#failure = { story, error };
    this.#warning = undefined;
  }

  /** An input was warned of; `text` as it was printed. */
  warned(text: string): void {
    this.#warning = () => `${text}\nThis is a warning: the input has run.`;
  }

  /** A line of the log. What is no warning, or tells of the failure that is known already, is no news. */
  logged(entry: LogEntry): void {
    if (LOG_LEVELS.indexOf(entry.level) < LOG_LEVELS.indexOf("WARN")) return;
    const { error } = entry;
    if (error !== undefined && causes(this.#failure?.error).some(e => causes(error).includes(e))) return;
    this.#warning = () => {
      const { time, level, name, message } = entry;
      const line = formatLogLine(time, level, name, message);
      const rest =
        level === "WARN"
          ? `This is a warning: what it tells of goes on. ":log ERROR ${name}" silences such lines.`
          : "Nothing of yours has failed with it.";
      return [line, ...(error === undefined ? [] : [this.explain(error)]), rest].join("\n");
    };
  }

  /** The newest of it, and what failed before. */
  story(): string {
    const failure = this.#failure?.story().trimEnd();
    const warning = this.#warning?.();
    if (warning === undefined) return failure ?? "Nothing has failed.";
    return `${warning}\n\n${failure === undefined ? "Nothing has failed." : `What failed last, before that:\n${failure}`}`;
  }
}

/** An error and its causes. */
function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let e = error; e instanceof Error && chain.length < MOST_CAUSES; e = e.cause) chain.push(e);
  return chain;
}
