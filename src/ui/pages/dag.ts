import { type Html, html } from "./html.js";

/** A box of a graph; `parents` are keys of boxes, and those that are not there are left out. */
export interface DagNode {
  readonly key: number;
  readonly name: string;
  /** Below the name: where it was made. */
  readonly detail: string;
  readonly parents: readonly number[];
  readonly href?: string;
  readonly cached?: boolean;
  /** Whether the page shows what the box leads to. */
  readonly current?: boolean;
}

const [BOX, HEIGHT, GAP_X, GAP_Y] = [236, 44, 40, 16];
/** Characters that fit into a box. */
const [NAME, DETAIL] = [31, 36];
/** Boxes at most; what comes first counts. */
const BOXES = 200;

/** A graph from left to right: each box stands to the right of what it comes from. */
export function dag(label: string, nodes: readonly DagNode[]): Html | undefined {
  const shown = [...nodes].sort((a, b) => a.key - b.key).slice(0, BOXES);
  if (shown.length === 0) return undefined;
  const byKey = new Map(shown.map(node => [node.key, node]));
  const columns = new Map<number, number>();
  // Keys grow along the graph, so a parent is placed before its children.
  for (const { key, parents } of shown) {
    const before = parents.filter(p => byKey.has(p) && p < key).map(p => columns.get(p)!);
    columns.set(key, before.length === 0 ? 0 : Math.max(...before) + 1);
  }
  const rows = new Map<number, number>();
  const place = new Map<number, { readonly x: number; readonly y: number }>();
  for (const { key } of shown) {
    const column = columns.get(key)!;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    place.set(key, { x: 2 + column * (BOX + GAP_X), y: 2 + row * (HEIGHT + GAP_Y) });
  }
  const width = 4 + rows.size * (BOX + GAP_X) - GAP_X;
  const height = 4 + Math.max(...rows.values()) * (HEIGHT + GAP_Y) - GAP_Y;
  const edges = shown.flatMap(({ key, parents }) =>
    parents.flatMap(parent => {
      const [from, to] = [place.get(parent), place.get(key)!];
      if (from === undefined || from.x >= to.x) return [];
      const [x1, y1, x2, y2] = [from.x + BOX, from.y + HEIGHT / 2, to.x - 2, to.y + HEIGHT / 2];
      const bend = (x2 - x1) / 2;
      return [
        html`<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" marker-end="url(#arrow)"/>`,
      ];
    }),
  );
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0"><svg class="dag" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${label}">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>
${edges}${shown.map(node => box(node, place.get(node.key)!))}
</svg></div>`;
}

function box(
  { name, detail, href, cached, current }: DagNode,
  { x, y }: { readonly x: number; readonly y: number },
): Html {
  const content = html`<title>${name}, ${detail}</title><rect${cached ? html` class="cached"` : undefined} x="${x}" y="${y}" width="${BOX}" height="${HEIGHT}" rx="6"/><text class="name" x="${x + 10}" y="${y + 18}">${cut(name, NAME)}</text><text x="${x + 10}" y="${y + 34}">${cut(detail, DETAIL)}</text>`;
  return href === undefined
    ? html`<g>${content}</g>`
    : html`<a href="${href}"${current ? html` aria-current="true"` : undefined}>${content}</a>`;
}

/** The end stays: a call site's file and line, the number of an RDD. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.floor(length / 3);
  return `${text.slice(0, length - end - 1)}…${text.slice(-end)}`;
}
