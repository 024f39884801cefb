import type { Application } from "../status/application.js";
import type { StageRecord } from "../status/stage-record.js";
import { killButton } from "./control-button.js";
import { bytes, dateTime, duration } from "./format.js";
import { type Html, html } from "./html.js";
import type { Page } from "./layout.js";
import { type Place, pagedTable } from "./paged-table.js";
import { countOf, progress, section } from "./table.js";

/** `/stages/` */
export function stagesPage(app: Application, query: URLSearchParams): Page {
  const stages = app.jobs.stages();
  const groups = [
    ["active", "Active Stages", "ACTIVE"],
    ["pending", "Pending Stages", "PENDING"],
    ["completed", "Completed Stages", "COMPLETE"],
    ["skipped", "Skipped Stages", "SKIPPED"],
    ["failed", "Failed Stages", "FAILED"],
  ] as const;
  const main = groups.flatMap(([id, name, status]) => {
    const list = stages.filter(s => s.status === status);
    if (list.length === 0) return [];
    const all = status === "ACTIVE" || status === "PENDING" ? 0 : app.jobs.endedStages[status];
    return [
      section(
        id,
        `${name} (${countOf(list.length, all)})`,
        stageTable(app, id, name, list, { path: "/stages/", query }),
      ),
    ];
  });
  return {
    title: "Stages for All Jobs",
    tab: "/stages/",
    main:
      main.length > 0 ? main : [section("none", "No stages yet", html`<p class="soft">The first job brings them.</p>`)],
  };
}

/** Stages with a link to the page of each. @param id of its section */
export function stageTable(
  app: Application,
  id: string,
  caption: string,
  stages: readonly StageRecord[],
  place: Place,
): Html {
  const now = app.now();
  const columns = [
    "Stage Id",
    "Description",
    "Submitted",
    "Duration",
    "Tasks: Succeeded/Total",
    "Input",
    "Output",
    "Shuffle Read",
    "Shuffle Write",
    ...(stages.some(s => s.failureReason !== undefined) ? ["Failure Reason"] : []),
  ];
  return pagedTable(
    id,
    caption,
    columns,
    stages,
    stage => [
      html`<a href="/stages/stage/?id=${stage.stageId}&amp;attempt=${stage.attemptId}">${stage.stageId}${stage.attemptId > 0 ? ` (retry ${stage.attemptId})` : ""}</a>`,
      description(app, stage),
      dateTime(stage.submissionTime),
      duration(stageDuration(stage, now)),
      progress(stage.numCompleteTasks, stage.numTasks, stage.numFailedTasks, stage.status === "ACTIVE"),
      amount(stage.metrics.inputBytes, stage.metrics.inputRecords),
      amount(stage.metrics.outputBytes, stage.metrics.outputRecords),
      amount(stage.metrics.shuffleReadBytes, stage.metrics.shuffleReadRecords),
      amount(stage.metrics.shuffleWriteBytes, stage.metrics.shuffleWriteRecords),
      ...(columns.length > 9 ? [html`<pre class="bad">${stage.failureReason}</pre>`] : []),
    ],
    place,
  );
}

function description(app: Application, stage: StageRecord): Html {
  const name =
    stage.description === undefined ? html`${stage.name}` : html`${stage.description}<br><small>${stage.name}</small>`;
  return stage.status === "ACTIVE" ? html`${name}${killButton(app, "stage", stage.stageId)}` : name;
}

/** ms; `undefined` before it was submitted. */
export function stageDuration(stage: StageRecord, now: number): number | undefined {
  return stage.submissionTime === undefined ? undefined : (stage.completionTime ?? now) - stage.submissionTime;
}

/** `1.5 KiB / 20`; nothing where there was nothing. */
export function amount(size: number, records: number): string {
  if (size === 0) return records === 0 ? "" : `${records} records`;
  return `${bytes(size)} / ${records}`;
}
