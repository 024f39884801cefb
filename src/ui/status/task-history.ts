import type { TaskInfo } from "../../core/scheduler/events.js";
import { TaskRecord } from "./task-record.js";

/** The latest `limit` tasks of all stages together, found by their stage. */
export class TaskHistory {
  /** By task id, the first to have started first. */
  readonly #all = new Map<number, TaskRecord>();
  readonly #byStage = new Map<string, Map<number, TaskRecord>>();

  constructor(private readonly limit: number) {}

  start(stageKey: string, info: TaskInfo): void {
    const task = new TaskRecord(stageKey, info);
    this.#all.set(info.taskId, task);
    let tasks = this.#byStage.get(stageKey);
    if (tasks === undefined) this.#byStage.set(stageKey, (tasks = new Map()));
    tasks.set(info.taskId, task);
    if (this.#all.size <= this.limit) return;
    for (const oldest of this.#all.values()) {
      this.#forget(oldest);
      break;
    }
  }

  task(taskId: number): TaskRecord | undefined {
    return this.#all.get(taskId);
  }

  /** Those of a stage's attempt, the first to have started first. */
  tasks(stageKey: string): TaskRecord[] {
    return [...(this.#byStage.get(stageKey)?.values() ?? [])];
  }

  forgetStage(stageKey: string): void {
    for (const id of this.#byStage.get(stageKey)?.keys() ?? []) this.#all.delete(id);
    this.#byStage.delete(stageKey);
  }

  #forget(task: TaskRecord): void {
    this.#all.delete(task.info.taskId);
    const tasks = this.#byStage.get(task.stageKey);
    tasks?.delete(task.info.taskId);
    if (tasks?.size === 0) this.#byStage.delete(task.stageKey);
  }
}
