import type { Application } from "../status/application.js";
import type { JobRecord } from "../status/job-record.js";
import { killButton } from "./control-button.js";
import { eventTimeline } from "./event-timeline.js";
import { dateTime, duration } from "./format.js";
import { type Html, html } from "./html.js";
import type { Page } from "./layout.js";
import { facts, progress, type Row, section, table } from "./table.js";

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
  const jobs = app.jobs.jobs();
  const now = app.now();
  const groups = [
    ["active", "Active Jobs", jobs.filter(j => j.status === "RUNNING")],
    ["completed", "Completed Jobs", jobs.filter(j => j.status === "SUCCEEDED")],
    ["failed", "Failed Jobs", jobs.filter(j => j.status === "FAILED")],
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
          ...groups.map(([, name, list]) => [name, list.length] as const),
        ]),
      ),
      timeline && section("timeline", "Event Timeline", timeline),
      groupSection(jobs),
      ...groups
        .filter(([, , list]) => list.length > 0)
        .map(([id, name, list]) =>
          section(
            id,
            `${name} (${list.length})`,
            table(
              name,
              COLUMNS,
              list.map(job => jobRow(app, job, now)),
            ),
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
function groupSection(jobs: readonly JobRecord[]) {
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
            duration(
              list.reduce((sum, job) => sum + ((job.completionTime ?? job.submissionTime) - job.submissionTime), 0),
            ),
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
    duration((job.completionTime ?? now) - job.submissionTime),
    `${job.numCompletedStages}/${job.stageIds.length - job.numSkippedStages}${job.numSkippedStages > 0 ? ` (${job.numSkippedStages} skipped)` : ""}`,
    progress(job.numCompletedTasks, job.numTasks - job.numSkippedTasks, job.numFailedTasks, running),
  ];
}
