import { type Clock, SystemClock, type Timer } from "../../core/clock/clock.js";
import type {
  SparkListener,
  SparkListenerStageCompleted,
  SparkListenerStageSubmitted,
  SparkListenerTaskEnd,
  SparkListenerTaskStart,
} from "../../core/scheduler/events.js";
import type { Panel, Screen } from "../terminal/screen.js";

/** A stage is shown when it has run for so long, ms. */
const PATIENCE = 500;

/** More stages at once are not shown, as in Spark. */
const MOST_STAGES = 3;

/** Columns below which a stage does not share the line with another one. */
const NARROWEST = 30;

interface Running {
  readonly id: number;
  readonly tasks: number;
  readonly since: number;
  active: number;
  done: number;
}

/**
 * A line about the stages that run: `[Stage 3:=====>      (12 + 2) / 40]  4.1 tasks/s, 7 s left`; done, running and all tasks. It
 * stands above the line being typed and is gone when the stages are.
 *
 * Spark's `ConsoleProgressBar`.
 */
export class ProgressLine implements SparkListener {
  readonly #stages = new Map<string, Running>();
  #timer: Timer | undefined;
  readonly #panel: Panel = { rank: 1, stays: false, lines: columns => this.#lines(columns) };

  /** @param interval ms between two looks at the stages, as `spark.ui.consoleProgress.update.interval` */
  constructor(
    private readonly screen: Pick<Screen, "raise" | "drop">,
    private readonly interval: number,
    private readonly clock: Clock = new SystemClock({ unref: true }),
  ) {}

  onStageSubmitted({ stageInfo }: SparkListenerStageSubmitted): void {
    const { stageId: id, attemptNumber, numTasks: tasks } = stageInfo;
    this.#stages.set(`${id}.${attemptNumber}`, { id, tasks, since: this.clock.now(), active: 0, done: 0 });
    this.#look();
  }

  onTaskStart({ stageId, stageAttemptId }: SparkListenerTaskStart): void {
    const stage = this.#stages.get(`${stageId}.${stageAttemptId}`);
    if (stage) stage.active++;
  }

  onTaskEnd({ stageId, stageAttemptId, reason }: SparkListenerTaskEnd): void {
    const stage = this.#stages.get(`${stageId}.${stageAttemptId}`);
    if (!stage) return;
    stage.active--;
    if (reason === "Success") stage.done++;
  }

  onStageCompleted({ stageInfo }: SparkListenerStageCompleted): void {
    this.#stages.delete(`${stageInfo.stageId}.${stageInfo.attemptNumber}`);
    if (this.#shown.length === 0) this.screen.drop(this.#panel);
  }

  /** A job that was cancelled or has failed leaves stages that never complete. */
  onJobEnd(): void {
    for (const [key, stage] of this.#stages) if (stage.active === 0) this.#stages.delete(key);
    if (this.#shown.length === 0) this.screen.drop(this.#panel);
  }

  get #shown(): Running[] {
    const now = this.clock.now();
    return [...this.#stages.values()].filter(s => now - s.since >= PATIENCE).slice(0, MOST_STAGES);
  }

  /** Looks at the stages again and again, as long as there are some. */
  #look(): void {
    if (this.#timer) return;
    this.#timer = this.clock.at(this.clock.now() + this.interval, () => {
      this.#timer = undefined;
      if (this.#shown.length > 0) this.screen.raise(this.#panel);
      if (this.#stages.size > 0) this.#look();
    });
  }

  #lines(columns: number): string[] {
    const stages = this.#shown.slice(0, Math.max(1, Math.floor(columns / NARROWEST)));
    if (stages.length === 0) return [];
    // The last column stays free: some terminals wrap there.
    const width = Math.floor((columns - 1) / stages.length);
    return [stages.map(stage => this.#stage(stage, width)).join("")];
  }

  #stage({ id, tasks, since, active, done }: Running, width: number): string {
    const head = `[Stage ${id}:`;
    const tail = `(${done} + ${active}) / ${tasks}]`;
    const pace = this.#pace(tasks, done, since);
    const bar = width - head.length - tail.length - pace.length;
    if (bar < 4 && pace !== "") return `${head}${tail}`.slice(0, width);
    if (bar < 1) return `${head}${tail}`.slice(0, width);
    const full = Math.floor((bar * done) / Math.max(1, tasks));
    const arrow = Array.from({ length: bar }, (_, i) => (i < full ? "=" : i === full ? ">" : " ")).join("");
    return `${head}${arrow}${tail}${pace}`;
  }

  /** How fast it goes, and how long it will take if it goes on so. */
  #pace(tasks: number, done: number, since: number): string {
    const seconds = (this.clock.now() - since) / 1000;
    if (done === 0 || seconds <= 0) return "";
    const rate = done / seconds;
    return ` ${formatRate(rate)} tasks/s, ${formatSeconds((tasks - done) / rate)} left`;
  }
}

function formatRate(rate: number): string {
  return rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2);
}

/** `7 s`, `2 min 5 s`, `3 h 12 min`. */
function formatSeconds(seconds: number): string {
  const s = Math.ceil(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
