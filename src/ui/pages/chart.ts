import { quantilesOf } from "../api/task-summary.js";
import { type Html, html } from "./html.js";

const WIDTH = 480;
const HEIGHT = 120;
const BINS = 12;

/** A number that was taken at a time, ms since the epoch. */
export type Point = readonly [time: number, value: number];

/**
 * A line over time beside a histogram of the same numbers, with p50, p95 and p99 as text.
 *
 * @param limit drawn as a line across, where it is in reach
 */
export function chart(title: string, points: readonly Point[], show: (value: number) => string, limit?: number): Html {
  if (points.length === 0) return html`<figure><figcaption>${title}: nothing yet</figcaption></figure>`;
  const values = points.map(([, value]) => value);
  const [p50, p95, p99] = quantilesOf(values, [0.5, 0.95, 0.99]);
  const text = `p50 ${show(p50!)}, p95 ${show(p95!)}, p99 ${show(p99!)}, last ${show(values.at(-1)!)}`;
  return html`<figure>
<figcaption><strong>${title}</strong> <span>${text}</span></figcaption>
<div class="charts">${timeline(title, points, show, limit)}${histogram(title, values, show)}</div>
</figure>`;
}

function timeline(title: string, points: readonly Point[], show: (value: number) => string, limit?: number): Html {
  const times = points.map(([time]) => time);
  const first = times.reduce((a, b) => Math.min(a, b));
  const span = Math.max(1, times.reduce((a, b) => Math.max(a, b)) - first);
  const top = points.reduce((a, [, value]) => Math.max(a, value), 0) || 1;
  const y = (value: number) => round(HEIGHT - 4 - (value / top) * (HEIGHT - 20));
  const line = points.map(([time, value]) => `${round(((time - first) / span) * WIDTH)},${y(value)}`).join(" ");
  const limitLine =
    limit !== undefined && limit <= top
      ? html`<line class="limit" x1="0" x2="${WIDTH}" y1="${y(limit)}" y2="${y(limit)}"/>`
      : undefined;
  return html`<svg class="timeline" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title} over time, at most ${show(top)}">
<text x="0" y="11">${show(top)}</text>${limitLine}
<polyline points="${points.length === 1 ? `${line} ${WIDTH},${y(points[0]![1])}` : line}"/></svg>`;
}

function histogram(title: string, values: readonly number[], show: (value: number) => string): Html {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const width = (most - least) / BINS || 1;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor((value - least) / width))]!++;
  const top = Math.max(...counts);
  const step = WIDTH / 2 / BINS;
  const bars = counts.map((count, i) => {
    const height = round((count / top) * (HEIGHT - 20));
    const from = least + i * width;
    return html`<rect x="${round(i * step)}" y="${round(HEIGHT - 4 - height)}" width="${round(step - 1)}" height="${height}"><title>${show(from)} to ${show(from + width)}: ${count}</title></rect>`;
  });
  return html`<svg class="histogram" viewBox="0 0 ${WIDTH / 2} ${HEIGHT}" role="img" aria-label="${title}: how often, from ${show(least)} to ${show(most)}">
${bars}<text x="0" y="11">${show(least)} to ${show(most)}</text></svg>`;
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}
