import { VERSION } from "../../core/version.js";
import type { Application } from "../status/application.js";
import { type Html, html } from "./html.js";

/** What is particular to a page. */
export interface Page {
  /** `Spark Jobs` */
  readonly title: string;
  /** The path of its tab. */
  readonly tab: string;
  readonly main: readonly (Html | undefined)[];
}

/** Makes a page of the application for the query of its URL; `undefined` where there is nothing of that name. */
export type PageMaker = (app: Application, query: URLSearchParams) => Page | undefined;

/** The whole document around what a page shows. */
export function layout(app: Application, { title, tab, main }: Page): string {
  const { sc } = app;
  const tabs = [
    ["/jobs/", "Jobs"],
    ["/stages/", "Stages"],
    ["/storage/", "Storage"],
    ["/environment/", "Environment"],
    ["/executors/", "Executors"],
    ...(app.streaming === undefined ? [] : [["/streaming/", "Streaming"]]),
  ] as const;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${sc.appName} - ${title}</title>
<link rel="stylesheet" href="/static/page.css">
<script src="/static/live.js" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header>
<p class="app"><strong>${sc.appName}</strong> ${sc.applicationId} on ${sc.master}, tspark ${VERSION}</p>
<nav aria-label="Pages"><ul>${tabs.map(
    ([path, name]) =>
      html`<li><a href="${path}"${path === tab ? html` aria-current="page"` : undefined}>${name}</a></li>`,
  )}</ul></nav>
<p class="live"><button type="button" id="pause" aria-pressed="false" hidden>Pause updates</button>
<span id="live-state" role="status"></span></p>
</header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
${content(main)}
</main>
<footer><p><a href="/api/v1/applications/${sc.applicationId}">As JSON</a>, <a href="/metrics/prometheus">metrics</a></p></footer>
</body>
</html>
`.text;
}

/** What of a page is pushed anew: its sections. */
export function content(main: Page["main"]): Html {
  return html`${main}`;
}
