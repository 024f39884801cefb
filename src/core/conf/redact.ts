import { javaRegExp } from "./java-reg-exp.js";

/** What stands in the place of a secret. */
export const REDACTED = "*********(redacted)";

/** Shown whatever they hold: the expression names secrets itself, and the application's name is on every page. */
const NEVER_SECRET: ReadonlySet<string> = new Set(["spark.redaction.regex", "spark.app.name"]);

/**
 * The settings with every value replaced whose key, or which itself, matches `regex` (`spark.redaction.regex`), as
 * Spark's `Utils.redact`. Order is kept.
 *
 * @example
 * redact("(?i)password", [["spark.db.password", "x"]]); // [["spark.db.password", "*********(redacted)"]]
 */
export function redact(regex: string, settings: Iterable<readonly [string, string]>): [string, string][] {
  const pattern = javaRegExp(regex);
  const secret = (key: string, value: string) => !NEVER_SECRET.has(key) && (pattern.test(key) || pattern.test(value));
  return Array.from(settings, ([key, value]) => [key, secret(key, value) ? REDACTED : value]);
}
