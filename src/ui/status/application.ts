import type { SparkContext } from "../../core/spark-context.js";
import type { AppStatusStore } from "./app-status-store.js";
import type { StorageStatusStore } from "./storage-status-store.js";
import type { StreamingStatusStore } from "./streaming-status-store.js";

/** What the status port shows: one application, its jobs, and its streams while they run. */
export interface Application {
  readonly sc: SparkContext;
  readonly jobs: AppStatusStore;
  readonly storage: StorageStatusStore;
  /** The streaming context that runs, `undefined` when none does. */
  readonly streaming: StreamingStatusStore | undefined;
}
