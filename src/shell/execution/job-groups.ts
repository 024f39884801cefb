import { AsyncResource } from "node:async_hooks";

/** What is asked of a SparkContext here. */
interface GroupingContext {
  getLocalProperty(key: string): string | undefined;
  setLocalProperty(key: string, value: string | undefined): void;
  cancelJobGroup(group: string): unknown;
  readonly statusTracker?: {
    getActiveJobIds(): readonly number[];
    getJobInfo(job: number): { readonly group?: string | undefined } | undefined;
  };
}

const GROUP = "spark.jobGroup.id";
/** The groups that streams give their batches. */
const STREAMS = /^streaming-\d+$/;
const OURS = /^console-\d+$/;

/**
 * Runs each input with its jobs in a group, so that Ctrl-C cancels them and none of the streams'. What the user sets on the
 * context (`sc.setJobGroup`, local properties) goes with the inputs that follow, as it goes with the thread in Spark.
 */
export class JobGroups {
  readonly #inputs = new AsyncResource("tspark.console");
  #count = 0;
  #group: string | undefined;

  /** @param context the session's `sc`, as it is now */
  constructor(private readonly context: () => unknown) {}

  /** Runs the beginning of an input; what it starts goes on in the same context. */
  enter<T>(work: () => T): T {
    return this.#inputs.runInAsyncScope(() => {
      this.#group = this.#enterGroup();
      return work();
    });
  }

  /** Cancels the jobs of the input that runs. */
  cancel(): void {
    if (this.#group === undefined) return;
    const cancelled = attempt(() => this.#grouping()?.cancelJobGroup(this.#group!));
    if (cancelled instanceof Promise) cancelled.catch(() => {});
  }

  /** Whether jobs are running that no stream has begun. */
  areRunning(): boolean {
    const tracker = this.#grouping()?.statusTracker;
    return tracker?.getActiveJobIds().some(job => !STREAMS.test(tracker.getJobInfo(job)?.group ?? "")) ?? false;
  }

  #enterGroup(): string | undefined {
    return attempt(() => {
      const sc = this.#grouping();
      const before = sc?.getLocalProperty(GROUP);
      if (before !== undefined && !OURS.test(before)) return before;
      const group = `console-${this.#count++}`;
      sc?.setLocalProperty(GROUP, group);
      return group;
    });
  }

  #grouping(): GroupingContext | undefined {
    const sc = this.context() as Partial<GroupingContext> | undefined;
    return typeof sc?.setLocalProperty === "function" && typeof sc.cancelJobGroup === "function"
      ? (sc as GroupingContext)
      : undefined;
  }
}

/** A stopped context refuses everything: then there are no jobs to cancel. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
