import { type Html, html } from "./html.js";
import { ROWS, type Row, wholeTable } from "./table.js";

/** Where a table stands: the path of its page, and what the query of its URL says. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A table of `items`, {@link ROWS} at a time: which of them, `<id>.page` of the query says. Only those are made into rows. */
export function pagedTable<T>(
  id: string,
  caption: string,
  columns: readonly string[],
  items: readonly T[],
  row: (item: T) => Row,
  place: Place,
): Html {
  const last = Math.max(1, Math.ceil(items.length / ROWS));
  const asked = /^[1-9]\d{0,8}$/.exec(place.query.get(`${id}.page`) ?? "")?.[0] ?? 1;
  const page = Math.min(Number(asked), last);
  const shown = items.slice((page - 1) * ROWS, page * ROWS);
  return html`${wholeTable(caption, columns, shown.map(row))}${last > 1 ? pager(id, caption, page, last, place) : undefined}`;
}

/** The names of the parameters of some tables. */
export function pageParameters(...ids: readonly string[]): string[] {
  return ids.map(id => `${id}.page`);
}

function pager(id: string, caption: string, page: number, last: number, { path, query }: Place): Html {
  const link = (to: number, rel: string, text: string) => {
    if (to < 1 || to > last) return undefined;
    const there = new URLSearchParams(query);
    there.set(`${id}.page`, String(to));
    return html` <a rel="${rel}" href="${path}?${there.toString()}#${id}">${text}</a>`;
  };
  return html`<p class="pages" role="navigation" aria-label="Pages of ${caption}">Page ${page} of ${last}${link(page - 1, "prev", "Previous")}${link(page + 1, "next", "Next")}</p>`;
}
