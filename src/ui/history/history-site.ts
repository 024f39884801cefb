import { applicationsJson } from "../api/applications-query.js";
import { restApi } from "../api/rest-api.js";
import { dateTime, duration } from "../pages/format.js";
import { html } from "../pages/html.js";
import { barePage } from "../pages/layout.js";
import { type Row, section, table } from "../pages/table.js";
import { type Answer, html as htmlAnswer, notFound, text } from "../server/answer.js";
import { parse, route } from "../server/router.js";
import type { Site } from "../server/site.js";
import { staticFile } from "../server/static-files.js";
import type { Application } from "../status/application.js";
import type { EventLogDirectory } from "./event-log-directory.js";

/**
 * What `tspark-history` answers: a list of the applications whose logs lie in a directory, for each the pages and the REST
 * API of the status port, below `/history/{id}/` and `/api/v1/applications/{id}/`. Nothing can be changed.
 */
export function historySite(logs: EventLogDirectory): Site {
  return { route: target => answerTo(logs, target) };
}

async function answerTo(logs: EventLogDirectory, target: string): Promise<Answer> {
  const parsed = parse(target);
  if (parsed === undefined) return text(400, "bad request: the path is not a valid one");
  const { path, query } = parsed;
  const [first, second, third, id] = path;
  if (path.length === 0 || (first === "history" && second === undefined)) return listPage(await logs.applications());
  if (first === "history") {
    const app = await logs.application(second!);
    if (app === undefined) return notFound(`unknown app: ${second}`);
    return below(app, route(app, `/${path.slice(2).map(encodeURIComponent).join("/")}/?${query}`));
  }
  if (first === "api" && second === "v1") {
    if (third === "applications" && id === undefined) return applicationsJson(await logs.applications(), query);
    const app = third === "applications" ? await logs.application(id!) : undefined;
    if (third === "applications" && app === undefined) return notFound(`unknown app: ${id}`);
    const found = restApi(app ?? ({} as Application), path.slice(2), query);
    return found ?? notFound(`not found: /${path.join("/")}`);
  }
  return staticFile(path.join("/")) ?? notFound(`not found: /${path.join("/")}`);
}

/** A page of the status port with its links leading below `/history/{id}/`. */
function below(app: Application, answer: Answer): Answer {
  if (!answer.type.startsWith("text/html")) return answer;
  // Texts are escaped, so that no quotation mark stands outside the markup.
  const body = answer.body.replace(
    / href="\/(?!static\/|api\/|history\/)/g,
    ` href="/history/${encodeURIComponent(app.id)}/`,
  );
  return { ...answer, body };
}

function listPage(apps: readonly Application[]): Answer {
  const groups = [
    ["completed", "Completed Applications", apps.filter(app => app.endTime !== undefined)],
    ["incomplete", "Incomplete Applications", apps.filter(app => app.endTime === undefined)],
  ] as const;
  const sections = groups
    .filter(([, , list]) => list.length > 0)
    .map(([id, name, list]) => section(id, `${name} (${list.length})`, table(name, COLUMNS, list.map(row))));
  const none = section(
    "none",
    "No applications",
    html`<p class="soft">No event log lies in the directory. <code>--conf spark.eventLog.enabled=true</code> writes one.</p>`,
  );
  return htmlAnswer(barePage("History", sections.length > 0 ? sections : [none]));
}

const COLUMNS = ["App ID", "App Name", "Started", "Completed", "Duration", "Spark User", "Version"];

function row(app: Application): Row {
  return [
    html`<a href="/history/${encodeURIComponent(app.id)}/jobs/">${app.id}</a>`,
    app.name,
    dateTime(app.startTime),
    dateTime(app.endTime),
    duration(app.now() - app.startTime),
    app.user || "-",
    app.version,
  ];
}
