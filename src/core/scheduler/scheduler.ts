import { E } from "../errors/engine-errors.js";
import { sliceIsOver, turn } from "../executor/time-slice.js";
import type { ShuffleDependency } from "../plan/dependency.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import { StorageLevel } from "../storage/storage-level.js";
import type { CallSite } from "../util/call-site.js";
import type { Action } from "./action.js";
import { abortStage, hasCause, tellPlace } from "./failure.js";
import { Job } from "./job.js";
import { tellJobEnd, tellJobStart, tellsJobs } from "./job-log.js";
import { narrowLineage, ShuffleStage, Stage, StageFacts } from "./stage.js";
import { SparkStatusTracker } from "./status-tracker.js";
import { type SchedulerSetup, TaskScheduler } from "./task-scheduler.js";

/** Turns an action into stages, cut at shuffles, and these into tasks. Spark's name: `DAGScheduler`. */
export class Scheduler {
  readonly jobs = new Map<number, Job>();
  readonly status = new SparkStatusTracker();
  #lastJobId = -1;
  #lastStageId = -1;
  /** The stage of a shuffle lives as long as the shuffle. */
  readonly #stages = new WeakMap<ShuffleDependency, ShuffleStage>();
  readonly #tasks: TaskScheduler;
  readonly #droppedShuffles: FinalizationRegistry<number>;

  constructor(private readonly setup: SchedulerSetup) {
    this.#tasks = new TaskScheduler(setup, this.status);
    this.#droppedShuffles = new FinalizationRegistry(id => setup.shuffles.remove(id));
  }

  /** Runs `action` on partitions of `node`; the results are in the order of `partitions`. */
  async run(
    node: PlanNode<unknown>,
    action: Action,
    partitions: readonly number[],
    properties: Readonly<Record<string, string>>,
    callSite: CallSite,
    onResult?: (index: number, result: unknown) => void,
  ): Promise<unknown[]> {
    const { bus, clock } = this.setup;
    const splits = partitions.map(i => node.partitions[i] ?? unknownPartition(i, node));
    const job = new Job(++this.#lastJobId, properties);
    if (splits.length === 0) return this.#runNothing(job);
    const parents = this.#parentStages(node);
    const final = new Stage(++this.#lastStageId, node, splits.length, parents, callSite);
    const stages = withAncestors(final);
    job.stageIds = stages.map(s => s.id);
    this.jobs.set(job.id, job);
    this.#noteJob(job);
    const started = clock.monotonic();
    const tells = tellsJobs();
    if (tells) tellJobStart(job.id, final, splits.length);
    if (!bus.isEmpty) {
      const stageInfos = stages.map(s => new StageFacts(s));
      bus.post("onJobStart", { jobId: job.id, time: clock.now(), stageInfos, properties });
    }
    try {
      if (sliceIsOver()) await turn();
      const result = await Promise.race([job.cancelled, this.#runResultStage(job, final, action, splits, onResult)]);
      job.status = "SUCCEEDED";
      return result;
    } catch (error) {
      job.status = "FAILED";
      job.error ??= error as Error;
      tellPlace(error, callSite);
      job.abandon("job failed");
      if (hasCause(error, "CANNOT_SPILL")) this.#dropOutputs(job);
      throw error;
    } finally {
      for (const stage of job.stages) stage.jobs.delete(job);
      this.jobs.delete(job.id);
      this.#noteJob(job);
      if (tells) tellJobEnd(job.id, final, clock.monotonic() - started, job.status === "SUCCEEDED");
      bus.post("onJobEnd", { jobId: job.id, time: clock.now(), ...(job.error && { error: job.error }) });
      bus.flush();
    }
  }

  /** A job without partitions has no stages, as in Spark: it is told and has ended. */
  #runNothing(job: Job): [] {
    const { bus, clock } = this.setup;
    job.status = "SUCCEEDED";
    this.#noteJob(job);
    if (bus.isEmpty) return [];
    bus.post("onJobStart", { jobId: job.id, time: clock.now(), stageInfos: [], properties: job.properties });
    bus.post("onJobEnd", { jobId: job.id, time: clock.now() });
    bus.flush();
    return [];
  }

  /** Drops what a job put into shuffles that nobody else waits for: the disk has no room for what may be used again. */
  #dropOutputs(job: Job): void {
    for (const stage of job.stages) {
      if (!(stage instanceof ShuffleStage) || stage.jobs.size > 0) continue;
      stage.available = false;
      stage.done.clear();
      this.setup.shuffles.remove(stage.dependency.shuffleId);
    }
  }

  #noteJob({ id, stageIds, status, group }: Job): void {
    this.status.setJob({ jobId: id, stageIds, status, group });
  }

  cancelJobs(which: (job: Job) => boolean, reason: string): void {
    for (const job of [...this.jobs.values()]) if (which(job)) job.cancel(reason);
  }

  /** The shuffles `node` needs, as stages; made where they are new, parents first, as Spark numbers them. */
  #parentStages(node: PlanNode<unknown>): ShuffleStage[] {
    const out: ShuffleStage[] = [];
    const seen = new Set([node]);
    for (const n of seen) {
      for (const d of n.dependencies) {
        if (d.wide) out.push(this.#stageOf(d));
        else seen.add(d.node);
      }
    }
    return [...new Set(out)];
  }

  #stageOf(dependency: ShuffleDependency): ShuffleStage {
    let stage = this.#stages.get(dependency);
    if (stage === undefined) {
      const parents = this.#parentStages(dependency.node);
      const callSite = dependency.node.callSite ?? NOWHERE;
      stage = new ShuffleStage(++this.#lastStageId, dependency, parents, callSite);
      this.#stages.set(dependency, stage);
      this.#droppedShuffles.register(dependency, dependency.shuffleId);
    }
    return stage;
  }

  #runResultStage(
    job: Job,
    stage: Stage,
    action: Action,
    splits: readonly Partition[],
    onResult?: (index: number, result: unknown) => void,
  ): Promise<unknown[]> {
    job.stages.add(stage);
    stage.jobs.add(job);
    return stage.untilTerminated(this.#attemptResultStage(job, stage, action, splits, onResult));
  }

  async #attemptResultStage(
    job: Job,
    stage: Stage,
    action: Action,
    splits: readonly Partition[],
    onResult?: (index: number, result: unknown) => void,
  ): Promise<unknown[]> {
    const missing = this.#missingParents(stage);
    if (missing.length > 0) await Promise.all(missing.map(p => this.#runShuffleStage(job, p)));
    await this.#prepare(job, stage);
    return this.#tasks.run(stage, { kind: "result", node: stage.node, action }, splits, onResult);
  }

  /** The parents whose outputs are needed: not those behind what is wholly in the cache. */
  #missingParents(stage: Stage): ShuffleStage[] {
    const out = new Set<ShuffleStage>();
    const seen = new Set([stage.node]);
    for (const n of seen) {
      if (n.storageLevel !== StorageLevel.NONE && this.setup.blocks.hasAll(n.id, n.numPartitions)) continue;
      for (const d of n.dependencies) {
        if (!d.wide) seen.add(d.node);
        else if (!this.#stageOf(d).available) out.add(this.#stageOf(d));
      }
    }
    return [...out];
  }

  #runShuffleStage(job: Job, stage: ShuffleStage): Promise<void> {
    job.stages.add(stage);
    stage.jobs.add(job);
    stage.run ??= stage.untilTerminated(this.#attemptShuffleStage(job, stage)).finally(() => {
      stage.run = undefined;
    });
    return stage.run;
  }

