import type { Application } from "../status/application.js";

/**
 * `executors/driver/threads`: Spark's `ThreadStackTrace` of the main thread and of each task that runs now. Locks are a
 * matter of the JVM, and a thread that is busy cannot be asked for its stack.
 */
export function threadsJson(app: Application) {
  const running = app.jobs
    .stages()
    .filter(stage => stage.status === "ACTIVE")
    .flatMap(stage =>
      app.jobs
        .tasks(stage)
        .filter(task => task.status === "RUNNING")
        .map(({ info }) => {
          const task = `task ${info.index}.${info.attempt} in stage ${stage.stageId}.${stage.attemptId}`;
          return thread(info.taskId + 2, `Executor task launch worker for ${task} (TID ${info.taskId})`, true);
        }),
    );
  return [thread(1, "main", false), ...running];
}

function thread(threadId: number, threadName: string, isDaemon: boolean) {
  return {
    threadId,
    threadName,
    threadState: "RUNNABLE",
    stackTrace: { elems: [] as string[] },
    blockedByLock: "",
    holdingLocks: [],
    synchronizers: [],
    monitors: [],
    suspended: false,
    inNative: false,
    isDaemon,
    priority: 5,
  };
}
