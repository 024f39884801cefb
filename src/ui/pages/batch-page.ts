import { operationsJson } from "../api/streaming-json.js";
import type { Application } from "../status/application.js";
import { failure } from "./failure.js";
import { dateTime, duration } from "./format.js";
import { html } from "./html.js";
import { jobProgress } from "./job-progress.js";
import type { Page } from "./layout.js";
import { type Cell, facts, pill, type Row, section, table } from "./table.js";

/** `/streaming/batch/?id=`: a batch, what it read, and each of its output operations with the jobs it ran. */
export function batchPage(app: Application, query: URLSearchParams): Page | undefined {
  const store = app.streaming;
  const id = query.get("id") ?? "";
  const batch = /^\d{1,15}$/.test(id) ? store?.batch(Number(id)) : undefined;
  if (store === undefined || batch === undefined) return undefined;
  const { info } = batch;
  const inputs = [...info.streamIdToInputInfo.values()];
  return {
    title: `Details of batch at ${dateTime(info.batchTime.milliseconds)}`,
    tab: "/streaming/",
    main: [
      section(
        "summary",
        "Summary",
        facts([
          ["Status", pill(info.failure === undefined ? batch.status : "FAILED")],
          ["Batch Duration", duration(store.batchDuration)],
          ["Input data size", `${info.numRecords} records`],
          ["Scheduling delay", duration(info.schedulingDelay)],
          ["Processing time", duration(info.processingDelay)],
          ["Total delay", duration(info.totalDelay)],
        ]),
        info.failure === undefined ? undefined : html`<pre class="bad">${info.failure.message}</pre>`,
      ),
      inputs.length === 0
        ? undefined
        : section(
            "input",
            "Input Metadata",
            table(
              "Inputs of the batch",
              ["Input", "Records", "Metadata"],
              inputs.map(i => [
                i.name,
                i.numRecords,
                i.metadataDescription === undefined ? "-" : html`<pre>${i.metadataDescription}</pre>`,
              ]),
            ),
          ),
      section(
        "operations",
        "Output Operations",
        table(
          "Output operations and their jobs",
          [
            "Output Op Id",
            "Description",
            "Output Op Duration",
            "Status",
            "Job Id",
            "Job Duration",
            "Stages: Succeeded/Total",
            "Tasks (for all stages): Succeeded/Total",
            "Error",
          ],
          operationsJson(batch, app.jobs).flatMap(op => operationRows(app, op)),
        ),
      ),
    ],
  };
}

/** A row for each job of an output operation; what is about the operation stands in the first. */
function operationRows(app: Application, op: ReturnType<typeof operationsJson>[number]): Row[] {
  const ended = op.failureReason !== undefined ? "Failed" : op.endTime !== undefined ? "Succeeded" : "Running";
  const [first = NO_JOB, ...others] = op.jobIds.map(id => {
    const link = html`<a href="/jobs/job/?id=${id}">${id}</a>`;
    return [link, ...jobProgress(app.jobs.job(id)!, app.now())];
  });
  return [
    [
      op.outputOpId,
      html`${op.name}<details><summary>Details</summary><pre>${op.description}</pre></details>`,
      duration(op.duration),
      pill(op.startTime === undefined ? "Waiting" : ended),
      ...first,
      op.failureReason === undefined ? "-" : failure(op.failureReason),
    ],
    ...others.map((job): Row => ["", "", "", "", ...job, ""]),
  ];
}

const NO_JOB: readonly Cell[] = ["-", "-", "-", "-"];
