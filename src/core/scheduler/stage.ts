import { E } from "../errors/engine-errors.js";
import type { ShuffleDependency } from "../plan/dependency.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { CallSite } from "../util/call-site.js";
import type { RDDInfo, StageInfo } from "./events.js";
import type { Job } from "./job.js";
import type { TaskContext } from "./task-context.js";

/** A run of tasks that need nothing from each other: the plan between two shuffles. */
export class Stage {
  /** Jobs that wait for it now. */
  readonly jobs = new Set<Job>();
  /** Its tasks that run now. */
  readonly running = new Set<TaskContext>();
  #killed: string | undefined;
  #dying: Promise<never> | undefined;
  #die: ((error: Error) => void) | undefined;
  #lose: ((error: Error) => void) | undefined;
  /** Tells that the attempt under way has ended, where {@link terminated} ends it; who runs its tasks sets it. */
  onTerminated: ((error: Error) => void) | undefined;
  attempts = 0;
  /** Of the attempt under way: its tasks, and those that have ended well. */
  tasks = 0;
  succeeded = 0;

  constructor(
    readonly id: number,
    readonly node: PlanNode<unknown>,
    readonly numTasks: number,
    readonly parents: readonly ShuffleStage[],
    readonly callSite: CallSite,
  ) {}

  /** Why its tasks are to end early. */
  get killed(): string | undefined {
    return this.#killed;
  }

  /** Rejects when the stage is killed: nobody waits any longer for a promise of the user that may never resolve. */
  get dying(): Promise<never> {
    if (this.#dying === undefined) {
      this.#dying = new Promise((_, reject) => {
        this.#die = reject;
      });
      this.#dying.catch(() => {});
    }
    return this.#dying;
  }

  /** Ends its tasks early. */
  kill(reason: string): void {
    this.#killed = reason;
    for (const context of this.running) context.killed = reason;
    this.#die?.(E.TASK_KILLED(reason));
  }

  /** The outcome of an attempt, or the error of {@link terminated}. */
  untilTerminated<T>(attempt: Promise<T>): Promise<T> {
    const lost = new Promise<never>((_, reject) => {
      this.#lose = reject;
    });
    return Promise.race([attempt, lost]);
  }

  /**
   * The code of one of its tasks was terminated from outside, and with it, perhaps, the functions that were waiting to go on
   * with the attempt: their promises never settle.
   */
  terminated(error: Error): void {
    this.onTerminated?.(error);
    this.#lose?.(error);
  }

  /** A killed stage that another job needs begins anew. */
  revive(): void {
    this.#killed = undefined;
    this.#dying = undefined;
    this.#die = undefined;
  }
}

/** A stage whose tasks write the map side of a shuffle. */
export class ShuffleStage extends Stage {
  /** Whether all outputs are in the shuffle store. */
  available = false;
  /** The attempt under way. */
  run: Promise<void> | undefined;
  /** Partitions whose output is there. */
  readonly done = new Set<number>();

  constructor(
    id: number,
    readonly dependency: ShuffleDependency,
    parents: readonly ShuffleStage[],
    callSite: CallSite,
  ) {
    super(id, dependency.node, dependency.node.numPartitions, parents, callSite);
  }
}

/** What listeners get to know about a stage; its texts are made when they are read. */
export class StageFacts implements StageInfo {
  attemptNumber: number;
  submissionTime?: number;
  completionTime?: number;
  failureReason?: string;
  readonly stageId: number;
  readonly numTasks: number;
  readonly parentIds: readonly number[];
  readonly #stage: Stage;
  #rdds: readonly RDDInfo[] | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.stageId = stage.id;
    this.numTasks = stage.numTasks;
    this.parentIds = stage.parents.map(p => p.id);
    this.attemptNumber = stage.attempts;
  }

  get name(): string {
    return this.#stage.callSite.short;
  }

  get details(): string {
    return this.#stage.callSite.long;
  }

  get rddInfos(): readonly RDDInfo[] {
    return (this.#rdds ??= rddInfos(this.#stage.node));
  }
}

/** The nodes of a stage: what leads to `node` without a shuffle. */
export function narrowLineage(node: PlanNode<unknown>): PlanNode<unknown>[] {
  const seen = new Set([node]);
  for (const n of seen) for (const d of n.dependencies) if (!d.wide) seen.add(d.node);
  return [...seen];
}

function rddInfos(node: PlanNode<unknown>): RDDInfo[] {
  return narrowLineage(node).map(n => ({
    id: n.id,
    name: n.name ?? n.kind,
    numPartitions: n.numPartitions,
    parentIds: n.dependencies.map(d => d.node.id),
    storageLevel: n.storageLevel.description,
    callSite: n.callSite?.short ?? "",
  }));
}
