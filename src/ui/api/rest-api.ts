import { VERSION } from "../../core/version.js";
import { type Answer, json, notFound } from "../server/answer.js";
import type { Application } from "../status/application.js";
import type { StreamingStatusStore } from "../status/streaming-status-store.js";
import { applicationJson } from "./application-json.js";
import { environmentJson } from "./environment-json.js";
import { jobJson } from "./job-json.js";
import { stageJson } from "./stage-json.js";
import { batchJson, receiversJson, statisticsJson } from "./streaming-json.js";

/** What follows an application's id in a path, and how it is answered; `undefined`: no such path. */
type Resource = (app: Application, rest: readonly string[], query: URLSearchParams) => Answer | undefined;

const RESOURCES: Readonly<Record<string, Resource>> = {
  jobs(app, [id, ...more], query) {
    if (more.length > 0) return undefined;
    if (id === undefined) return json(withStatus(app.jobs.jobs(), query).map(jobJson));
    if (!isNumber(id)) return undefined;
    const job = app.jobs.job(Number(id));
    return job === undefined ? notFound(`unknown job: ${id}`) : json(jobJson(job));
  },
  stages(app, [id, ...more], query) {
    if (more.length > 0) return undefined;
    if (id === undefined) return json(withStatus(app.jobs.stages(), query).map(stageJson));
    if (!isNumber(id)) return undefined;
    const attempts = app.jobs.stages().filter(stage => stage.stageId === Number(id));
    return attempts.length === 0 ? notFound(`unknown stage: ${id}`) : json(attempts.map(stageJson));
  },
  environment(app, rest) {
    return rest.length > 0 ? undefined : json(environmentJson(app));
  },
  streaming(app, [what = "", id, ...more], query) {
    const answer = Object.hasOwn(STREAMING, what) ? STREAMING[what] : undefined;
    if (answer === undefined || more.length > 0) return undefined;
    const store = app.streaming;
    if (store === undefined) return notFound(`no streaming listener attached to ${app.sc.appName}`);
    return answer(store, id, query);
  },
};

const STREAMING: Readonly<
  Record<string, (store: StreamingStatusStore, id: string | undefined, query: URLSearchParams) => Answer | undefined>
> = {
  statistics: (store, id) => (id === undefined ? json(statisticsJson(store)) : undefined),
  receivers(store, id) {
    if (id === undefined) return json(receiversJson(store));
    if (!isNumber(id)) return undefined;
    const receiver = receiversJson(store).find(r => r.streamId === Number(id));
    return receiver === undefined ? notFound(`unknown receiver: ${id}`) : json(receiver);
  },
  batches(store, id, query) {
    if (id === undefined) {
      const wanted = query.getAll("status").map(s => s.toUpperCase());
      const batches = store.batches().filter(b => wanted.length === 0 || wanted.includes(b.status));
      return json(batches.map(b => batchJson(b, store)));
    }
    if (!isNumber(id)) return undefined;
    const batch = store.batch(Number(id));
    return batch === undefined ? notFound(`unknown batch: ${id}`) : json(batchJson(batch, store));
  },
};

/**
 * Answers a path below `/api/v1` with Spark's field names and date format; `undefined` where Spark has nothing either.
 *
 * @param path the parts of the path after `/api/v1`, decoded
 */
export function restApi(app: Application, path: readonly string[], query: URLSearchParams): Answer | undefined {
  const [first, id, resource, ...rest] = path;
  if (first === "version" && path.length === 1) return json({ spark: VERSION });
  if (first !== "applications") return undefined;
  if (id === undefined) {
    const wanted = query.getAll("status").map(s => s.toLowerCase());
    return json(wanted.length === 0 || wanted.includes("running") ? [applicationJson(app)] : []);
  }
  if (id !== app.sc.applicationId) return notFound(`unknown app: ${id}`);
  if (resource === undefined) return json(applicationJson(app));
  if (!Object.hasOwn(RESOURCES, resource)) return notFound(`unknown app ${id}, attempt ${resource}`);
  return RESOURCES[resource]!(app, rest, query);
}

function withStatus<R extends { readonly status: string }>(
  records: readonly R[],
  query: URLSearchParams,
): readonly R[] {
  const wanted = query.getAll("status").map(s => s.toUpperCase());
  return wanted.length === 0 ? records : records.filter(r => wanted.includes(r.status));
}

function isNumber(text: string): boolean {
  return /^[0-9]{1,15}$/.test(text);
}
