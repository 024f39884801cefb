import { VERSION } from "../../core/version.js";
import { apiDate } from "../api/dates.js";
import { statisticsJson } from "../api/streaming-json.js";
import type { Application } from "../status/application.js";
import type { JobRecord } from "../status/job-record.js";
import type { StageRecord } from "../status/stage-record.js";
import type { BatchRecord, StreamingStatusStore } from "../status/streaming-status-store.js";
import { type Html, html } from "./html.js";

/** Rows of each table; the REST API has the rest. */
const ROWS = 20;

/** The page at `/`: what the application is, what its streams do, the latest batches, jobs and stages. */
export function overviewPage(app: Application): string {
  const { sc, streaming } = app;
  const api = `/api/v1/applications/${sc.applicationId}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${sc.appName} - Spark status</title>
<link rel="stylesheet" href="/static/page.css">
</head>
<body>
<header>
<h1>${sc.appName}</h1>
<p>${sc.applicationId} on ${sc.master}, tspark ${VERSION}, up for ${seconds(sc.clock.now() - sc.startTime)}</p>
</header>
<main>
${streaming && streamingPart(streaming, api)}
${jobsPart(app.jobs.jobs(), api)}
${stagesPart(app.jobs.stages(), api)}
</main>
<footer><p>As JSON: <a href="${api}">application</a>, <a href="${api}/jobs">jobs</a>,
<a href="${api}/stages">stages</a>, <a href="${api}/environment">environment</a></p></footer>
</body>
</html>
`.text;
}

function streamingPart(store: StreamingStatusStore, api: string): Html {
  const s = statisticsJson(store);
  const batches = store.batches();
  const rate = s.avgInputRate === undefined ? "-" : `${s.avgInputRate.toFixed(2)} records/s`;
  return html`<section>
<h2>Streaming</h2>
<p>Running batches of ${store.batchDuration} ms since ${apiDate(store.startTime)}:
${s.numTotalCompletedBatches} completed batches, ${s.numProcessedRecords} records</p>
<dl>
<div><dt>Input Rate</dt><dd>${rate}</dd></div>
<div><dt>Scheduling Delay</dt><dd>${milliseconds(s.avgSchedulingDelay)}</dd></div>
<div><dt>Processing Time</dt><dd>${milliseconds(s.avgProcessingTime)}</dd></div>
<div><dt>Total Delay</dt><dd>${milliseconds(s.avgTotalDelay)}</dd></div>
</dl>
${table(
  `Batches (last ${Math.min(ROWS, batches.length)} out of ${s.numTotalCompletedBatches + s.numActiveBatches})`,
  [
    "Batch Time",
    "Records",
    "Scheduling Delay",
    "Processing Time",
    "Total Delay",
    "Output Ops: Succeeded/Total",
    "Status",
  ],
  batches.slice(0, ROWS).map(batchRow),
)}
<p>As JSON: <a href="${api}/streaming/statistics">statistics</a>, <a href="${api}/streaming/batches">batches</a>,
<a href="${api}/streaming/receivers">receivers</a></p>
</section>`;
}

function batchRow({ status, info }: BatchRecord): Row {
  const operations = [...info.outputOperationInfos.values()];
  const succeeded = operations.filter(op => op.endTime !== undefined && op.failureReason === undefined).length;
  return [
    apiDate(info.batchTime.milliseconds),
    info.numRecords,
    milliseconds(info.schedulingDelay),
    milliseconds(info.processingDelay),
    milliseconds(info.totalDelay),
    `${succeeded}/${operations.length}`,
    info.failure === undefined ? status : "FAILED",
  ];
}

function jobsPart(jobs: readonly JobRecord[], api: string): Html {
  return html`<section>
<h2>Jobs</h2>
${table(
  `Jobs (last ${Math.min(ROWS, jobs.length)} of ${jobs.length} remembered)`,
  ["Job Id", "Description", "Submitted", "Duration", "Stages: Succeeded/Total", "Tasks: Succeeded/Total", "Status"],
  jobs
    .slice(0, ROWS)
    .map(job => [
      html`<a href="${api}/jobs/${job.jobId}">${job.jobId}</a>`,
      job.description ?? job.name,
      apiDate(job.submissionTime),
      milliseconds(job.completionTime === undefined ? undefined : job.completionTime - job.submissionTime),
      `${job.numCompletedStages}/${job.stageIds.length - job.numSkippedStages}`,
      `${job.numCompletedTasks}/${job.numTasks - job.numSkippedTasks}`,
      job.status,
    ]),
)}
</section>`;
}

function stagesPart(stages: readonly StageRecord[], api: string): Html {
  return html`<section>
<h2>Stages</h2>
${table(
  `Stages (last ${Math.min(ROWS, stages.length)} of ${stages.length} remembered)`,
  ["Stage Id", "Description", "Submitted", "Duration", "Tasks: Succeeded/Total", "Status"],
  stages
    .slice(0, ROWS)
    .map(stage => [
      html`<a href="${api}/stages/${stage.stageId}">${stage.stageId}</a>`,
      stage.name,
      stage.submissionTime === undefined ? "-" : apiDate(stage.submissionTime),
      milliseconds(
        stage.completionTime === undefined || stage.submissionTime === undefined
          ? undefined
          : stage.completionTime - stage.submissionTime,
      ),
      `${stage.numCompleteTasks}/${stage.numTasks}`,
      stage.status,
    ]),
)}
</section>`;
}

type Row = readonly (string | number | Html)[];

function table(caption: string, columns: readonly string[], rows: readonly Row[]): Html {
  return html`<div class="table"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(name => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    row => html`
<tr>${row.map(cell => html`<td>${cell}</td>`)}</tr>`,
  )}
</tbody>
</table></div>`;
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? "-" : `${ms} ms`;
}

/** `1 h 2 min 3 s` */
function seconds(ms: number): string {
  const s = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(s / 3600), "h"],
    [Math.floor(s / 60) % 60, "min"],
    [s % 60, "s"],
  ] as const;
  const from = parts.findIndex(([n]) => n > 0);
  return parts
    .slice(from < 0 ? 2 : from)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(" ");
}
