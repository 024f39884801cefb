import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Application } from "../status/application.js";
import { type Answer, notFound, text } from "./answer.js";
import { parse } from "./router.js";

/** Bytes of the body of a request that changes something; what is longer is refused. */
export const LONGEST_BODY = 1024;

/** Whether a path is one of those that cancel something: `/jobs/job/kill/`, `/stages/stage/kill/`. */
export function isKill(target: string): boolean {
  const path = parse(target)?.path.join("/");
  return path === "jobs/job/kill" || path === "stages/stage/kill";
}

/**
 * The answer to a POST at one of Spark's paths `/jobs/job/kill/?id=` and `/stages/stage/kill/?id=`: the job, or the jobs
 * that wait for the stage, are cancelled, and the browser goes back to the page. Only a page of this server can ask for it:
 * it brings the token that stands in its form along, and browsers say where a request comes from.
 *
 * @param body as a form is sent: `token=…`
 */
export function kill(app: Application, target: string, headers: IncomingHttpHeaders, body: string): Answer {
  const { control } = app;
  if (control === undefined) return text(403, "forbidden: spark.ui.killEnabled is false, or the application has ended");
  if (!sameOrigin(headers) || !same(new URLSearchParams(body).get("token") ?? "", control.token)) {
    return text(403, "forbidden: only the buttons of these pages cancel something");
  }
  const { path, query } = parse(target)!;
  const what = path[1] === "job" ? "job" : "stage";
  const id = query.get("id") ?? "";
  if (!/^\d{1,15}$/.test(id)) return text(400, `bad request: the ${what}'s number is missing, e.g. ?id=3`);
  const found = what === "job" ? control.cancelJob(Number(id)) : control.cancelStage(Number(id));
  if (!found) return notFound(`no running ${what}: ${id}`);
  return text(303, "cancelled", { Location: what === "job" ? "/jobs/" : "/stages/" });
}

function sameOrigin({ host, origin, "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== "same-origin") return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
