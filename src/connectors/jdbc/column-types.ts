import { E } from "./errors.js";

/** `"word varchar(20), \"N\" numeric(10, 2)"` taken apart: a name, which may be quoted, and a type each. */
export function parseColumnTypes(text: string): { readonly name: string; readonly type: string }[] {
  const columns: { name: string; type: string }[] = [];
  for (const part of splitAtCommas(text)) {
    const form = /^\s*(?:"((?:[^"]|"")+)"|([^\s"]+))\s+(\S[\s\S]*?)\s*$/.exec(part);
    if (form === null) {
      const rule = `${JSON.stringify(part.trim())} is not a column and its type, e.g. "word text, n bigint"`;
      throw E.JDBC_BAD_PROPERTY("createTableColumnTypes", text, rule);
    }
    columns.push({ name: form[1]?.replaceAll('""', '"') ?? form[2]!, type: form[3]! });
  }
  return columns;
}

/** At the commas outside of brackets and quotes. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [""];
  let depth = 0;
  let isQuoted = false;
  for (const c of text) {
    if (c === '"') isQuoted = !isQuoted;
    else if (!isQuoted && c === "(") depth++;
    else if (!isQuoted && c === ")") depth--;
    if (c === "," && depth === 0 && !isQuoted) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts;
}
