import { readFileSync } from "node:fs";
import { E } from "./errors.js";

/** One setting of a properties file. */
export interface Property {
  readonly key: string;
  readonly value: string;
  /** The line it begins on, counted from 1. */
  readonly line: number;
}

/**
 * Reads the text of a properties file in Java's format, which is also that of `spark-defaults.conf`: a key and a value
 * with white space, `=` or `:` between them; `#` or `!` begins a comment line; a line that ends in `\` goes on in the next;
 * `\t`, `\n`, `\r`, `\f` and `\uXXXX` are escapes, any other character after `\` stands for itself. Values are trimmed,
 * as Spark trims them. A broken `\u` throws `BAD_PROPERTIES` with the line.
 *
 * @param file what a message calls the file
 * @example
 * parseProperties("spark.master  local[2]\n# more\nspark.ui.port=4050").map(p => p.value); // ["local[2]", "4050"]
 */
export function parseProperties(text: string, file = "properties"): Property[] {
  const natural = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const out: Property[] = [];
  for (let i = 0; i < natural.length; i++) {
    const line = i + 1;
    let logical = trimStart(natural[i]!);
    if (logical === "" || logical[0] === "#" || logical[0] === "!") continue;
    while (/(?<!\\)(?:\\\\)*\\$/.test(logical)) {
      const next = natural[++i];
      logical = logical.slice(0, -1) + (next === undefined ? "" : trimStart(next));
      if (next === undefined) break;
    }
    // The key ends at the first separator that no backslash precedes; one = or : may stand within white space.
    const m = /^((?:\\.|[^\\=:\s])*)(?:[ \t\f]*[=:][ \t\f]*|[ \t\f]+)?([\s\S]*)$/.exec(logical)!;
    const escaped = (part: string) => unescapeText(part, file, line);
    out.push({ key: escaped(m[1]!), value: escaped(m[2]!).trim(), line });
  }
  return out;
}

/** Reads and parses a properties file; one that is missing or unreadable throws `PROPERTIES_UNREADABLE`. */
export function readProperties(file: string): Property[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw E.PROPERTIES_UNREADABLE.because(error, file, reason(error));
  }
  return parseProperties(text, file);
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file. Check the path.";
  if (code === "EACCES") return "it may not be read. Check its permissions.";
  if (code === "EISDIR") return "it is a directory; name the file in it.";
  return `it could not be read: ${error instanceof Error ? error.message : String(error)}`;
}

function trimStart(line: string): string {
  return line.replace(/^[ \t\f]+/, "");
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescapeText(text: string, file: string, line: number): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, c: string) => {
    if (c.length === 5) return String.fromCharCode(Number.parseInt(c.slice(1), 16));
    if (c === "u")
      throw E.BAD_PROPERTIES(file, line, "\\u needs four hexadecimal digits after it; write \\\\u for the text \\u");
    return ESCAPES[c] ?? c;
  });
}
