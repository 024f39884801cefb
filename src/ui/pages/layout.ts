import type { Application } from "../status/application.js";
import { type Html, html } from "./html.js";

/** What is particular to a page. */
export interface Page {
  /** `Spark Jobs` */
  readonly title: string;
  /** The path of its tab. */
  readonly tab: string;
  readonly main: readonly (Html | undefined)[];
  /** Whether its sections are cards beside each other. */
  readonly cards?: boolean;
}

/** Makes a page of the application for the query of its URL; `undefined` where there is nothing of that name. */
export type PageMaker = (app: Application, query: URLSearchParams) => Page | undefined;

/** The tabs of all pages there are now. @param current the path of the one that is shown */
function tabs(app: Application, current: string): Html {
  const all = [
    ["/jobs/", "Jobs"],
    ["/stages/", "Stages"],
    ["/storage/", "Storage"],
    ["/environment/", "Environment"],
    ["/executors/", "Executors"],
    ...(app.streaming === undefined ? [] : [["/streaming/", "Streaming"]]),
    ...(app.dashboard === undefined ? [] : [["/dashboard/", "Dashboard"]]),
  ] as const;
  return html`<nav aria-label="Pages"><ul>${all.map(
    ([path, name]) =>
      html`<li><a href="${path}"${path === current ? html` aria-current="page"` : undefined}>${name}</a></li>`,
  )}</ul></nav>`;
}

/** The whole document around what a page of an application shows. */
export function layout(app: Application, page: Page): string {
  const { title, tab, main, cards } = page;
  return whole(
    `${app.name} - ${title}`,
    html`<strong>${app.name}</strong> <span>${app.id} on ${app.master}, tspark ${app.version}</span>`,
    html`${app.isHistory ? ELSEWHERE : LIVE}
${tabs(app, tab)}`,
    html`<h1>${title}</h1>
<div id="sections"${cards ? html` class="dashboard"` : undefined}>${main}</div>`,
    html`<a href="/api/v1/applications/${app.id}">As JSON</a>${app.isHistory ? undefined : html` &middot; <a href="/metrics/prometheus">Metrics</a>`}`,
  );
}

/** A document that is about no application. */
export function barePage(title: string, main: readonly Html[]): string {
  return whole(
    title,
    html`<strong>${title}</strong>`,
    undefined,
    html`<h1>${title}</h1>
<div id="sections">${main}</div>`,
    html`<a href="/api/v1/applications">As JSON</a>`,
  );
}

function whole(title: string, name: Html, head: Html | undefined, main: Html, foot: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/uplot.css">
<link rel="stylesheet" href="/static/page.css">
<script src="/static/uplot.js" defer></script>
<script src="/static/live.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header><div class="bar">
<p class="app"><svg class="brand" viewBox="0 0 24 24" aria-hidden="true"><path d="${BOLT}"/></svg>
${name}</p>
${head}
</div></header>
<main id="main" tabindex="-1">
${main}
</main>
<footer><p>${foot}</p></footer>
</body>
</html>
`.text;
}

const ELSEWHERE = html`<p class="live"><a href="/history/">All applications</a></p>`;

const BOLT = "M13.5 1.5 4 13.4h6.2L8.9 22.5 20 9.6h-7.1z";

/** What a browser shows on the tab of the window. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#e8590c" d="${BOLT}"/></svg>`;

const LIVE = html`<p class="live"><span id="live-state" role="status"></span>
<button type="button" id="pause" aria-pressed="false" hidden>Pause updates</button></p>`;

/** What of a page is pushed anew: its sections, and the tabs, which come and go with streams and charts. */
export function content(app: Application, { tab, main }: Page): Html {
  return html`${tabs(app, tab)}${main}`;
}
