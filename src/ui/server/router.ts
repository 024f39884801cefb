import { restApi } from "../api/rest-api.js";
import { overviewPage } from "../pages/overview-page.js";
import { PAGE_CSS } from "../pages/page-css.js";
import type { Application } from "../status/application.js";
import { type Answer, html, notFound, text } from "./answer.js";

/**
 * The answer to a GET of `target`, the path and query of a request line. Anything may come in: what is no path is
 * answered with 400, what is not there with 404.
 */
export function route(app: Application, target: string): Answer {
  let path: string[];
  let query: URLSearchParams;
  try {
    const url = new URL(target, "http://status.invalid");
    path = url.pathname
      .split("/")
      .filter(part => part !== "")
      .map(decodeURIComponent);
    query = url.searchParams;
  } catch {
    return text(400, "bad request: the path is not a valid one");
  }
  if (path.length === 0) return html(overviewPage(app));
  const found = path[0] === "api" && path[1] === "v1" ? restApi(app, path.slice(2), query) : STATIC[path.join("/")];
  return found ?? notFound(`not found: /${path.join("/")}`);
}

const STATIC: Readonly<Record<string, Answer>> = Object.assign(Object.create(null) as object, {
  "static/page.css": { status: 200, type: "text/css;charset=utf-8", body: PAGE_CSS },
});
