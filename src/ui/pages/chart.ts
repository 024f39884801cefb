import { quantilesOf } from "../api/task-summary.js";
import { type Html, html } from "./html.js";
import { type PlotOptions, type Point, plot } from "./plot.js";

const WIDTH = 240;
const HEIGHT = 112;
const BINS = 16;

/**
 * A line over time beside a histogram of the same numbers, with p50, p95, p99 and the last one as text.
 *
 * @param limit drawn as a dashed line
 */
export function chart(
  title: string,
  points: readonly Point[],
  show: (value: number) => string,
  unit: PlotOptions["unit"],
  limit?: PlotOptions["limit"],
): Html {
  const values = points.flatMap(([, value]) => (value === undefined ? [] : [value]));
  if (values.length === 0) {
    return html`<figure><figcaption><strong>${title}</strong> <span class="soft">nothing yet</span></figcaption></figure>`;
  }
  const quantiles = quantilesOf(values, [0.5, 0.95, 0.99]);
  const facts = ["p50", "p95", "p99"].map((name, i) => [name, show(quantiles[i]!)] as const);
  const all = [...facts, ["last", show(values.at(-1)!)] as const];
  const label = `${title} over time, at most ${show(values.reduce((a, b) => Math.max(a, b)))}`;
  return html`<figure>
<figcaption><strong>${title}</strong> <dl class="quantiles">${all.map(([name, value]) => html`<div><dt>${name}</dt> <dd>${value}</dd></div> `)}</dl></figcaption>
<div class="charts">${plot(title, label, [{ label: title, points }], limit === undefined ? { unit } : { unit, limit })}${histogram(title, values, show)}</div>
</figure>`;
}

function histogram(title: string, values: readonly number[], show: (value: number) => string): Html {
  const [first, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  // One value alone stands in the middle.
  const width = (most - first) / BINS || 1;
  const least = most > first ? first : first - (width * BINS) / 2;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor((value - least) / width))]!++;
  const top = Math.max(...counts);
  const step = WIDTH / BINS;
  const bars = counts.map((count, i) => {
    const height = round((count / top) * (HEIGHT - 8));
    const from = least + i * width;
    return html`<rect x="${round(i * step)}" y="${round(HEIGHT - height)}" width="${round(step - 1.5)}" height="${height}"><title>${show(from)} to ${show(from + width)}: ${count}</title></rect>`;
  });
  const ends =
    most > first
      ? html`<span>${show(first)}</span><span>${show(most)}</span>`
      : html`<span></span><span>${show(first)}</span><span></span>`;
  return html`<div><svg class="histogram" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}: how often, from ${show(first)} to ${show(most)}">
${bars}<line x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"/></svg><p class="ends" aria-hidden="true">${ends}</p></div>`;
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
