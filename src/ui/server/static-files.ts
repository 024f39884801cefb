import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { CHART_CSS } from "../pages/chart-css.js";
import { ICON } from "../pages/layout.js";
import { LIVE_SCRIPT } from "../pages/live-script.js";
import { PAGE_CSS } from "../pages/page-css.js";
import { PLOT_SCRIPT } from "../pages/plot-script.js";
import type { Answer } from "./answer.js";

const CSS = "text/css;charset=utf-8";
const JAVASCRIPT = "text/javascript;charset=utf-8";

/** What the pages load, by path; nothing comes from elsewhere. The chart library is the one of the package's own. */
const FILES: Readonly<Record<string, () => Answer>> = Object.assign(Object.create(null) as object, {
  "static/page.css": () => file(CSS, PAGE_CSS + CHART_CSS),
  "static/live.js": () => file(JAVASCRIPT, PLOT_SCRIPT + LIVE_SCRIPT),
  "static/icon.svg": () => file("image/svg+xml", ICON),
  "static/uplot.js": () => library(JAVASCRIPT, "uPlot.iife.min.js"),
  "static/uplot.css": () => library(CSS, "uPlot.min.css"),
});

/** The file at a path; `undefined` where there is none. */
export function staticFile(path: string): Answer | undefined {
  return FILES[path]?.();
}

function file(type: string, body: string): Answer {
  return { status: 200, type, body };
}

const read = new Map<string, string>();

function library(type: string, name: string): Answer {
  let body = read.get(name);
  if (body === undefined) {
    const require = createRequire(import.meta.url);
    read.set(name, (body = readFileSync(require.resolve(`uplot/dist/${name}`), "utf8")));
  }
  return file(type, body);
}
