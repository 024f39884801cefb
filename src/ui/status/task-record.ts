import type { TaskInfo, TaskMetrics } from "../../core/scheduler/events.js";
import { withoutOwnFrames } from "../../core/util/own-frames.js";

export type TaskStatus = "RUNNING" | "SUCCESS" | "FAILED" | "KILLED";

/** One attempt of a task, as far as it is known. */
export class TaskRecord {
  status: TaskStatus = "RUNNING";
  /** Once it has ended. */
  metrics: TaskMetrics | undefined;
  /** Why it did not succeed, with the stack where there is one. */
  errorMessage: string | undefined;

  constructor(
    readonly stageKey: string,
    public info: TaskInfo,
  ) {}

  /** @param info as it is at the end: another object than at the start where it was read from a log */
  end(info: TaskInfo, metrics: TaskMetrics, reason: string, error: Error | undefined): void {
    this.info = info;
    this.metrics = metrics;
    this.status = this.info.killed ? "KILLED" : this.info.failed ? "FAILED" : "SUCCESS";
    if (this.status !== "SUCCESS") this.errorMessage = withoutOwnFrames(error?.stack ?? reason);
  }

  /** ms from launch to end, or to `now` while it runs. */
  duration(now: number): number {
    return Math.max(0, (this.info.finishTime ?? now) - this.info.launchTime);
  }

  /** ms between launch and end in which it did not run. */
  get schedulerDelay(): number {
    const { finishTime, launchTime } = this.info;
    if (finishTime === undefined || this.metrics === undefined) return 0;
    return Math.max(0, finishTime - launchTime - Math.round(this.metrics.executorRunTime));
  }
}
