import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { threadId } from "node:worker_threads";
import type { TaskContext } from "../scheduler/task-context.js";
import { type LocalDir, makeLocalDir } from "./local-dir.js";
import { removeSpilled, SpillFile } from "./spill-file.js";

let last = 0;

/** Makes the temporary files of an application, in its directory, which is made when the first is needed. */
export class SpillFiles {
  constructor(private readonly dir: Pick<LocalDir, "path" | "reserve">) {}

  /** In another thread, the files in the directory that {@link reserve} named. */
  static in(reserved: string): SpillFiles {
    let made = false;
    return new SpillFiles({
      get path() {
        if (!made) makeLocalDir(reserved);
        made = true;
        return reserved;
      },
      reserve: () => reserved,
    });
  }

  /** Where the directory is, or will be. */
  reserve(): string {
    return this.dir.reserve();
  }

  /** A new file for `what`, which must be fit for a name. */
  create(what: string): SpillFile {
    return new SpillFile(path.join(this.dir.path, `${what}-${threadId}-${++last}`));
  }

  /** A new file of an attempt of a task: {@link removeOf} removes it. */
  createOf(taskAttemptId: number): SpillFile {
    return this.create(taskName(taskAttemptId));
  }

  /** A new file of a task. It is removed when the task ends, unless `keep` was called. */
  ofTask(context: TaskContext): { readonly file: SpillFile; readonly keep: () => void } {
    const file = this.createOf(context.taskAttemptId());
    let kept = false;
    context.addTaskCompletionListener(() => {
      if (!kept) file.remove();
    });
    return {
      file,
      keep() {
        file.close();
        kept = true;
      },
    };
  }

  /** Removes the files of a task that could not do so itself. */
  removeOf(taskAttemptId: number): void {
    const dir = this.dir.reserve();
    if (!existsSync(dir)) return;
    const prefix = `${taskName(taskAttemptId)}-`;
    for (const name of readdirSync(dir)) if (name.startsWith(prefix)) removeSpilled(path.join(dir, name));
  }
}

const taskName = (taskAttemptId: number) => `task_${taskAttemptId}`;
