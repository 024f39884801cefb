import type { TaskMetrics } from "../../core/scheduler/events.js";

/** What the driver's process has done, summed over all tasks. Times in ms, sizes in bytes. */
export class ExecutorRecord {
  activeTasks = 0;
  failedTasks = 0;
  completedTasks = 0;
  killedTasks = 0;
  totalDuration = 0;
  totalGCTime = 0;
  totalInputBytes = 0;
  totalShuffleRead = 0;
  totalShuffleWrite = 0;

  get totalTasks(): number {
    return this.activeTasks + this.failedTasks + this.completedTasks + this.killedTasks;
  }

  endTask(outcome: "SUCCESS" | "FAILED" | "KILLED", duration: number, m: TaskMetrics): void {
    this.activeTasks--;
    if (outcome === "SUCCESS") this.completedTasks++;
    else if (outcome === "FAILED") this.failedTasks++;
    else this.killedTasks++;
    this.totalDuration += duration;
    this.totalGCTime += m.jvmGCTime;
    this.totalInputBytes += m.inputBytes;
    this.totalShuffleRead += m.shuffleReadBytes;
    this.totalShuffleWrite += m.shuffleWriteBytes;
  }
}
