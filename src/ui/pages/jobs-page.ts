import type { Application } from "../status/application.js";
import type { JobRecord } from "../status/job-record.js";
import { killButton } from "./control-button.js";
import { eventTimeline } from "./event-timeline.js";
import { dateTime, duration } from "./format.js";
import { type Html, html } from "./html.js";
import { jobProgress } from "./job-progress.js";
import type { Page } from "./layout.js";
import { pagedTable } from "./paged-table.js";
import { type Cell, countOf, facts, type Row, section, table } from "./table.js";

const COLUMNS = [
  "Job Id (Job Group)",
  "Description",
  "Submitted",
  "Duration",
  "Stages: Succeeded/Total",
  "Tasks (for all stages): Succeeded/Total",
];

/** `/jobs/` */
export function jobsPage(app: Application, query: URLSearchParams): Page {
  const jobs = app.jobs.jobs();
  const now = app.now();
  const { endedJobs } = app.jobs;
  const groups = [
    ["active", "Active Jobs", jobs.filter(j => j.status === "RUNNING"), 0],
    ["completed", "Completed Jobs", jobs.filter(j => j.status === "SUCCEEDED"), endedJobs.SUCCEEDED],
    ["failed", "Failed Jobs", jobs.filter(j => j.status === "FAILED"), endedJobs.FAILED],
  ] as const;
  const timeline = eventTimeline(
    "Jobs over time",
    jobs.map(job => jobEvent(job, now)),
  );
  return {
    title: "Spark Jobs",
    tab: "/jobs/",
    main: [
      section(
        "summary",
        "Summary",
        facts([
          ["User", app.user],
          ["Started At", dateTime(app.startTime)],
          ["Total Uptime", duration(now - app.startTime)],
          ["Scheduling Mode", "FIFO"],
          ...groups.map(([id, name, list, all]): [string, Cell] => {
            const count = countOf(list.length, all);
            return [name, list.length === 0 ? count : html`<a href="#${id}">${count}</a>`];
          }),
        ]),
      ),
      timeline && section("timeline", "Event Timeline", timeline),
      groupSection(jobs, now),
      ...groups
        .filter(([, , list]) => list.length > 0)
        .map(([id, name, list, all]) =>
          section(
            id,
            `${name} (${countOf(list.length, all)})`,
            pagedTable(id, name, COLUMNS, list, job => jobRow(app, job, now), { path: "/jobs/", query }),
          ),
        ),
      jobs.length === 0
        ? section(
            "none",
            "No jobs yet",
            html`<p class="soft">The first action brings one: <code>sc.range(100).count()</code></p>`,
          )
        : undefined,
    ],
  };
}

function jobEvent(job: JobRecord, now: number) {
  const kinds = { SUCCEEDED: "good", FAILED: "failed", RUNNING: "busy", UNKNOWN: "busy" } as const;
  return {
    label: `${job.jobId}: ${job.description ?? job.name}`,
    href: `/jobs/job/?id=${job.jobId}`,
    start: job.submissionTime,
    end: job.completionTime ?? now,
    kind: kinds[job.status],
  };
}

/** Groups at most. */
const GROUPS = 20;

/** The job groups that users gave names to, those with the latest jobs first; batches of streams have pages of their own. */
function groupSection(jobs: readonly JobRecord[], now: number) {
  const groups = new Map<string, JobRecord[]>();
  for (const job of jobs) {
    if (job.jobGroup === undefined || job.batchTime !== undefined) continue;
    const list = groups.get(job.jobGroup);
    if (list === undefined) groups.set(job.jobGroup, [job]);
    else list.push(job);
  }
  if (groups.size < 2) return undefined;
  const count = (list: readonly JobRecord[], status: JobRecord["status"]) =>
    list.filter(job => job.status === status).length;
  return section(
    "groups",
    "Job Groups",
    table(
      "Job groups",
      ["Job Group", "Description", "Jobs", "Running", "Failed", "Time of its jobs"],
      [...groups]
        .slice(0, GROUPS)
        .map(
          ([name, list]): Row => [
            name,
            list.find(job => job.description !== undefined)?.description ?? "-",
            list.length,
            count(list, "RUNNING"),
            count(list, "FAILED"),
            duration(list.reduce((sum, job) => sum + (job.completionTime ?? now) - job.submissionTime, 0)),
          ],
        ),
    ),
  );
}

/** What a job is for; that of a batch leads to the batch. */
function described({ streaming }: Application, { description = "", batchTime }: JobRecord): Html {
  const m = /^(Streaming job from )(\[.*\])$/.exec(description);
  if (m === null || batchTime === undefined || streaming?.batch(batchTime) === undefined) return html`${description}`;
  return html`${m[1]}<a href="/streaming/batch/?id=${batchTime}">${m[2]}</a>`;
}

function jobRow(app: Application, job: JobRecord, now: number): Row {
  const running = job.status === "RUNNING";
  const link = html`<a href="/jobs/job/?id=${job.jobId}">${job.jobId}</a>`;
  const text =
    job.description === undefined ? html`${job.name}` : html`${described(app, job)}<br><small>${job.name}</small>`;
  return [
    job.jobGroup === undefined ? link : html`${link} <small>(${job.jobGroup})</small>`,
    running ? html`${text}${killButton(app, "job", job.jobId)}` : text,
    dateTime(job.submissionTime),
    ...jobProgress(job, now),
  ];
}
