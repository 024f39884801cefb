import { receiversJson, statisticsJson } from "../api/streaming-json.js";
import type { Application } from "../status/application.js";
import type { BatchRecord, StreamingStatusStore } from "../status/streaming-status-store.js";
import { chart } from "./chart.js";
import { pauseButton } from "./control-button.js";
import { dateTime, duration, recordRate } from "./format.js";
import { type Html, html } from "./html.js";
import { lagSection } from "./lag.js";
import type { Page } from "./layout.js";
import { pagedTable } from "./paged-table.js";
import type { Point } from "./plot.js";
import { facts, pill, progress, type Row, section, table } from "./table.js";

/** Streams of which a chart of their own is drawn. */
const CHARTS = 20;

const COLUMNS = [
  "Batch Time",
  "Records",
  "Scheduling Delay",
  "Processing Time",
  "Total Delay",
  "Output Ops: Succeeded/Total",
];

/** `/streaming/`; `undefined` where no streaming context runs. */
export function streamingPage(app: Application, query: URLSearchParams): Page | undefined {
  const store = app.streaming;
  if (store === undefined) return undefined;
  const s = statisticsJson(store);
  const batches = store.batches();
  const of = (status: BatchRecord["status"]) => batches.filter(b => b.status === status);
  const completed = of("COMPLETED");
  const groups = [
    ["running", "Running Batches", of("PROCESSING")],
    ["waiting", "Waiting Batches", of("QUEUED")],
  ] as const;
  const limit = limitOf(batches[0]);
  const batchTable = (id: string, name: string, list: readonly BatchRecord[]) =>
    pagedTable(id, name, COLUMNS, list, batchRow, { path: "/streaming/", query });
  return {
    title: "Streaming Statistics",
    tab: "/streaming/",
    main: [
      section(
        "summary",
        "Summary",
        html`<p>${runningSince(app, store)}
(<strong>${s.numTotalCompletedBatches}</strong> completed batches, <strong>${s.numProcessedRecords}</strong> records)${canKeepUp(store, s)}</p>`,
        pausing(app, store),
        draining(store),
        facts([
          ["Input Rate (avg)", recordRate(s.avgInputRate)],
          ["Scheduling Delay (avg)", duration(s.avgSchedulingDelay)],
          ["Processing Time (avg)", duration(s.avgProcessingTime)],
          ["Total Delay (avg)", duration(s.avgTotalDelay)],
          ["Waiting Batches", of("QUEUED").length],
          ["Back-pressure Limit", limit === undefined ? "none" : recordRate(limit)],
        ]),
      ),
      section("charts", "Timelines and histograms", ...charts(store, batches)),
      lagSection(batches),
      receivers(store),
      ...groups
        .filter(([, , list]) => list.length > 0)
        .map(([id, name, list]) => section(id, `${name} (${list.length})`, batchTable(id, name, list))),
      section(
        "completed",
        `Completed Batches (last ${completed.length} out of ${s.numTotalCompletedBatches})`,
        completed.length === 0
          ? html`<p class="soft">${app.isHistory ? "No batch has ended." : "The first batch ends soon."}</p>`
          : batchTable("completed", "Completed Batches", completed),
      ),
    ],
  };
}

function runningSince({ isHistory }: Application, { batchDuration, startTime, endTime }: StreamingStatusStore): Html {
  const [every, from] = [
    html`<strong>${duration(batchDuration)}</strong>`,
    html`<strong>${dateTime(startTime)}</strong>`,
  ];
  if (!isHistory) return html`Running batches of ${every} since ${from}`;
  return endTime === undefined
    ? html`Batches of ${every} since ${from}`
    : html`Batches of ${every} from ${from} to <strong>${dateTime(endTime)}</strong>`;
}

/** Whether batches end as fast as they come: the question the page is looked at for. */
function canKeepUp(store: StreamingStatusStore, s: ReturnType<typeof statisticsJson>): Html | undefined {
  if (s.avgProcessingTime === undefined) return undefined;
  const used = Math.round((100 * s.avgProcessingTime) / store.batchDuration);
  const kind = used > 100 ? "failed" : used > 80 ? "busy" : "good";
  return html` <span class="pill ${kind}">${used}% of the batch time is used</span>`;
}

/** Whether batches begin, and the button for the other. */
function pausing(app: Application, { pausedSince, draining }: StreamingStatusStore): Html | undefined {
  if (pausedSince === undefined) {
    const button = draining === undefined ? pauseButton(app, false) : undefined;
    return button && html`<p>${button}</p>`;
  }
  const since = html`<span class="pill failed">Paused</span> No batch begins since ${dateTime(pausedSince)}; those that are due are made up for.`;
  return html`<p>${since}${pauseButton(app, true)}</p>`;
}

