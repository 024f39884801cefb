/** What is asked of a SparkContext here. */
interface GroupingContext {
  setJobGroup(group: string, description: string, interruptOnCancel?: boolean): void;
  cancelJobGroup(group: string): unknown;
}

/** Runs each input in a job group of its own, so that Ctrl-C cancels its jobs and none of the streams'. */
export class JobGroups {
  #count = 0;

  /** @param context the session's `sc`, as it is now */
  constructor(private readonly context: () => unknown) {}

  /** A name for the next input's jobs. */
  next(): string {
    return `console-${this.#count++}`;
  }

  /** Runs `work` with its jobs in `group`; the group goes with the asynchronous context and ends with it. */
  async run<T>(group: string, work: () => Promise<T>): Promise<T> {
    const sc = this.#grouping();
    try {
      sc?.setJobGroup(group, group, true);
    } catch {
      // A stopped context: there will be no jobs to cancel.
    }
    return work();
  }

  cancel(group: string): void {
    try {
      const cancelled = this.#grouping()?.cancelJobGroup(group);
      if (cancelled instanceof Promise) cancelled.catch(() => {});
    } catch {
      // The same.
    }
  }

  #grouping(): GroupingContext | undefined {
    const sc = this.context() as Partial<GroupingContext> | undefined;
    return typeof sc?.setJobGroup === "function" && typeof sc.cancelJobGroup === "function"
      ? (sc as GroupingContext)
      : undefined;
  }
}
