import { type Answer, json, text } from "../server/answer.js";
import type { ApplicationSummary } from "../status/application.js";
import { applicationJson } from "./application-json.js";
import { integerIn, isAnswer, statusesIn } from "./query.js";

/** ms since the epoch of each bound; `undefined` where the query has none. */
type Bounds = Readonly<Record<"minDate" | "maxDate" | "minEndDate" | "maxEndDate", number | undefined>>;

/**
 * `applications`: those the query asks for with Spark's parameters `status`, `minDate`, `maxDate`, `minEndDate`,
 * `maxEndDate` (`2026-11-23`, which is its beginning, or `2026-11-23T17:27:00.355GMT`) and `limit`.
 */
export function applicationsJson(apps: readonly ApplicationSummary[], query: URLSearchParams): Answer {
  const bounds: Record<string, number | undefined> = {};
  for (const name of ["minDate", "maxDate", "minEndDate", "maxEndDate"]) {
    const given = query.get(name);
    if (given === null) continue;
    const ms = dateOf(given);
    if (ms === undefined) return text(400, `Couldn't parse date: ${given}`);
    bounds[name] = ms;
  }
  const limit = integerIn(query, "limit");
  if (isAnswer(limit)) return limit;
  const wanted = statusesIn(query, "status", "application");
  if (isAnswer(wanted)) return wanted;
  const found = apps.filter(app => {
    const status = app.endTime === undefined ? "RUNNING" : "COMPLETED";
    return (wanted.length === 0 || wanted.includes(status)) && within(app, bounds as Bounds);
  });
  return json((limit === undefined ? found : found.slice(0, Math.max(0, limit))).map(applicationJson));
}

function within(
  { startTime, endTime, now }: ApplicationSummary,
  { minDate, maxDate, minEndDate, maxEndDate }: Bounds,
): boolean {
  if (startTime < (minDate ?? startTime) || startTime > (maxDate ?? startTime)) return false;
  // One that runs ends later than now.
  if (endTime === undefined) return (maxEndDate ?? Number.POSITIVE_INFINITY) > now();
  return endTime >= (minEndDate ?? endTime) && endTime <= (maxEndDate ?? endTime);
}

function dateOf(given: string): number | undefined {
  const day = /^\d{4}-\d\d-\d\d$/.test(given);
  if (!day && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}GMT$/.test(given)) return undefined;
  const ms = Date.parse(day ? `${given}T00:00:00.000Z` : given.replace("GMT", "Z"));
  return Number.isNaN(ms) ? undefined : ms;
}
