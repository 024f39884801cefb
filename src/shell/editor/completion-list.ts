import { textWidth } from "../terminal/text-width.js";

/** The longest text that all `names` begin with. */
export function commonPrefix(names: readonly string[]): string {
  let prefix = names[0] ?? "";
  for (const name of names) while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}

/**
 * Names in columns, read downwards as `ls` sets them, at most `rows` rows; what is left out is counted.
 *
 * @example
 * formatNames(["map", "mapValues"], 80, 10); // "map        mapValues\n"
 */
export function formatNames(names: readonly string[], columns: number, rows: number): string {
  const width = Math.max(...names.map(textWidth)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const shown = names.slice(0, across * Math.max(1, rows));
  const down = Math.ceil(shown.length / across);
  let out = "";
  for (let r = 0; r < down; r++) {
    const row = shown.filter((_, i) => i % down === r);
    out += `${row.map((name, i) => (i === row.length - 1 ? name : name + " ".repeat(width - textWidth(name)))).join("")}\n`;
  }
  const left = names.length - shown.length;
  return left > 0 ? `${out}… and ${left.toLocaleString("en-US")} more\n` : out;
}
