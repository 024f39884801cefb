import type { TaskContext } from "../../core/scheduler/task-context.js";

/** A signal that is aborted when the task is killed, until it is released. */
export function killSignal(context: TaskContext): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, release: context.whenKilled(() => controller.abort()) };
}
