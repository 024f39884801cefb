import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Application, Control } from "../status/application.js";
import { type Answer, notFound, text } from "./answer.js";
import { parse } from "./router.js";

/** Bytes of the body of a request that changes something; what is longer is refused. */
export const LONGEST_BODY = 1024;

/** Does what a request asks for, and says to which page the browser goes back. */
type Change = (control: Control, query: URLSearchParams) => Answer;

/** By path; those that cancel are Spark's. */
const CHANGES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ["jobs/job/kill", (control, query) => cancel("job", query, id => control.cancelJob(id))],
  ["stages/stage/kill", (control, query) => cancel("stage", query, id => control.cancelStage(id))],
  ["streaming/pause", control => backTo("/streaming/", control.pauseStreams(), "no running streams to pause")],
  ["streaming/resume", control => backTo("/streaming/", control.resumeStreams(), "no paused streams to resume")],
]);

/** Whether a path is one of those that change something. */
export function isChange(target: string): boolean {
  return changeAt(target) !== undefined;
}

/**
 * The answer to a POST at such a path: jobs are cancelled, at `/jobs/job/kill/?id=`, or all that wait for a stage, at
 * `/stages/stage/kill/?id=`; streams are paused at `/streaming/pause/` and go on at `/streaming/resume/`; then the browser
 * goes back to the page. Only a page of this server can ask for it: it brings the token that stands in its form along, and
 * browsers say where a request comes from.
 *
 * @param body as a form is sent: `token=…`
 */
export function change(app: Application, target: string, headers: IncomingHttpHeaders, body: string): Answer {
  const { control } = app;
  if (control === undefined) return text(403, "forbidden: spark.ui.killEnabled is false, or the application has ended");
  if (!sameOrigin(headers) || !same(new URLSearchParams(body).get("token") ?? "", control.token)) {
    return text(403, "forbidden: only the buttons of these pages change something");
  }
  return changeAt(target)!(control, parse(target)!.query);
}

function changeAt(target: string): Change | undefined {
  return CHANGES.get(parse(target)?.path.join("/") ?? "");
}

function cancel(what: "job" | "stage", query: URLSearchParams, end: (id: number) => boolean): Answer {
  const id = query.get("id") ?? "";
  if (!/^\d{1,15}$/.test(id)) return text(400, `bad request: the ${what}'s number is missing, e.g. ?id=3`);
  return backTo(`/${what}s/`, end(Number(id)), `no running ${what}: ${id}`);
}

function backTo(page: string, done: boolean, why: string): Answer {
  return done ? text(303, "done", { Location: page }) : notFound(why);
}

function sameOrigin({ host, origin, "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== "same-origin") return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
