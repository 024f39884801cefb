import { randomBytes } from "node:crypto";
import { memoryBudget } from "../../core/memory/memory-budget.js";
import type { SparkContext } from "../../core/spark-context.js";
import { VERSION } from "../../core/version.js";
import type { StreamingContext } from "../../streaming/streaming-context.js";
import type { DashboardView } from "../dashboard/dashboard-view.js";
import { dashboardOf } from "../dashboard/dashboards.js";
import { AppStatusStore } from "./app-status-store.js";
import type { Application, Control } from "./application.js";
import { type Environment, processEnvironment } from "./environment.js";
import { StorageStatusStore } from "./storage-status-store.js";
import type { StreamingStatusStore } from "./streaming-status-store.js";
import { systemUser } from "./system-user.js";

/** The application of a `SparkContext` of this process, as its listeners hear of it. */
export class LiveApplication implements Application {
  readonly id: string;
  readonly name: string;
  readonly master: string;
  readonly user = systemUser();
  readonly version = VERSION;
  readonly startTime: number;
  readonly endTime = undefined;
  readonly isHistory = false;
  readonly cores: number;
  readonly maxMemory: number;
  readonly jobs: AppStatusStore;
  readonly storage = new StorageStatusStore();
  readonly control: Control | undefined;
  streaming: StreamingStatusStore | undefined;
  /** The streaming context that `streaming` is about. */
  streams: Pick<StreamingContext, "isPaused" | "pause" | "resume"> | undefined;
  readonly #sc: SparkContext;

  constructor(sc: SparkContext) {
    const { conf } = sc;
    this.#sc = sc;
    this.id = sc.applicationId;
    this.name = sc.appName;
    this.master = sc.master;
    this.startTime = sc.startTime;
    this.cores = sc.defaultParallelism;
    this.maxMemory = memoryBudget(conf);
    this.jobs = new AppStatusStore({
      retainedJobs: conf.getInt("spark.ui.retainedJobs"),
      retainedStages: conf.getInt("spark.ui.retainedStages"),
      retainedTasks: conf.getInt("spark.ui.retainedTasks"),
      sampleRecords: conf.getInt("spark.tspark.ui.sampleRecords"),
    });
    this.control = conf.getBoolean("spark.ui.killEnabled") ? controlOf(this, sc) : undefined;
  }

  now = (): number => this.#sc.clock.now();

  get address(): string {
    return this.#sc.uiWebUrl === undefined ? "localhost" : new URL(this.#sc.uiWebUrl).host;
  }

  environment(): Environment {
    return processEnvironment(this.#sc.conf, this.id);
  }

  get dashboard(): DashboardView | undefined {
    return dashboardOf(this.#sc);
  }
}

function controlOf(app: LiveApplication, sc: SparkContext): Control {
  const { jobs } = app;
  const cancel = (jobId: number, reason: string) => {
    if (jobs.job(jobId)?.status !== "RUNNING") return false;
    sc.cancelJob(jobId, reason);
    return true;
  };
  return {
    token: randomBytes(24).toString("base64url"),
    cancelJob: jobId => cancel(jobId, "by the button of the status page"),
    cancelStage(stageId) {
      const waiting = jobs.jobs().filter(job => job.status === "RUNNING" && job.stageIds.includes(stageId));
      return waiting.filter(job => cancel(job.jobId, `because stage ${stageId} was cancelled`)).length > 0;
    },
    pauseStreams() {
      if (app.streams === undefined || app.streams.isPaused) return false;
      app.streams.pause();
      // A stop that goes on lets nobody hold it up.
      return app.streams.isPaused;
    },
    resumeStreams() {
      if (!app.streams?.isPaused) return false;
      app.streams.resume();
      return true;
    },
  };
}
