/**
 * Draws the plots of a page (`<div class="plot" data-plot="…">`) with uPlot, in the colours of the style sheet. A plot whose
 * section is pushed anew stays the same one and gets its new numbers.
 */
export const PLOT_SCRIPT = `"use strict";
const plots = new Map();
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const two = n => String(n).padStart(2, "0");
function clock(seconds) {
  const d = new Date(seconds * 1000);
  return two(d.getHours()) + ":" + two(d.getMinutes()) + ":" + two(d.getSeconds());
}
function short(n) {
  if (Math.abs(n) >= 1e9) return (n / 1e9).toFixed(1).replace(/\\.0$/, "") + "G";
  if (Math.abs(n) >= 1e6) return (n / 1e6).toFixed(1).replace(/\\.0$/, "") + "M";
  if (Math.abs(n) >= 1e4) return (n / 1e3).toFixed(1).replace(/\\.0$/, "") + "k";
  return String(Math.round(n * 100) / 100);
}
function show(n, unit) {
  if (n === null || n === undefined) return "-";
  if (unit === "ms") {
    if (n < 1000) return Math.round(n * 10) / 10 + " ms";
    if (n < 60000) return Math.round(n / 100) / 10 + " s";
    return Math.round(n / 6000) / 10 + " min";
  }
  return short(n) + (unit ? " " + unit : "");
}
function tip(spec) {
  let box;
  return {
    hooks: {
      init: u => { box = document.createElement("div"); box.className = "tip"; box.hidden = true; u.over.append(box); },
      setCursor: u => {
        const i = u.cursor.idx;
        // Only the plot under the pointer says its numbers; the others show the same time.
        box.hidden = i === null || i === undefined || !u.over.matches(":hover");
        if (box.hidden) return;
        const shown = u.spec.labels.map((label, s) => [label, u.data[s + 1][i]]).filter(([, v]) => v !== null);
        shown.sort((a, b) => b[1] - a[1]);
        const lines = shown.slice(0, 8).map(([label, v]) => (shown.length > 1 ? label + ": " : "") + show(v, u.spec.unit));
        box.innerText = [clock(u.data[0][i]), ...lines].join("\\n");
        const x = u.valToPos(u.data[0][i], "x");
        box.style.left = Math.max(0, Math.min(x + 8, u.over.clientWidth - box.offsetWidth)) + "px";
        box.style.top = "0px";
      },
    },
  };
}
function optionsOf(spec, place) {
  const soft = css("--soft"), line = css("--line");
  const axis = { stroke: soft, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  const one = spec.labels.length === 1;
  const series = spec.labels.map((label, i) => ({
    label,
    stroke: one ? css("--mark") : css("--s" + (i % 8)),
    width: 1.5,
    ...(one && { fill: css("--fill") }),
    spanGaps: true,
    points: { show: spec.x.length < 2 },
  }));
  if (spec.limit) series.push({ label: "limit", stroke: css("--limit"), width: 1.25, dash: [5, 4], points: { show: false } });
  return {
    width: Math.max(place.clientWidth, 50),
    height: place.clientHeight,
    pxAlign: 0,
    padding: spec.small ? [4, 0, 4, 0] : [8, 26, 0, 0],
    legend: { show: false },
    cursor: spec.small ? { show: false } : { y: false, sync: { key: "time" }, points: { size: 6 } },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    scales: {
      x: { time: true, range: (u, min, max) => (min === null ? [0, 1] : min === max ? [min - 1, max + 1] : [min, max]) },
      y: { range: (u, min, max) => [Math.min(0, min ?? 0), Math.max(max ?? 0, 0) * 1.08 || 1] },
    },
    axes: spec.small
      ? [{ show: false }, { show: false }]
      : [
          { ...axis, size: 27, gap: 8, values: (u, ticks) => ticks.map(clock), space: 90 },
          { ...axis, size: 64, space: 32, values: (u, ticks) => ticks.map(v => show(v, spec.unit === "ms" ? "ms" : "")) },
        ],
    series: [{}, ...series],
    plugins: spec.small ? [] : [tip(spec)],
  };
}
const dataOf = spec => [spec.x, ...spec.y, ...(spec.limit ? [spec.limit] : [])];
const shapeOf = spec => JSON.stringify([spec.labels, spec.unit, Boolean(spec.limit), Boolean(spec.small)]);
const resized = new ResizeObserver(entries => {
  for (const { target } of entries) {
    const kept = plots.get(target.dataset.key);
    if (kept && kept.place === target && target.clientWidth > 0) kept.u.setSize({ width: target.clientWidth, height: target.clientHeight });
  }
});
function drawPlots(within) {
  for (const place of within.querySelectorAll(".plot[data-plot]")) {
    const spec = JSON.parse(place.dataset.plot);
    const key = place.dataset.key;
    const kept = plots.get(key);
    if (kept && kept.shape === shapeOf(spec)) {
      if (kept.place !== place) { resized.unobserve(kept.place); place.replaceChildren(kept.u.root); kept.place = place; resized.observe(place); }
      kept.u.spec = spec;
      kept.u.setData(dataOf(spec));
      continue;
    }
    if (kept) { resized.unobserve(kept.place); kept.u.destroy(); }
    const u = new uPlot(optionsOf(spec, place), dataOf(spec), place);
    u.spec = spec;
    plots.set(key, { u, place, shape: shapeOf(spec) });
    resized.observe(place);
  }
}
function forgetPlots() {
  for (const [key, { u, place }] of plots) if (!place.isConnected) { resized.unobserve(place); u.destroy(); plots.delete(key); }
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const { u, place } of plots.values()) { resized.unobserve(place); u.destroy(); }
  plots.clear();
  drawPlots(document);
});
`;
