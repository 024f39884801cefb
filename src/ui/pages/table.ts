import { type Html, html } from "./html.js";

/** Rows of a table on a page; the REST API has the rest. */
export const ROWS = 100;

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
  return html`${wholeTable(caption, columns, rows.slice(0, ROWS))}${more > 0 ? html`<p>and ${more} more</p>` : undefined}`;
}

/** A table of all rows: for lists of bounded length. */
export function wholeTable(caption: string, columns: readonly string[], rows: readonly Row[]): Html {
  return html`<div class="table" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(name => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    row => html`
<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`,
  )}
</tbody>
</table></div>`;
}

/** Names and values. */
export function facts(rows: readonly (readonly [string, Cell])[]): Html {
  return html`<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
