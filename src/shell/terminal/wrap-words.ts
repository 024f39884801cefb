import { splitCharacters, textWidth } from "./text-width.js";

/** On a narrower screen words are broken: there is no room for any. */
const LEAST_COLUMNS = 20;

/** Beside a column of names a text needs so much room; with less it stands below the name. */
const LEAST_TEXT = 24;

/**
 * Breaks lines that are wider than `columns` at blanks. What goes on in the next row is indented as its line is, and by `hang`
 * more. Only a word that is wider than a whole row is broken itself.
 *
 * @example
 * wrapWords("one two three four five", 20, 2); // "one two three four\n  five"
 */
export function wrapWords(text: string, columns: number, hang = 0): string {
  const room = Math.max(LEAST_COLUMNS, columns);
  return text
    .split("\n")
    .map(line => (textWidth(line) <= room ? line : wrapLine(line, room, hang)))
    .join("\n");
}

function wrapLine(line: string, columns: number, hang: number): string {
  const indent = /^\s*/.exec(line)![0];
  const next = " ".repeat(Math.min(textWidth(indent) + hang, Math.floor(columns / 2)));
  const rows: string[] = [];
  let row = indent;
  let empty = true;
  for (const [, blank, text] of line.trim().matchAll(/(\s*)(\S+)/g)) {
    let word = text!;
    if (!empty && textWidth(row + blank + word) > columns) {
      rows.push(row);
      row = next;
      empty = true;
    }
    while (empty && textWidth(row) + textWidth(word) > columns) {
      const head = fitting(word, columns - textWidth(row));
      rows.push(row + head);
      word = word.slice(head.length);
      row = next;
    }
    row += empty ? word : blank + word;
    empty = false;
  }
  return [...rows, row].join("\n");
}

/** As much of the beginning of `word` as fits, a character at least. */
function fitting(word: string, columns: number): string {
  let head = "";
  for (const c of splitCharacters(word)) {
    if (head !== "" && textWidth(head + c) > columns) break;
    head += c;
  }
  return head;
}

/** Names with what is said of them, side by side where there is room for that. Without the last newline. */
export function formatNames(rows: readonly (readonly [string, string])[], columns: number): string {
  const width = Math.max(...rows.map(([name]) => textWidth(name))) + 2;
  if (columns - width < LEAST_TEXT) {
    return rows.map(([name, text]) => `${wrapWords(name, columns, 2)}\n${wrapWords(`  ${text}`, columns)}`).join("\n");
  }
  const beside = `\n${" ".repeat(width)}`;
  return rows
    .map(([name, text]) => name.padEnd(width) + wrapWords(text, columns - width).replaceAll("\n", beside))
    .join("\n");
}

/** Begins a paragraph: an item of a list, a tag. */
const BEGINS = /^\s*(?:[-*+]\s|\d+\.\s|@\w)/;

/**
 * Lays out what is written in a comment (Markdown with tags) for a screen: paragraphs of which a line is too wide are set anew, the
 * lines of examples and tables each by itself.
 */
export function wrapComment(text: string, columns: number): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  const end = () => {
    const wide = paragraph.some(line => textWidth(line) > columns);
    const lines = wide ? [[paragraph[0]!.trimEnd(), ...paragraph.slice(1).map(l => l.trim())].join(" ")] : paragraph;
    const hang = BEGINS.test(paragraph[0] ?? "") ? 2 : 0;
    for (const line of lines) out.push(wrapWords(line, columns, hang));
    paragraph = [];
  };
  let fenced = false;
  let example = false;
  for (const line of text.split("\n")) {
    const fence = /^\s*```/.test(line);
    if (!fenced && /^@\w/.test(line)) example = line.startsWith("@example");
    const asItIs = fence || fenced || example || /^(?: {4}|\s*(?:\||$))/.test(line);
    if (fence) fenced = !fenced;
    if (asItIs || BEGINS.test(line)) end();
    if (asItIs) out.push(wrapWords(line, columns, 2));
    else paragraph.push(line);
  }
  end();
  return out.join("\n");
}
