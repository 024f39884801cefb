import { sparkUser } from "../api/application-json.js";
import type { Application } from "../status/application.js";
import type { JobRecord } from "../status/job-record.js";
import { dateTime, duration } from "./format.js";
import { html } from "./html.js";
import type { Page } from "./layout.js";
import { stageTable } from "./stages-page.js";
import { facts, type Row, section, table } from "./table.js";

const COLUMNS = [
  "Job Id (Job Group)",
  "Description",
  "Submitted",
  "Duration",
  "Stages: Succeeded/Total",
  "Tasks (for all stages): Succeeded/Total",
];

/** `/jobs/` */
export function jobsPage(app: Application): Page {
  const { sc } = app;
  const jobs = app.jobs.jobs();
  const now = sc.clock.now();
  const groups = [
    ["active", "Active Jobs", jobs.filter(j => j.status === "RUNNING")],
    ["completed", "Completed Jobs", jobs.filter(j => j.status === "SUCCEEDED")],
    ["failed", "Failed Jobs", jobs.filter(j => j.status === "FAILED")],
  ] as const;
  return {
    title: "Spark Jobs",
    tab: "/jobs/",
    main: [
      section(
        "summary",
        "Summary",
        facts([
          ["User", sparkUser()],
          ["Started At", dateTime(sc.startTime)],
          ["Total Uptime", duration(now - sc.startTime)],
          ["Scheduling Mode", "FIFO"],
          ...groups.map(([, name, list]) => [name, list.length] as const),
        ]),
      ),
      ...groups
        .filter(([, , list]) => list.length > 0)
        .map(([id, name, list]) =>
          section(
            id,
            `${name} (${list.length})`,
            table(
              name,
              COLUMNS,
              list.map(job => jobRow(job, now)),
            ),
          ),
        ),
    ],
  };
}

function jobRow(job: JobRecord, now: number): Row {
  const link = html`<a href="/jobs/job/?id=${job.jobId}">${job.jobId}</a>`;
  const failed = job.numFailedTasks > 0 ? html` <span class="bad">(${job.numFailedTasks} failed)</span>` : undefined;
  return [
    job.jobGroup === undefined ? link : html`${link} (${job.jobGroup})`,
    job.description === undefined ? job.name : html`${job.description}<br>${job.name}`,
    dateTime(job.submissionTime),
    duration((job.completionTime ?? now) - job.submissionTime),
    `${job.numCompletedStages}/${job.stageIds.length - job.numSkippedStages}${job.numSkippedStages > 0 ? ` (${job.numSkippedStages} skipped)` : ""}`,
    html`${job.numCompletedTasks}/${job.numTasks - job.numSkippedTasks}${failed}`,
  ];
}

/** `/jobs/job/?id=` */
export function jobPage(app: Application, query: URLSearchParams): Page | undefined {
  const id = query.get("id") ?? "";
  const job = /^\d{1,15}$/.test(id) ? app.jobs.job(Number(id)) : undefined;
  if (job === undefined) return undefined;
  const stages = app.jobs.stages().filter(stage => job.stageIds.includes(stage.stageId));
  const now = app.sc.clock.now();
  const groups = [
    ["active", "Active Stages", stages.filter(s => s.status === "ACTIVE")],
    ["pending", "Pending Stages", stages.filter(s => s.status === "PENDING")],
    ["completed", "Completed Stages", stages.filter(s => s.status === "COMPLETE")],
    ["skipped", "Skipped Stages", stages.filter(s => s.status === "SKIPPED")],
    ["failed", "Failed Stages", stages.filter(s => s.status === "FAILED")],
  ] as const;
  return {
    title: `Details for Job ${job.jobId}`,
    tab: "/jobs/",
    main: [
      section(
        "summary",
        "Summary",
        facts([
          ["Status", job.status],
          ["Description", job.description ?? job.name],
          ["Submitted", dateTime(job.submissionTime)],
          ["Duration", duration((job.completionTime ?? now) - job.submissionTime)],
          ...(job.jobGroup === undefined ? [] : [["Job Group", job.jobGroup] as const]),
          ...(job.batchTime === undefined
            ? []
            : [
                [
                  "Batch",
                  html`<a href="/streaming/batch/?id=${job.batchTime}">${dateTime(job.batchTime)}</a>`,
                ] as const,
              ]),
        ]),
      ),
      ...groups
        .filter(([, , list]) => list.length > 0)
        .map(([group, name, list]) => section(group, `${name} (${list.length})`, stageTable(name, list, now))),
    ],
  };
}
