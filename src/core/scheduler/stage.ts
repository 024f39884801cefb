import type { ShuffleDependency } from "../plan/dependency.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { CallSite } from "../util/call-site.js";
import type { RDDInfo, StageInfo } from "./events.js";
import type { Job } from "./job.js";
import type { MapOutputs } from "./map-outputs.js";
import type { Preparation } from "./preparation.js";
import type { StageAttempt } from "./stage-attempt.js";

/** A run of tasks that need nothing from each other: the plan between two shuffles. It exists while a job needs it. */
export class Stage {
  /** The jobs under way that need it, or that need what needs it. */
  readonly jobs = new Set<Job>();
  /** No job needs it any more: who needs the same from now on makes another stage. */
  over = false;
  /** What its tasks wait for besides its parents. */
  readonly preparations = new Set<Preparation>();
  /** The attempt under way, or the last one. */
  attempt: StageAttempt | undefined;
  /** How many attempts have begun to run tasks. */
  attempts = 0;

  constructor(
    readonly id: number,
    readonly node: PlanNode<unknown>,
    readonly numTasks: number,
    readonly parents: readonly ShuffleStage[],
    readonly callSite: CallSite,
  ) {}
}

/** A stage whose tasks write the map side of a shuffle. */
export class ShuffleStage extends Stage {
  /** What the attempt under way will have done. */
  run: Promise<void> | undefined;

  constructor(
    id: number,
    readonly dependency: ShuffleDependency,
    readonly outputs: MapOutputs,
    parents: readonly ShuffleStage[],
    callSite: CallSite,
  ) {
    super(id, dependency.node, dependency.node.numPartitions, parents, callSite);
  }

  /** Whether all outputs are in the shuffle store. */
  get available(): boolean {
    return this.outputs.available;
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

/** A stage and all it has behind it, in the order of their numbers: parents first. */
export function withAncestors(final: Stage): Stage[] {
  const seen = new Set<Stage>([final]);
  for (const stage of seen) for (const p of stage.parents) seen.add(p);
  return [...seen].sort((a, b) => a.id - b.id);
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
