import type { JobRecord } from "../status/job-record.js";
import { duration } from "./format.js";
import { type Cell, progress } from "./table.js";

/** How far a job is, in Spark's columns: how long it takes, its stages, the tasks of all of them. */
export function jobProgress(job: JobRecord, now: number): readonly [took: Cell, stages: Cell, tasks: Cell] {
  const skipped = job.numSkippedStages > 0 ? ` (${job.numSkippedStages} skipped)` : "";
  const failed = job.numFailedStages > 0 ? ` (${job.numFailedStages} failed)` : "";
  return [
    duration((job.completionTime ?? now) - job.submissionTime),
    `${job.numCompletedStages}/${job.stageIds.length - job.numSkippedStages}${failed}${skipped}`,
    progress(job.numCompletedTasks, job.numTasks - job.numSkippedTasks, job.numFailedTasks, job.status === "RUNNING"),
  ];
}
