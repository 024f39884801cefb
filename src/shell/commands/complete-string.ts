import { fileNames } from "../editor/file-names.js";
import { highlight } from "../editor/highlight.js";
import type { Session } from "../session.js";
import { isModuleName } from "../types/module-names.js";
import type { Completions } from "../types/type-service.js";

/** A string that is open at the end of a text. */
export interface OpenString {
  /** Where its content begins. */
  readonly start: number;
  readonly content: string;
  /** What stands before its quote. */
  readonly before: string;
}

/** The string in which a text ends, quotes of both kinds; `undefined` when it ends outside of strings. */
export function openString(text: string): OpenString | undefined {
  const last = highlight(text).at(-1);
  if (last?.style !== "string" || last.end !== text.length) return undefined;
  const quote = text[last.start]!;
  if (quote !== "'" && quote !== '"') return undefined;
  const content = text.slice(last.start + 1);
  // Closed by a quote that no backslash stands before.
  if (content.endsWith(quote) && /(?:^|[^\\])(?:\\\\)*$/.test(content.slice(0, -1))) return undefined;
  return { start: last.start + 1, content, before: text.slice(0, last.start) };
}

/** A call on a configuration whose first argument is a key. */
const TAKES_KEY =
  /(?:conf\w*(?:\([^()]*\))?|\))\s*\.\s*(?:set|setIfMissing|get|getOption|contains|remove|config|isModifiable|unset|getInt|getLong|getBoolean|getTimeAsMs|getTimeAsSeconds|getSizeAsBytes)\(\s*$/i;

/**
 * What could stand in the string that is open at `cursor`: keys of the configuration in `conf.set("…")`, what the type asks for
 * (keys of an object, members of a union, modules), else names of files. `undefined` outside of strings.
 */
export async function completeString(
  session: Pick<Session, "complete">,
  text: string,
  cursor: number,
): Promise<Completions | undefined> {
  const open = openString(text.slice(0, cursor));
  if (!open) return undefined;
  const { start, content, before } = open;
  // A backslash or a quote would have to be written in another way than it is shown.
  const fitting = (names: readonly string[], kind: string) => ({
    start,
    items: names.filter(name => name.startsWith(content) && !/["'\\]/.test(name)).map(name => ({ name, kind })),
  });
  if (TAKES_KEY.test(before)) {
    const { CONFIG_ENTRIES } = await import("../../core/conf/keys.js");
    const keys = fitting(
      CONFIG_ENTRIES.map(entry => entry.key),
      "key",
    );
    if (keys.items.length > 0) return keys;
  }
  const typed = await session.complete(text, cursor);
  // The name of a module is none of just any file.
  if (typed.items.length > 0 || isModuleName(text, start)) return typed;
  return fitting(fileNames(content), "file");
}
