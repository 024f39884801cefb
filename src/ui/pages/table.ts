import { type Html, html } from "./html.js";

/** Rows of a table on a page; the REST API has the rest. */
export const ROWS = 100;

/** Columns from which on their names may take several lines. */
const MANY = 12;

export type Cell = string | number | Html;
export type Row = readonly Cell[];

/** A section of a page: what pushed updates replace when it has changed. */
export function section(id: string, title: string, ...content: readonly (Html | undefined)[]): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>`;
}

/** A table that scrolls on its own; its first {@link ROWS} rows, and how many more there are. */
export function table(caption: string, columns: readonly string[], rows: readonly Row[]): Html {
  const more = rows.length - ROWS;
  return html`${wholeTable(caption, columns, rows.slice(0, ROWS))}${more > 0 ? html`<p class="soft">and ${more} more</p>` : undefined}`;
}

/** A table of all rows, for lists of bounded length. Columns of numbers stand to the right. */
export function wholeTable(caption: string, columns: readonly string[], rows: readonly Row[]): Html {
  // The first column is what the row is about: it stays to the left, also where it is a number.
  const kinds = columns.map((_, i) => (i === 0 ? firstKind(rows) : kindOf(rows.map(row => row[i]))));
  return html`<div class="table${columns.length > MANY ? " many" : ""}" role="group" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map((name, i) => html`<th scope="col"${kinds[i] === "n" ? RIGHT : undefined}>${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    row => html`
<tr>${row.map((cell, i) => html`<td${CLASSES[kinds[i] ?? ""]}>${cell}</td>`)}</tr>`,
  )}
</tbody>
</table></div>`;
}

const RIGHT = html` class="n"`;
const CLASSES: Readonly<Record<string, Html>> = { n: RIGHT, t: html` class="t"`, w: html` class="w"` };
/** Characters from which on a text wants room also where there is little. */
const LONG = 24;

const NUMBER = /^-?[\d.,]+%?(?: ?(?:B|[KMGT]iB|ms|s|min|h|records?(?:\/s)?))?(?: \/ [\d.,]+(?: (?:B|[KMGT]iB))?)?$/;
const TIME = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/;

/** `n`: numbers with or without a unit, `t`: times, which are not broken into lines, `w`: long texts. */
function kindOf(cells: readonly (Cell | undefined)[]): "n" | "t" | "w" | undefined {
  const texts = cells.map(cell => (typeof cell === "object" ? cell.text.replace(/<[^>]*>/g, "") : String(cell ?? "")));
  const filled = texts.filter(text => text !== "" && text !== "-");
  if (filled.length === 0) return undefined;
  if (filled.every(text => NUMBER.test(text))) return "n";
  if (filled.every(text => TIME.test(text))) return "t";
  return filled.some(text => text.length >= LONG) ? "w" : undefined;
}

function firstKind(rows: readonly Row[]): "t" | "w" | undefined {
  const kind = kindOf(rows.map(row => row[0]));
  return kind === "n" ? "t" : kind;
}

/** How many there were, where some are forgotten: `2000, only showing 1000`. */
export function countOf(shown: number, all: number): string {
  return shown < all ? `${all}, only showing ${shown}` : String(shown);
}

/** Names and values. */
export function facts(rows: readonly (readonly [string, Cell])[]): Html {
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div${widthOf(value)}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Long texts get the room of several. */
function widthOf(value: Cell): Html | undefined {
  const { length } = typeof value === "object" ? value.text.replace(/<[^>]*>/g, "") : String(value);
  return length > 40 ? html` class="whole"` : length > 20 ? html` class="wide"` : undefined;
}

/** How something is: green for what went well, red for what failed, blue for what runs. */
export function pill(status: string): Html {
  const text = status.toUpperCase();
  const kind = /^(SUCCE|COMPLETE|ACTIVE$|SUCCESS)/.test(text)
    ? "good"
    : /FAIL|INACTIVE|ERROR/.test(text)
      ? "failed"
      : /RUNN|PROCESSING/.test(text)
        ? "busy"
        : "";
  return html`<span class="pill ${kind}">${status}</span>`;
}

/** `3/4 (1 failed)` above a bar. */
export function progress(done: number, total: number, failed: number, running: boolean): Html {
  const kind = failed > 0 ? "failed" : running ? "busy" : "";
  return html`<span class="progress">${done}/${total}${failed > 0 ? html` <span class="bad">(${failed} failed)</span>` : undefined}<progress class="${kind}" max="${Math.max(1, total)}" value="${Math.min(done, Math.max(1, total))}" aria-hidden="true"></progress></span>`;
}