function draining({ draining: d }: StreamingStatusStore): Html | undefined {
  if (d === undefined) return undefined;
  return html`<p><span class="pill busy">Stopping</span> ${d.batches} batches are left${d.receiving ? ", and what was received waits for more" : ""}.</p>`;
}

/** Records a second that all inputs together may deliver; `undefined` where one is not limited. */
function limitOf(batch: BatchRecord | undefined): number | undefined {
  const inputs = [...(batch?.info.streamIdToInputInfo.values() ?? [])];
  const limits = inputs.flatMap(({ rateLimit }) => (rateLimit === undefined ? [] : [rateLimit]));
  return limits.length === 0 || limits.length < inputs.length ? undefined : limits.reduce((a, b) => a + b);
}

function charts(store: StreamingStatusStore, batches: readonly BatchRecord[]): Html[] {
  const ordered = [...batches].reverse();
  const points = (of: (batch: BatchRecord) => number | undefined): Point[] =>
    ordered.flatMap(batch => {
      const value = of(batch);
      return value === undefined ? [] : [[batch.info.batchTime.milliseconds, value] as const];
    });
  const perSecond = (records: number) => (records * 1000) / store.batchDuration;
  const inputs = store.streams.length < 2 ? [] : store.streams.slice(0, CHARTS);
  const lag = points(b => b.info.lag);
  return [
    chart(
      "Input Rate",
      points(b => perSecond(b.info.numRecords)),
      recordRate,
      "records/s",
      points(limitOf),
    ),
    ...inputs.map(({ id, name }) =>
      chart(
        `Input Rate of ${store.receivers.get(id)?.name ?? name}`,
        points(b => perSecond(b.info.streamIdToInputInfo.get(id)?.numRecords ?? 0)),
        recordRate,
        "records/s",
        points(b => b.info.streamIdToInputInfo.get(id)?.rateLimit),
      ),
    ),
    chart(
      "Scheduling Delay",
      points(b => b.info.schedulingDelay),
      duration,
      "ms",
    ),
    chart(
      "Processing Time",
      points(b => b.info.processingDelay),
      duration,
      "ms",
      store.batchDuration,
    ),
    chart(
      "Total Delay",
      points(b => b.info.totalDelay),
      duration,
      "ms",
    ),
    ...(lag.length === 0 ? [] : [chart("Lag", lag, records => `${Math.round(records)} records`, "records")]),
  ];
}

function receivers(store: StreamingStatusStore): Html {
  const limits = store.batches()[0]?.info.streamIdToInputInfo;
  return section(
    "receivers",
    "Receivers and inputs",
    table(
      "Inputs of the graph",
      ["Input", "Status", "Average rate", "Limit", "Executor ID / Host", "Last Error Time", "Last Error Message"],
      receiversJson(store).map(r => {
        const failed = store.receivers.get(r.streamId)?.lastErrorTime ?? -1;
        const limit = limits?.get(r.streamId)?.rateLimit;
        return [
          r.streamName,
          r.isActive === undefined ? pill("no receiver") : pill(r.isActive ? "ACTIVE" : "INACTIVE"),
          recordRate(r.avgEventRate),
          limit === undefined ? "none" : recordRate(limit),
          r.executorId === undefined ? "-" : `${r.executorId} / ${r.executorHost}`,
          dateTime(failed >= 0 ? failed : undefined),
          r.lastErrorMessage === undefined ? "-" : html`<span class="bad">${r.lastErrorMessage}</span>`,
        ];
      }),
    ),
  );
}

function batchRow({ info, status }: BatchRecord): Row {
  const operations = [...info.outputOperationInfos.values()];
  const succeeded = operations.filter(op => op.endTime !== undefined && op.failureReason === undefined).length;
  const failed = operations.filter(op => op.failureReason !== undefined).length;
  const time = info.batchTime.milliseconds;
  return [
    html`<a href="/streaming/batch/?id=${time}">${dateTime(time)}</a>`,
    `${info.numRecords} records`,
    duration(info.schedulingDelay),
    duration(info.processingDelay),
    duration(info.totalDelay),
    progress(
      succeeded,
      operations.length,
      Math.max(failed, info.failure === undefined ? 0 : 1),
      status === "PROCESSING",
    ),
  ];
}
