import type { JobRecord } from "../status/job-record.js";
import { apiDate, optionalDate } from "./dates.js";

/** `jobs/{id}`: Spark's `JobData`. */
export function jobJson(job: JobRecord) {
  return {
    jobId: job.jobId,
    name: job.name,
    description: job.description,
    submissionTime: apiDate(job.submissionTime),
    completionTime: optionalDate(job.completionTime),
    stageIds: job.stageIds,
    jobGroup: job.jobGroup,
    jobTags: [],
    status: job.status,
    numTasks: job.numTasks,
    numActiveTasks: job.numActiveTasks,
    numCompletedTasks: job.numCompletedTasks,
    numSkippedTasks: job.numSkippedTasks,
    numFailedTasks: job.numFailedTasks,
    numKilledTasks: job.numKilledTasks,
    // Without speculation a task succeeds once.
    numCompletedIndices: job.numCompletedTasks,
    numActiveStages: job.numActiveStages,
    numCompletedStages: job.numCompletedStages,
    numSkippedStages: job.numSkippedStages,
    numFailedStages: job.numFailedStages,
    killedTasksSummary: job.killedTasksSummary,
  };
}