  async #attemptShuffleStage(job: Job, stage: ShuffleStage): Promise<void> {
    stage.revive();
    await Promise.all(this.#missingParents(stage).map(p => this.#runShuffleStage(job, p)));
    const { dependency } = stage;
    await dependency.partitioner.prepare?.((node, action) => this.#runInner(job, node, action))?.catch(abortStage);
    await this.#prepare(job, stage);
    const todo = dependency.node.partitions.filter(p => !stage.done.has(p.index));
    await this.#tasks.run(stage, { kind: "shuffleMap", dependency }, todo, i => stage.done.add(todo[i]!.index));
    stage.available = true;
  }

  /** Lets the nodes of a stage find out what they must know before a task can run. */
  async #prepare(job: Job, stage: Stage): Promise<void> {
    for (const node of narrowLineage(stage.node)) {
      const wait = node.prepare?.((n, action, partitions) => this.#runInner(job, n, action, partitions));
      if (wait !== undefined) await wait;
    }
  }

  /** Runs an action as part of a job that needs its result to go on. */
  #runInner(job: Job, node: PlanNode<unknown>, action: Action, partitions?: readonly number[]): Promise<unknown[]> {
    const splits = partitions?.map(i => node.partitions[i]!) ?? node.partitions;
    const stage = new Stage(++this.#lastStageId, node, splits.length, [], node.callSite ?? NOWHERE);
    return this.#runResultStage(job, stage, action, splits);
  }
}

const NOWHERE: CallSite = { short: "", long: "" };

function unknownPartition(i: number, node: PlanNode<unknown>): never {
  throw E.UNKNOWN_PARTITION(i, node.numPartitions);
}

/** The stages of a job, parents first. */
function withAncestors(final: Stage): Stage[] {
  const seen = new Set<Stage>([final]);
  for (const stage of seen) for (const p of stage.parents) seen.add(p);
  return [...seen].sort((a, b) => a.id - b.id);
}
