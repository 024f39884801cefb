/** Where a `?` has no meaning of its own: texts, quoted names, comments, texts between dollars. */
const PASSED_OVER =
  /\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$[\s\S]*?\$\1\$|\?\?|\?/g;

/**
 * Puts something in the place of each placeholder `?` of a statement, and counts them. As with JDBC, `??` is a `?` that is none:
 * an operator.
 */
export function replacePlaceholders(
  sql: string,
  replacement: (index: number) => string,
): { readonly sql: string; readonly count: number } {
  let count = 0;
  const replaced = sql.replace(PASSED_OVER, found => {
    if (found === "??") return "?";
    return found === "?" ? replacement(count++) : found;
  });
  return { sql: replaced, count };
}
