import { type Html, html } from "./html.js";

/** A number that was taken at a time, ms since the epoch; `undefined` where there was none then. */
export type Point = readonly [time: number, value: number | undefined];

/** Points of a line that are drawn; of more, the highest of each group stand for their group. */
const DRAWN = 240;

/** One line of a plot. */
export interface Line {
  readonly label: string;
  readonly points: readonly Point[];
}

/** How a plot is drawn. */
export interface PlotOptions {
  /** `ms`, `records/s`, `B` or whatever stands behind the numbers. */
  readonly unit: string;
  /** Without axes. */
  readonly small?: boolean;
  /** A dashed line: by time, or one for all times. */
  readonly limit?: number | readonly Point[];
}

/**
 * The place of a plot over time, with what the script of the page draws there. Without the script it stays empty, so what
 * matters is said beside it in words too.
 *
 * @param key names the plot on its page, so that it stays the same one when it is pushed anew
 * @param label what a screen reader says
 */
export function plot(key: string, label: string, lines: readonly Line[], options: PlotOptions): Html {
  const times = thinned(lines);
  const at = lines.map(line => new Map(line.points));
  const limit = options.limit;
  const limits = typeof limit === "number" ? times.map(() => limit) : limit && valuesAt(new Map(limit), times);
  const spec = {
    unit: options.unit,
    labels: lines.map(line => line.label),
    x: times.map(time => time / 1000),
    y: at.map(values => valuesAt(values, times)),
    ...(limits?.some(value => value !== null) && { limit: limits }),
    ...(options.small && { small: true }),
  };
  return html`<div class="plot${options.small ? " small" : ""}" role="img" aria-label="${label}" data-key="${key}" data-plot="${JSON.stringify(spec)}"></div>`;
}

function valuesAt(values: ReadonlyMap<number, number | undefined>, times: readonly number[]): (number | null)[] {
  return times.map(time => rounded(values.get(time)));
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1000) / 1000;
}

/** The times that are drawn: of each group of neighbours the one with the highest value. */
function thinned(lines: readonly Line[]): number[] {
  const highest = new Map<number, number>();
  for (const { points } of lines) {
    for (const [time, value = 0] of points) highest.set(time, Math.max(value, highest.get(time) ?? value));
  }
  const all = [...highest].sort(([a], [b]) => a - b);
  if (all.length <= DRAWN) return all.map(([time]) => time);
  return Array.from({ length: DRAWN }, (_, i) => {
    const group = all.slice(Math.floor((i * all.length) / DRAWN), Math.floor(((i + 1) * all.length) / DRAWN));
    return group.reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  });
}
