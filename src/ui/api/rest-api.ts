import { VERSION } from "../../core/version.js";
import { type Answer, json, notFound, text } from "../server/answer.js";
import type { Application } from "../status/application.js";
import type { StreamingStatusStore } from "../status/streaming-status-store.js";
import { applicationJson } from "./application-json.js";
import { applicationsJson } from "./applications-query.js";
import { dashboardJson } from "./dashboard-json.js";
import { environmentJson } from "./environment-json.js";
import { executorJson } from "./executor-json.js";
import { jobJson } from "./job-json.js";
import { isAnswer, isNumber, statusesIn, withStatus } from "./query.js";
import { stageResource } from "./stage-resource.js";
import { storageJson } from "./storage-json.js";
import { batchJson, operationsJson, receiversJson, statisticsJson } from "./streaming-json.js";
import { threadsJson } from "./threads-json.js";

/** What follows an application's id in a path, and how it is answered; `undefined`: no such path. */
type Resource = (app: Application, rest: readonly string[], query: URLSearchParams) => Answer | undefined;

const RESOURCES: Readonly<Record<string, Resource>> = {
  jobs(app, [id, ...more], query) {
    if (more.length > 0) return undefined;
    if (id === undefined) {
      const statuses = statusesIn(query, "status", "job");
      return isAnswer(statuses) ? statuses : json(withStatus(app.jobs.jobs(), statuses).map(jobJson));
    }
    if (!isNumber(id)) return undefined;
    const job = app.jobs.job(Number(id));
    return job === undefined ? notFound(`unknown job: ${id}`) : json(jobJson(job));
  },
  stages: stageResource,
  executors(app, [id, what, ...more]) {
    if (id === undefined) return json([executorJson(app)]);
    if (what !== "threads" || more.length > 0) return undefined;
    if (id === "driver") return json(threadsJson(app));
    return isNumber(id)
      ? notFound("Executor does not exist.")
      : text(400, `Invalid executorId: neither 'driver' nor number.`);
  },
  // Queries of SQL, of which there are none.
  sql(_app, [id, ...more]) {
    if (id === undefined) return json([]);
    return more.length === 0 && isNumber(id) ? notFound(`unknown query execution id: ${id}`) : undefined;
  },
  allmiscellaneousprocess: (_app, rest) => (rest.length > 0 ? undefined : json([])),
  allexecutors: (app, rest) => (rest.length > 0 ? undefined : json([executorJson(app)])),
  storage(app, [what, id, ...more]) {
    if (what !== "rdd" || more.length > 0) return undefined;
    if (id === undefined) return json(storageJson(app));
    if (!isNumber(id)) return undefined;
    const rdd = storageJson(app).find(r => r.id === Number(id));
    return rdd === undefined ? notFound(`no rdd found w/ id ${id}`) : json(rdd);
  },
  dashboard: (app, rest) => (rest.length > 0 ? undefined : json(dashboardJson(app.dashboard?.charts ?? []))),
  environment(app, rest) {
    return rest.length > 0 ? undefined : json(environmentJson(app));
  },
  streaming(app, [what = "", ...rest], query) {
    const answer = Object.hasOwn(STREAMING, what) ? STREAMING[what] : undefined;
    if (answer === undefined) return undefined;
    const store = app.streaming;
    if (store === undefined) return notFound(`no streaming listener attached to ${app.name}`);
    return answer(store, rest, query, app);
  },
};

type StreamingResource = (
  store: StreamingStatusStore,
  rest: readonly string[],
  query: URLSearchParams,
  app: Application,
) => Answer | undefined;

const STREAMING: Readonly<Record<string, StreamingResource>> = {
  statistics: (store, rest) => (rest.length === 0 ? json(statisticsJson(store)) : undefined),
  receivers(store, [id, ...more]) {
    if (more.length > 0) return undefined;
    if (id === undefined) return json(receiversJson(store));
    if (!isNumber(id)) return undefined;
    const receiver = receiversJson(store).find(r => r.streamId === Number(id));
    return receiver === undefined ? notFound(`unknown receiver: ${id}`) : json(receiver);
  },
  batches(store, [id, operations, opId, ...more], query, app) {
    if (id === undefined) {
      const statuses = statusesIn(query, "status", "batch");
      return isAnswer(statuses) ? statuses : json(withStatus(store.batches(), statuses).map(b => batchJson(b, store)));
    }
    if (!isNumber(id) || more.length > 0 || (operations !== undefined && operations !== "operations")) return undefined;
    const batch = store.batch(Number(id));
    if (batch === undefined) return notFound(`unknown batch: ${id}`);
    if (operations === undefined) return json(batchJson(batch, store));
    const all = operationsJson(batch, app.jobs);
    if (opId === undefined) return json(all);
    if (!isNumber(opId)) return undefined;
    const operation = all.find(op => op.outputOpId === Number(opId));
    return operation === undefined ? notFound(`unknown output operation: ${opId}`) : json(operation);
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
  if (id === undefined) return applicationsJson([app], query);
  if (id !== app.id) return notFound(`unknown app: ${id}`);
  if (resource === undefined) return json(applicationJson(app));
  if (!Object.hasOwn(RESOURCES, resource)) return notFound(`unknown app ${id}, attempt ${resource}`);
  return RESOURCES[resource]!(app, rest, query);
}
