import { type Stage, withAncestors } from "./stage.js";

/** One run of an action. */
export class Job {
  /** All stages that it needs, directly or behind others, and those that run for these. */
  readonly stages = new Set<Stage>();
  stageIds: readonly number[] = [];
  status: "RUNNING" | "SUCCEEDED" | "FAILED" = "RUNNING";
  error: Error | undefined;
  #why: (() => Error) | undefined;
  #begun = false;
  #reject: ((error: Error) => void) | undefined;

  constructor(
    readonly id: number,
    readonly properties: Readonly<Record<string, string>>,
  ) {}

  get group(): string | undefined {
    return this.properties["spark.jobGroup.id"];
  }

  /** Rejects the action: at once where it has begun, else as soon as it would. */
  cancel(why: () => Error): void {
    this.#why = why;
    if (this.#begun) this.begin();
  }

  get isCancelled(): boolean {
    return this.#why !== undefined;
  }

  /** From now on its stages run. Whether they may: it was not cancelled before. */
  begin(): boolean {
    this.#begun = true;
    if (this.#why === undefined) return true;
    // Of thousands that wait for their turn each would otherwise get its error in the moment in which they are cancelled.
    this.error = this.#why();
    this.#reject?.(this.error);
    return false;
  }

  /** Calls `reject` when it is cancelled: at once where it was since it began. */
  whenCancelled(reject: (error: Error) => void): void {
    this.#reject = reject;
    if (this.isCancelled) reject(this.error!);
  }

  /** Counts it among the jobs of a stage, of all that this one has behind it, and of what runs for these. */
  need(final: Stage, all = withAncestors(final)): void {
    const todo = [...all];
    for (const stage of todo) {
      if (this.stages.has(stage)) continue;
      this.stages.add(stage);
      stage.jobs.add(this);
      for (const { stages } of stage.preparations) for (const s of stages) todo.push(...withAncestors(s));
    }
  }
}
