import { E } from "../errors/engine-errors.js";
import type { Stage } from "./stage.js";

/** One run of an action. */
export class Job {
  readonly stages = new Set<Stage>();
  stageIds: readonly number[] = [];
  status: "RUNNING" | "SUCCEEDED" | "FAILED" = "RUNNING";
  /** Rejects when the job is cancelled; never resolves. */
  readonly cancelled: Promise<never>;
  #reject!: (error: Error) => void;
  error: Error | undefined;

  constructor(
    readonly id: number,
    readonly properties: Readonly<Record<string, string>>,
  ) {
    this.cancelled = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.cancelled.catch(() => {});
  }

  get group(): string | undefined {
    return this.properties["spark.jobGroup.id"];
  }

  /** Rejects the action at once; tasks end when they next look. */
  cancel(reason: string): void {
    if (this.status !== "RUNNING" || this.error !== undefined) return;
    this.error = E.JOB_CANCELLED(this.id, reason);
    this.abandon(`job ${this.id} cancelled`);
    this.#reject(this.error);
  }

  /** Kills the stages nobody else waits for. */
  abandon(reason: string): void {
    for (const stage of this.stages) {
      stage.jobs.delete(this);
      if (stage.jobs.size === 0) stage.kill(reason);
    }
  }
}
