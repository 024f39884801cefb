import type { DashboardView } from "../dashboard/dashboard-view.js";
import type { AppStatusStore } from "./app-status-store.js";
import type { Environment } from "./environment.js";
import type { StorageStatusStore } from "./storage-status-store.js";
import type { StreamingStatusStore } from "./streaming-status-store.js";

/** What the pages may do to a running application. */
export interface Control {
  /** What a request that changes something must bring along: only pages of this server know it. */
  readonly token: string;
  /** Cancels a running job; false where none of that number runs. */
  cancelJob(jobId: number): boolean;
  /** Cancels the running jobs that wait for a stage; false where none does. */
  cancelStage(stageId: number): boolean;
  /** Lets no batch begin any more; false where no streams run, or they are paused. */
  pauseStreams(): boolean;
  /** Lets batches begin again; false where no streams are paused. */
  resumeStreams(): boolean;
}

/** What a list of applications says about each. */
export interface ApplicationSummary {
  /** `local-1795454665218` */
  readonly id: string;
  readonly name: string;
  readonly user: string;
  /** The version of tspark, or of Spark where a log of Spark's is shown. */
  readonly version: string;
  /** ms since the epoch. */
  readonly startTime: number;
  /** ms since the epoch; `undefined` while it runs. */
  readonly endTime: number | undefined;
  /** ms since the epoch: the time now, or that of its end. */
  now(): number;
}

/** What the status port shows: one application, running or, from its event log, finished. */
export interface Application extends ApplicationSummary {
  readonly master: string;
  /** Tasks that may run at the same time. */
  readonly cores: number;
  /** Bytes that the cache and tasks at work may fill together. */
  readonly maxMemory: number;
  /** The host and port its executor is shown with. */
  readonly address: string;
  environment(): Environment;
  readonly jobs: AppStatusStore;
  readonly storage: StorageStatusStore;
  /** The streaming context that runs, `undefined` when none does. */
  readonly streaming: StreamingStatusStore | undefined;
  /** The charts of `toDashboard`, `undefined` where there is none. */
  readonly dashboard: DashboardView | undefined;
  /** Whether it is shown from its event log: nothing of it moves. */
  readonly isHistory: boolean;
  /** `undefined` where nothing can be changed: `spark.ui.killEnabled=false`, or it has ended. */
  readonly control: Control | undefined;
}
