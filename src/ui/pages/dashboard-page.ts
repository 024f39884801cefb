import type { ChartView } from "../dashboard/dashboard-view.js";
import type { Application } from "../status/application.js";
import { bytes, dateTime, duration } from "./format.js";
import { type Html, html } from "./html.js";
import type { Page } from "./layout.js";
import { type Line, plot } from "./plot.js";
import { wholeTable } from "./table.js";

/** `/dashboard/`: the charts of `toDashboard`; `undefined` where there is none. */
export function dashboardPage(app: Application): Page | undefined {
  const charts = app.dashboard?.charts ?? [];
  if (charts.length === 0) return undefined;
  return { title: "Dashboard", tab: "/dashboard/", cards: true, main: charts.map(card) };
}

const DRAW: Readonly<Record<ChartView["kind"], (chart: ChartView, key: string) => Html>> = {
  line: lineChart,
  bar: barChart,
  table: tableChart,
  number: numberChart,
};

function card(chart: ChartView, i: number): Html {
  const key = `chart-${i}`;
  const last = chart.points.at(-1);
  const wide = chart.kind === "line" || (chart.kind === "table" && chart.columns.length > 3);
  return html`<section id="${key}" aria-labelledby="${key}-title"${wide ? html` class="wide"` : undefined}>
<h2 id="${key}-title">${chart.name}</h2>
${last === undefined ? html`<p class="soft">Nothing yet: the first batch brings something.</p>` : DRAW[chart.kind](chart, key)}
${chart.error === undefined ? undefined : html`<pre class="bad">${chart.error}</pre>`}
${last === undefined ? undefined : html`<p class="stamp">Batch of ${dateTime(last.time)}</p>`}
</section>`;
}

function lineChart(chart: ChartView, key: string): Html {
  const labels = labelsOf(chart);
  const lines = labels.map(
    (label): Line => ({ label, points: chart.points.map(p => [p.time, p.values.get(label) ?? 0] as const) }),
  );
  const newest = chart.points.at(-1)!.values;
  const words = labels.map(label => `${label} ${shown(newest.get(label) ?? 0, chart.unit)}`).join(", ");
  return html`${plot(key, `${chart.name} over time; now ${words}`, lines, { unit: chart.unit })}
<ul class="legend">${labels.map((label, i) => html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><circle class="s${labels.length === 1 ? 0 : i % 8}" cx="5" cy="5" r="5"/></svg>${label}: ${shown(newest.get(label) ?? 0, chart.unit)}</li> `)}</ul>`;
}

/** Of all batches, in the order of their first coming, as many as one batch may have. */
function labelsOf({ points }: ChartView): string[] {
  const most = points.reduce((n, p) => Math.max(n, p.values.size), 1);
  const newest = [...points].reverse().flatMap(p => [...p.values.keys()]);
  return [...new Set(newest)].slice(0, Math.max(8, most)).sort();
}

function barChart(chart: ChartView): Html {
  const filled = [...chart.points].reverse().find(p => p.values.size > 0);
  if (filled === undefined) return html`<p class="soft">No batch had an element yet.</p>`;
  const bars = [...filled.values];
  const top = Math.max(...bars.map(([, value]) => Math.abs(value)), 0) || 1;
  return html`<div class="bars">${wholeTable(
    chart.name,
    ["Label", "Compared", "Value"],
    bars.map(([label, value]) => [label, bar(Math.abs(value) / top), shown(value, chart.unit)]),
  )}</div>${rest(chart)}`;
}

function bar(part: number): Html {
  return html`<svg aria-hidden="true" preserveAspectRatio="none"><rect width="${(part * 100).toFixed(1)}%" height="100%"/></svg>`;
}

function tableChart(chart: ChartView): Html {
  if (chart.rows.length === 0) return html`<p class="soft">No batch had an element yet.</p>`;
  return html`${wholeTable(chart.name, chart.columns, chart.rows)}${rest(chart)}`;
}

function rest({ more, kind }: ChartView): Html | undefined {
  if (more === 0) return undefined;
  return html`<p class="soft">${kind === "table" ? "and more" : `and ${more} more`}</p>`;
}

function numberChart(chart: ChartView, key: string): Html {
  const total = (values: ReadonlyMap<string, number>) => [...values.values()].reduce((a, b) => a + b, 0);
  const points = chart.points.map(p => [p.time, total(p.values)] as const);
  const last = points.at(-1)![1];
  const [, number, unit] = /^(\S+)(?: (.*))?$/.exec(shown(last, chart.unit))!;
  return html`<p class="number">${number}${unit === undefined ? undefined : html`<small>${unit}</small>`}</p>
${plot(key, `${chart.name} over time; now ${shown(last, chart.unit)}`, [{ label: chart.name, points }], { unit: chart.unit, small: true })}`;
}

/** A number for people, with its unit. */
function shown(value: number, unit: string): string {
  if (unit === "ms") return duration(value);
  if (unit === "B") return bytes(value);
  const text = Number.isInteger(value) ? value.toLocaleString("en-US") : String(Number(value.toPrecision(6)));
  return unit === "" ? text : `${text} ${unit}`;
}
