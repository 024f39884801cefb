import { applicationsJson } from "../api/applications-query.js";
import { restApi } from "../api/rest-api.js";
import { dateTime, duration } from "../pages/format.js";
import { type Html, html } from "../pages/html.js";
import { barePage } from "../pages/layout.js";
import { type Row, section, table, wholeTable } from "../pages/table.js";
import { type Answer, html as htmlAnswer, notFound, text } from "../server/answer.js";
import { parse, route } from "../server/router.js";
import type { Site } from "../server/site.js";
import { staticFile } from "../server/static-files.js";
import type { Application, ApplicationSummary } from "../status/application.js";
import type { EventLogDirectory, NotShown } from "./event-log-directory.js";

/**
 * What `tspark-history` answers: a list of the applications whose logs lie in a directory, for each the pages and the REST
 * API of the status port, below `/history/{id}/` and `/api/v1/applications/{id}/`. Nothing can be changed.
 */
export function historySite(logs: EventLogDirectory): Site {
  const unreadable = (error: NodeJS.ErrnoException) => {
    // The directory was there when the program began.
    if (error.syscall !== "scandir") throw error;
    return text(500, `the directory ${logs.dir} cannot be read: ${error.message}`);
  };
  return { route: target => answerTo(logs, target).catch(unreadable) };
}

async function answerTo(logs: EventLogDirectory, target: string): Promise<Answer> {
  const parsed = parse(target);
  if (parsed === undefined) return text(400, "bad request: the path is not a valid one");
  const { path, query } = parsed;
  const [first, second, third, id] = path;
  if (path.length === 0 || (first === "history" && second === undefined)) return listPage(logs);
  if (first === "history") {
    const app = await logs.application(second!);
    if (app === undefined) return notFound(`unknown app: ${second}`);
    // Its front page is that of its jobs, as with Spark's history server.
    if (third === undefined)
      return text(302, "see the jobs", { Location: `/history/${encodeURIComponent(app.id)}/jobs/` });
    return below(app, route(app, `/${path.slice(2).map(encodeURIComponent).join("/")}/?${query}`));
  }
  if (first === "api" && second === "v1") {
    if (third === "applications" && id === undefined) return applicationsJson((await logs.list()).applications, query);
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

async function listPage(logs: EventLogDirectory): Promise<Answer> {
  const { applications, notShown } = await logs.list();
  const groups = [
    ["completed", "Completed Applications", applications.filter(app => app.endTime !== undefined)],
    ["incomplete", "Incomplete Applications", applications.filter(app => app.endTime === undefined)],
  ] as const;
  const none = html`<p class="soft">No event log lies there. <code>--conf spark.eventLog.enabled=true --conf spark.eventLog.dir=${logs.dir}</code> writes one.</p>`;
  return htmlAnswer(
    barePage("History", [
      section(
        "directory",
        "Event log directory",
        html`<p><code>${logs.dir}</code></p>`,
        applications.length === 0 ? none : undefined,
      ),
      ...groups
        .filter(([, , list]) => list.length > 0)
        .map(([id, name, list]) => section(id, `${name} (${list.length})`, wholeTable(name, COLUMNS, list.map(row)))),
      ...(notShown.length === 0 ? [] : [notShownSection(notShown)]),
    ]),
  );
}

function notShownSection(files: readonly NotShown[]): Html {
  const rows = files.map(({ file, why }) => [html`<code>${file}</code>`, why]);
  return section("not-shown", `Not shown (${files.length})`, table("Files that are not shown", ["File", "Why"], rows));
}

const COLUMNS = ["App ID", "App Name", "Started", "Completed", "Duration", "Spark User", "Version"];

function row(app: ApplicationSummary): Row {
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
