/**
 * A regular expression as Java writes it, for the keys whose values are such: flags stand in front, `(?i)`, and mean the
 * whole expression. A text that is none throws the `SyntaxError` of `RegExp`.
 *
 * @example
 * javaRegExp("(?i)secret").test("MY_SECRET"); // true
 */
export function javaRegExp(text: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(text);
  return flags ? new RegExp(text.slice(flags[0].length), flags[1]) : new RegExp(text);
}
