import { errorTables } from "../../core/errors/define-errors.js";
import { SparkError } from "../../core/errors/spark-error.js";
import { CommandError } from "../errors.js";

/** A chain of causes may be a circle. */
const MOST_CAUSES = 10;

/**
 * All that is known of an error: what `explain` says of it, and what the documentation says of the codes of tspark's own
 * errors in its chain of causes.
 */
export function failureStory(error: unknown, explain: (error: unknown) => string): string {
  // The stack of a command's refusal is the shell's own: its message says it all.
  const told = error instanceof CommandError && error.cause === undefined ? error.message : explain(error);
  return [told, ...documentation(error)].join("\n");
}

function documentation(error: unknown): string[] {
  const lines = new Set<string>();
  let current = error;
  for (let i = 0; i < MOST_CAUSES && current instanceof SparkError; i++, current = current.cause) {
    const doc = docOf(current.code);
    if (doc !== undefined) lines.add(`${current.code}: ${doc}`);
  }
  return [...lines];
}

function docOf(code: string): string | undefined {
  for (const rows of errorTables.values()) {
    const row = rows[code];
    if (row !== undefined) return row.doc;
  }
  return undefined;
}
