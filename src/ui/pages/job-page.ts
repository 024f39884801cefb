import type { Application } from "../status/application.js";
import type { StageRecord } from "../status/stage-record.js";
import { killButton } from "./control-button.js";
import { dag } from "./dag.js";
import { eventTimeline } from "./event-timeline.js";
import { dateTime, duration } from "./format.js";
import { type Html, html } from "./html.js";
import type { Page } from "./layout.js";
import { stageTable } from "./stages-page.js";
import { facts, pill, section } from "./table.js";

/** `/jobs/job/?id=` */
export function jobPage(app: Application, query: URLSearchParams): Page | undefined {
  const id = query.get("id") ?? "";
  const job = /^\d{1,15}$/.test(id) ? app.jobs.job(Number(id)) : undefined;
  if (job === undefined) return undefined;
  const stages = app.jobs.stagesOf(job);
  const now = app.now();
  const groups = [
    ["active", "Active Stages", stages.filter(s => s.status === "ACTIVE")],
    ["pending", "Pending Stages", stages.filter(s => s.status === "PENDING")],
    ["completed", "Completed Stages", stages.filter(s => s.status === "COMPLETE")],
    ["skipped", "Skipped Stages", stages.filter(s => s.status === "SKIPPED")],
    ["failed", "Failed Stages", stages.filter(s => s.status === "FAILED")],
  ] as const;
  const running = job.status === "RUNNING";
  const timeline = eventTimeline(
    "Stages over time",
    stages.flatMap(stage => stageEvent(stage, now)),
  );
  // Of a stage that was tried again, the latest attempt, which comes first.
  const latest = stages.filter((stage, i) => stages[i - 1]?.stageId !== stage.stageId);
  const graph = dag("Stages of the job, from their sources to the result", latest.map(stageNode));
  return {
    title: `Details for Job ${job.jobId}`,
    tab: "/jobs/",
    main: [
      section(
        "summary",
        "Summary",
        facts([
          ["Status", html`${pill(job.status)}${running ? killButton(app, "job", job.jobId) : undefined}`],
          ["Description", job.description ?? job.name],
          ["Submitted", dateTime(job.submissionTime)],
          ["Duration", duration((job.completionTime ?? now) - job.submissionTime)],
          ...(job.jobGroup === undefined ? [] : [["Job Group", job.jobGroup] as const]),
          ...(job.batchTime === undefined ? [] : [["Batch", batchOf(app, job.batchTime)] as const]),
        ]),
      ),
      timeline && section("timeline", "Event Timeline", timeline),
      graph && section("dag", "DAG Visualization", graph),
      ...groups
        .filter(([, , list]) => list.length > 0)
        .map(([group, name, list]) =>
          section(group, `${name} (${list.length})`, stageTable(app, group, name, list, { path: "/jobs/job/", query })),
        ),
    ],
  };
}

/** A batch that is no longer remembered has no page. */
function batchOf({ streaming }: Application, time: number): string | Html {
  if (streaming?.batch(time) === undefined) return dateTime(time);
  return html`<a href="/streaming/batch/?id=${time}">${dateTime(time)}</a>`;
}

function stageEvent(stage: StageRecord, now: number) {
  if (stage.submissionTime === undefined) return [];
  const kind = stage.status === "FAILED" ? "failed" : stage.status === "ACTIVE" ? "busy" : "good";
  return [
    {
      label: `${stage.stageId}: ${stage.name}`,
      href: stageLink(stage),
      start: stage.submissionTime,
      end: stage.completionTime ?? now,
      kind,
    } as const,
  ];
}

function stageNode(stage: StageRecord) {
  const status = stage.status === "SKIPPED" ? " (skipped)" : "";
  return {
    key: stage.stageId,
    name: `Stage ${stage.stageId}${status}`,
    detail: stage.name,
    parents: stage.parentIds,
    href: stageLink(stage),
  };
}

function stageLink(stage: StageRecord): string {
  return `/stages/stage/?id=${stage.stageId}&attempt=${stage.attemptId}`;
}
