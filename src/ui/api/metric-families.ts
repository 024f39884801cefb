import type { Application } from "../status/application.js";
import { lagsOf } from "./lag-forecast.js";
import { statisticsJson } from "./streaming-json.js";

/** One metric of `/metrics/prometheus`, which is what its documentation and its tests are made from. */
export interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge";
  /** What it says, with its unit. */
  readonly help: string;
  /** Its value, or one for each combination of labels; `undefined` leaves it out: without a streaming context there are no streams. */
  readonly value: (app: Application) => number | readonly Sample[] | undefined;
}

/** One value of a metric that has several. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function lagSamples({ streaming }: Application): Sample[] {
  return lagsOf(streaming?.batches() ?? []).map(({ stream, topic, partition, lag }) => ({
    // Two inputs may read the same partition.
    labels: { input: stream, topic, partition: String(partition) },
    value: lag,
  }));
}

function limitSamples({ streaming }: Application): Sample[] {
  const inputs = streaming?.batches()[0]?.info.streamIdToInputInfo.values() ?? [];
  return [...inputs].flatMap(({ name, rateLimit }) =>
    rateLimit === undefined ? [] : [{ labels: { input: name }, value: rateLimit }],
  );
}

const streaming =
  (of: (s: ReturnType<typeof statisticsJson>) => number | undefined) =>
  ({ streaming }: Application): number | undefined =>
    streaming && of(statisticsJson(streaming));

const lastBatch =
  (of: "schedulingDelay" | "processingDelay" | "totalDelay") =>
  ({ streaming }: Application): number | undefined =>
    inSeconds(streaming?.batches().find(b => b.status === "COMPLETED")?.info[of]);

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

/** All metrics. Their names stay. */
export const FAMILIES: readonly Family[] = [
  {
    name: "tspark_uptime_seconds",
    type: "gauge",
    help: "Time since the application started.",
    value: ({ now, startTime }) => (now() - startTime) / 1000,
  },
  {
    name: "tspark_jobs_active",
    type: "gauge",
    help: "Jobs that run now.",
    value: ({ jobs }) => jobs.jobs().filter(job => job.status === "RUNNING").length,
  },
  {
    name: "tspark_tasks_active",
    type: "gauge",
    help: "Tasks that run now.",
    value: ({ jobs }) => jobs.executor.activeTasks,
  },
  {
    name: "tspark_tasks_completed_total",
    type: "counter",
    help: "Tasks that succeeded.",
    value: ({ jobs }) => jobs.executor.completedTasks,
  },
  {
    name: "tspark_tasks_failed_total",
    type: "counter",
    help: "Tasks that failed.",
    value: ({ jobs }) => jobs.executor.failedTasks,
  },
  {
    name: "tspark_tasks_killed_total",
    type: "counter",
    help: "Tasks that were cancelled.",
    value: ({ jobs }) => jobs.executor.killedTasks,
  },
  {
    name: "tspark_task_time_seconds_total",
    type: "counter",
    help: "Time of all tasks that have ended, from launch to end.",
    value: ({ jobs }) => jobs.executor.totalDuration / 1000,
  },
  {
    name: "tspark_storage_memory_bytes",
    type: "gauge",
    help: "Memory of the cached partitions.",
    value: ({ storage }) => storage.totals().memory,
  },
  {
    name: "tspark_storage_disk_bytes",
    type: "gauge",
    help: "Disk space of the cached partitions.",
    value: ({ storage }) => storage.totals().disk,
  },
  {
    name: "tspark_streaming_batches_completed_total",
    type: "counter",
    help: "Batches of the running streaming context that have ended, well or not.",
    value: streaming(s => s.numTotalCompletedBatches),
  },
  {
    name: "tspark_streaming_batches_active",
    type: "gauge",
    help: "Batches that wait or run.",
    value: streaming(s => s.numActiveBatches),
  },
  {
    name: "tspark_streaming_paused",
    type: "gauge",
    help: "Whether the streams are paused: 1, else 0.",
    value: ({ streaming }) => streaming && Number(streaming.pausedSince !== undefined),
  },
  {
    name: "tspark_streaming_records_received_total",
    type: "counter",
    help: "Records of all batches that have begun.",
    value: streaming(s => s.numReceivedRecords),
  },
  {
    name: "tspark_streaming_records_processed_total",
    type: "counter",
    help: "Records of all batches that have ended.",
    value: streaming(s => s.numProcessedRecords),
  },
  {
    name: "tspark_streaming_receivers_active",
    type: "gauge",
    help: "Receivers that run now.",
    value: streaming(s => s.numActiveReceivers),
  },
  {
    name: "tspark_process_resident_memory_bytes",
    type: "gauge",
    help: "Memory that the process takes.",
    value: () => process.memoryUsage.rss(),
  },
  {
    name: "tspark_streaming_lag_records",
    type: "gauge",
    help: "Records of a partition that were left when the latest batch was made; labels input, topic and partition.",
    value: lagSamples,
  },
  {
    name: "tspark_streaming_rate_limit_records_per_second",
    type: "gauge",
    help: "What back-pressure let an input deliver when the latest batch was made; label input.",
    value: limitSamples,
  },
  {
    name: "tspark_streaming_last_batch_scheduling_delay_seconds",
    type: "gauge",
    help: "Of the latest batch that has ended: from its submission to the start of its first job.",
    value: lastBatch("schedulingDelay"),
  },
  {
    name: "tspark_streaming_last_batch_processing_time_seconds",
    type: "gauge",
    help: "Of the latest batch that has ended: from the start of its first job to the end of its last.",
    value: lastBatch("processingDelay"),
  },
  {
    name: "tspark_streaming_last_batch_total_delay_seconds",
    type: "gauge",
    help: "Of the latest batch that has ended: from its submission to the end of its last job.",
    value: lastBatch("totalDelay"),
  },
];
