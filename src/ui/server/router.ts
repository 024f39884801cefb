import { PROMETHEUS_TYPE, prometheusText } from "../api/prometheus.js";
import { restApi } from "../api/rest-api.js";
import { content, layout, type Page } from "../pages/layout.js";
import { PAGES } from "../pages/pages.js";
import type { Application } from "../status/application.js";
import { type Answer, html, notFound, text } from "./answer.js";
import { staticFile } from "./static-files.js";

interface Target {
  /** The parts of the path, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * The answer to a GET of `target`, the path and query of a request line. Anything may come in: what is no path is
 * answered with 400, what is not there with 404.
 */
export function route(app: Application, target: string): Answer {
  const parsed = parse(target);
  if (parsed === undefined) return text(400, "bad request: the path is not a valid one");
  const { path, query } = parsed;
  const page = pageOf(app, parsed);
  if (page !== undefined) return html(layout(app, page));
  if (path.join("/") === "metrics/prometheus") return { status: 200, type: PROMETHEUS_TYPE, body: prometheusText(app) };
  const found = path[0] === "api" && path[1] === "v1" ? restApi(app, path.slice(2), query) : staticFile(path.join("/"));
  return found ?? notFound(absent(path.join("/"), query));
}

/** What is told of a page that shows nothing now, by its path. */
const ABSENT: ReadonlyMap<string, string> = new Map([
  ["jobs/job", "unknown job"],
  ["stages/stage", "unknown stage"],
  ["storage/rdd", "not in the cache: RDD"],
  ["streaming/batch", "unknown batch"],
]);

function absent(path: string, query: URLSearchParams): string {
  const what = ABSENT.get(path);
  if (what !== undefined) return `${what} ${query.get("id") ?? "without ?id="}`;
  return path === "streaming" ? "not found: no streaming context runs" : `not found: /${path}`;
}

/**
 * The page that a target asks for, in one form however it is asked for: what of its query the page does not read is left
 * out. `undefined` where it is none.
 */
export function pageTarget(target: string): string | undefined {
  const parsed = parse(target);
  const path = parsed?.path.join("/") ?? "";
  const entry = PAGES.get(path);
  if (parsed === undefined || entry === undefined) return undefined;
  const query = new URLSearchParams();
  for (const name of entry.parameters) {
    const value = parsed.query.get(name);
    if (value !== null) query.set(name, value);
  }
  return `/${path}?${query}`;
}

/** What is pushed to who looks at a page: its sections; `undefined` where `target` is no page, or no longer one. */
export function pageContent(app: Application, target: string): string | undefined {
  const parsed = parse(target);
  const page = parsed && pageOf(app, parsed);
  return page && content(app, page).text;
}

function pageOf(app: Application, { path, query }: Target): Page | undefined {
  return PAGES.get(path.join("/"))?.make(app, query);
}

/** `undefined` for what is no path. */
export function parse(target: string): Target | undefined {
  try {
    // Two slashes at its beginning name no host: the target is a path, or, as proxies send it, a whole URL.
    const url = new URL(target.startsWith("/") ? `http://status.invalid${target}` : target, "http://status.invalid");
    const path = url.pathname
      .split("/")
      .filter(part => part !== "")
      .map(decodeURIComponent);
    return { path, query: url.searchParams };
  } catch {
    return undefined;
  }
}
