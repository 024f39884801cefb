import { receiversJson, statisticsJson } from "../api/streaming-json.js";
import type { Application } from "../status/application.js";
import type { BatchRecord, StreamingStatusStore } from "../status/streaming-status-store.js";
import { chart, type Point } from "./chart.js";
import { dateTime, duration, recordRate } from "./format.js";
import { type Html, html } from "./html.js";
import type { Page } from "./layout.js";
import { facts, type Row, section, table } from "./table.js";

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
export function streamingPage(app: Application): Page | undefined {
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
  return {
    title: "Streaming Statistics",
    tab: "/streaming/",
    main: [
      section(
        "summary",
        "Summary",
        html`<p>Running batches of ${duration(store.batchDuration)} since ${dateTime(store.startTime)}
(${s.numTotalCompletedBatches} completed batches, ${s.numProcessedRecords} records)</p>`,
        facts([
          ["Input Rate (avg)", recordRate(s.avgInputRate)],
          ["Scheduling Delay (avg)", duration(s.avgSchedulingDelay)],
          ["Processing Time (avg)", duration(s.avgProcessingTime)],
          ["Total Delay (avg)", duration(s.avgTotalDelay)],
        ]),
      ),
      section("charts", "Timelines and histograms", ...charts(store, batches)),
      receivers(store),
      ...groups
        .filter(([, , list]) => list.length > 0)
        .map(([id, name, list]) => section(id, `${name} (${list.length})`, table(name, COLUMNS, list.map(batchRow)))),
      section(
        "completed",
        `Completed Batches (last ${completed.length} out of ${s.numTotalCompletedBatches})`,
        table("Completed Batches", COLUMNS, completed.map(batchRow)),
      ),
    ],
  };
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
  return [
    chart(
      "Input Rate",
      points(b => perSecond(b.info.numRecords)),
      recordRate,
    ),
    ...inputs.map(({ id, name }) =>
      chart(
        `Input Rate of ${store.receivers.get(id)?.name ?? name}`,
        points(b => perSecond(b.info.streamIdToInputInfo.get(id)?.numRecords ?? 0)),
        recordRate,
      ),
    ),
    chart(
      "Scheduling Delay",
      points(b => b.info.schedulingDelay),
      duration,
    ),
    chart(
      "Processing Time",
      points(b => b.info.processingDelay),
      duration,
      store.batchDuration,
    ),
    chart(
      "Total Delay",
      points(b => b.info.totalDelay),
      duration,
    ),
  ];
}

function receivers(store: StreamingStatusStore): Html {
  return section(
    "receivers",
    "Receivers and inputs",
    table(
      "Inputs of the graph",
      ["Input", "Status", "Average rate", "Executor ID / Host", "Last Error Time", "Last Error Message"],
      receiversJson(store).map(r => {
        const failed = store.receivers.get(r.streamId)?.lastErrorTime ?? -1;
        return [
          r.streamName,
          r.isActive === undefined ? "no receiver" : r.isActive ? "ACTIVE" : "INACTIVE",
          recordRate(r.avgEventRate),
          r.executorId === undefined ? "-" : `${r.executorId} / ${r.executorHost}`,
          dateTime(failed >= 0 ? failed : undefined),
          r.lastErrorMessage ?? "-",
        ];
      }),
    ),
  );
}

function batchRow({ info }: BatchRecord): Row {
  const operations = [...info.outputOperationInfos.values()];
  const succeeded = operations.filter(op => op.endTime !== undefined && op.failureReason === undefined).length;
  const failed = operations.some(op => op.failureReason !== undefined) || info.failure !== undefined;
  const time = info.batchTime.milliseconds;
  return [
    html`<a href="/streaming/batch/?id=${time}">${dateTime(time)}</a>`,
    `${info.numRecords} records`,
    duration(info.schedulingDelay),
    duration(info.processingDelay),
    duration(info.totalDelay),
    html`${succeeded}/${operations.length}${failed ? html` <span class="bad">(failed)</span>` : undefined}`,
  ];
}
