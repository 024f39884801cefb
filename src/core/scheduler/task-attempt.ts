import type { Clock } from "../clock/clock.js";
import type { SampleSettings } from "../pipeline/sample-settings.js";
import { TaskSamples } from "../pipeline/task-samples.js";
import type { TaskInfo } from "./events.js";
import { describeFailure } from "./failure.js";
import { tellsJobs, tellTaskEnd, tellTaskStart } from "./job-log.js";
import type { ListenerBus } from "./listener-bus.js";
import type { StageAttempt } from "./stage-attempt.js";
import type { SparkStatusTracker } from "./status-tracker.js";
import { TaskContext } from "./task-context.js";
import type { TaskEnvironment } from "./task-environment.js";

/** Who hears of attempts, and what is kept of their records. */
export interface AttemptSetup {
  readonly bus: ListenerBus;
  readonly clock: Clock;
  readonly samples?: SampleSettings | undefined;
}

/** One attempt of a task: its context, and what is told of its start, when it is made, and of its end. */
export class TaskAttempt {
  readonly context: TaskContext;
  readonly #info: TaskInfo;
  readonly #started: number;
  readonly #tells = tellsJobs();

  constructor(
    private readonly setup: AttemptSetup,
    private readonly status: SparkStatusTracker,
    private readonly stageAttempt: StageAttempt,
    /** The partition. */
    readonly index: number,
    /** The place of this attempt among those of the task, from 0. */
    readonly number: number,
    readonly taskId: number,
    environment: TaskEnvironment,
  ) {
    const { bus, clock, samples } = setup;
    const { stage } = stageAttempt;
    this.context = new TaskContext(
      { stageId: stage.id, partitionId: index, attemptNumber: number, taskAttemptId: taskId },
      environment,
    );
    if (samples !== undefined) this.context.samples = new TaskSamples(samples);
    this.#info = {
      taskId,
      index,
      attempt: number,
      partitionId: index,
      launchTime: clock.now(),
      executorId: "driver",
      host: "localhost",
    };
    this.#started = clock.monotonic();
    stageAttempt.running.add(this.context);
    status.countTask(stage.id, 1, 0, 0);
    if (this.#tells) tellTaskStart(stage, stageAttempt.number, this.#info);
    if (!bus.isEmpty) {
      bus.post("onTaskStart", { stageId: stage.id, stageAttemptId: stageAttempt.number, taskInfo: this.#info });
    }
  }

  /** @param error why it has failed, or was killed */
  end(error?: Error): void {
    const { context, stageAttempt } = this;
    const { bus, clock } = this.setup;
    const { stage, number } = stageAttempt;
    const taskInfo = this.#info;
    stageAttempt.running.delete(context);
    this.status.countTask(stage.id, -1, error === undefined ? 1 : 0, error === undefined ? 0 : 1);
    if (error !== undefined) context.completeFailed();
    taskInfo.finishTime = clock.now();
    context.metrics.executorRunTime = clock.monotonic() - this.#started;
    if (error !== undefined) {
      taskInfo.failed = context.killed === undefined;
      taskInfo.killed = context.killed !== undefined;
    } else {
      stageAttempt.succeeded++;
      if (this.#tells) {
        const done = `${stageAttempt.succeeded}/${stageAttempt.tasks}`;
        tellTaskEnd(stage, number, taskInfo, context.metrics.executorRunTime, done);
      }
    }
    if (bus.isEmpty) return;
    const samples = context.samples?.records;
    bus.post("onTaskEnd", {
      stageId: stage.id,
      stageAttemptId: number,
      taskInfo,
      taskMetrics: context.metrics,
      reason: error === undefined ? "Success" : describeFailure(error),
      ...(error && { error }),
      ...(samples && { samples }),
    });
  }
}
