import { taskSummaryJson } from "../api/task-summary.js";
import type { Application } from "../status/application.js";
import type { StageRecord } from "../status/stage-record.js";
import type { TaskRecord } from "../status/task-record.js";
import { killButton } from "./control-button.js";
import { dag } from "./dag.js";
import { eventTimeline } from "./event-timeline.js";
import { failure } from "./failure.js";
import { bytes, dateTime, duration } from "./format.js";
import { type Html, html } from "./html.js";
import type { Page } from "./layout.js";
import { type Place, pagedTable } from "./paged-table.js";
import { recordsLink, recordsSection } from "./records.js";
import { amount, stageDuration } from "./stages-page.js";
import { facts, pill, type Row, section, table } from "./table.js";

/** `/stages/stage/?id=&attempt=` */
export function stagePage(app: Application, query: URLSearchParams): Page | undefined {
  const [id, attempt] = [query.get("id") ?? "", query.get("attempt") ?? "0"];
  if (!/^\d{1,15}$/.test(id) || !/^\d{1,15}$/.test(attempt)) return undefined;
  const stage = app.jobs.stages().find(s => s.stageId === Number(id) && s.attemptId === Number(attempt));
  if (stage === undefined) return undefined;
  const tasks = app.jobs.tasks(stage);
  const chosen = stage.rdds.find(rdd => String(rdd.id) === query.get("rdd"));
  const now = app.now();
  const m = stage.metrics;
  return {
    title: `Details for Stage ${stage.stageId} (Attempt ${stage.attemptId})`,
    tab: "/stages/",
    main: [
      section(
        "summary",
        "Summary",
        facts([
          [
            "Status",
            html`${pill(stage.status)}${stage.status === "ACTIVE" ? killButton(app, "stage", stage.stageId) : undefined}`,
          ],
          ["Description", stage.description ?? stage.name],
          ["Submitted", dateTime(stage.submissionTime)],
          ["Duration", duration(stageDuration(stage, now))],
          ["Total Time Across All Tasks", duration(m.executorRunTime)],
          ["Input Size / Records", amount(m.inputBytes, m.inputRecords) || "-"],
          ["Output Size / Records", amount(m.outputBytes, m.outputRecords) || "-"],
          ["Shuffle Read Size / Records", amount(m.shuffleReadBytes, m.shuffleReadRecords) || "-"],
          ["Shuffle Write Size / Records", amount(m.shuffleWriteBytes, m.shuffleWriteRecords) || "-"],
          ["Spill (Memory)", bytes(m.memoryBytesSpilled)],
          ["Spill (Disk)", bytes(m.diskBytesSpilled)],
        ]),
        stage.failureReason === undefined ? undefined : html`<pre class="bad">${stage.failureReason}</pre>`,
      ),
      operators(app, stage, chosen),
      chosen && recordsSection(stage, chosen),
      timelineOf(tasks, now),
      distribution(tasks),
      section("tasks", `Tasks (${tasks.length})`, taskTable(tasks, now, { path: "/stages/stage/", query })),
    ],
  };
}

type SomeRDD = StageRecord["rdds"][number];

/** What the stage is made of, from its sources on. */
function operators(app: Application, stage: StageRecord, chosen: SomeRDD | undefined): Html | undefined {
  const sampled = stage.samples.size > 0;
  const nodes = stage.rdds.map(rdd => ({
    key: rdd.id,
    name: `${rdd.name} [${rdd.id}]`,
    detail: rdd.callSite,
    parents: rdd.parentIds,
    cached: /Memory|Disk/.test(rdd.storageLevel),
    current: rdd === chosen,
    ...(sampled && { href: recordsLink(stage, rdd) }),
  }));
  const graph = dag("RDDs of the stage, from their sources on", nodes);
  if (graph === undefined) return undefined;
  const hint = sampled
    ? html`<p class="soft">A click on an operator shows some of its records.</p>`
    : app.isHistory || app.jobs.sampleRecords > 0
      ? undefined
      : html`<p class="soft">With <code>--conf spark.tspark.ui.sampleRecords=10</code> a click on an operator shows some of its records.</p>`;
  return section("dag", "DAG Visualization", graph, hint);
}

function timelineOf(tasks: readonly TaskRecord[], now: number): Html | undefined {
  const kinds = { SUCCESS: "good", FAILED: "failed", KILLED: "failed", RUNNING: "busy" } as const;
  const timeline = eventTimeline(
    "Tasks over time",
    tasks.map(task => ({
      label: `Task ${task.info.index}${task.info.attempt > 0 ? ` (attempt ${task.info.attempt})` : ""}`,
      href: "#tasks",
      start: task.info.launchTime,
      end: task.info.launchTime + task.duration(now),
      kind: kinds[task.status],
    })),
  );
  return timeline && section("timeline", "Event Timeline", timeline);
}

function distribution(tasks: readonly TaskRecord[]): Html | undefined {
  const summary = taskSummaryJson(tasks, [0, 0.25, 0.5, 0.75, 1]);
  if (summary === undefined) return undefined;
  const done = tasks.filter(t => t.status === "SUCCESS").length;
  const row = (name: string, values: readonly number[], show: (n: number) => string): Row => [
    name,
    ...values.map(show),
  ];
  const plain = String;
  const rows = [
    row("Duration", summary.duration, duration),
    row("Run Time", summary.executorRunTime, duration),
    row("Scheduler Delay", summary.schedulerDelay, duration),
    row("Input Records", summary.inputMetrics.recordsRead, plain),
    row("Output Records", summary.outputMetrics.recordsWritten, plain),
    row("Shuffle Read Records", summary.shuffleReadMetrics.readRecords, plain),
    row("Shuffle Write Records", summary.shuffleWriteMetrics.writeRecords, plain),
    row("Spill (Disk)", summary.diskBytesSpilled, bytes),
  ];
  return section(
    "distribution",
    `Summary Metrics for ${done} Completed Tasks`,
    table(
      "Distribution over the tasks",
      ["Metric", "Min", "25th percentile", "Median", "75th percentile", "Max"],
      rows,
    ),
  );
}

function taskTable(tasks: readonly TaskRecord[], now: number, place: Place): Html {
  return pagedTable(
    "tasks",
    "Tasks",
    [
      "Index",
      "Task ID",
      "Attempt",
      "Status",
      "Executor ID",
      "Launch Time",
      "Duration",
      "Input",
      "Shuffle Read",
      "Shuffle Write",
      "Errors",
    ],
    [...tasks].reverse(),
    task => {
      const { info, metrics: m } = task;
      return [
        info.index,
        info.taskId,
        info.attempt,
        pill(task.status),
        info.executorId,
        dateTime(info.launchTime),
        duration(task.duration(now)),
        m === undefined ? "" : amount(m.inputBytes, m.inputRecords),
        m === undefined ? "" : amount(m.shuffleReadBytes, m.shuffleReadRecords),
        m === undefined ? "" : amount(m.shuffleWriteBytes, m.shuffleWriteRecords),
        task.errorMessage === undefined ? "" : failure(task.errorMessage),
      ];
    },
    place,
  );
}
