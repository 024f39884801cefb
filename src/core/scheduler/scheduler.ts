import { E } from "../errors/engine-errors.js";
import { sliceIsOver, turn } from "../executor/time-slice.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import { StorageLevel } from "../storage/storage-level.js";
import type { CallSite } from "../util/call-site.js";
import type { Action } from "./action.js";
import { abortStage, hasCause, tellPlace } from "./failure.js";
import { Job } from "./job.js";
import { tellJobEnd, tellJobStart, tellsJobs } from "./job-log.js";
import { Preparation } from "./preparation.js";
import { narrowLineage, type ShuffleStage, type Stage, StageFacts, withAncestors } from "./stage.js";
import { LEFT, StageAttempt } from "./stage-attempt.js";
import { Stages } from "./stages.js";
import { SparkStatusTracker } from "./status-tracker.js";
import { type SchedulerSetup, TaskScheduler } from "./task-scheduler.js";

/** What must be known before tasks can run, and takes stages of its own to find out. */
interface Preparable {
  prepare?(run: RunInner): Promise<void> | undefined;
}

type RunInner = (node: PlanNode<unknown>, action: Action, partitions?: readonly number[]) => Promise<unknown[]>;

/** Turns an action into stages, cut at shuffles, and these into tasks. Spark's name: `DAGScheduler`. */
export class Scheduler {
  readonly jobs = new Map<number, Job>();
  readonly status = new SparkStatusTracker();
  #lastJobId = -1;
  readonly #stages: Stages;
  readonly #tasks: TaskScheduler;
  readonly #preparations = new WeakMap<Preparable, Preparation>();

  constructor(private readonly setup: SchedulerSetup) {
    this.#stages = new Stages(setup.shuffles);
    this.#tasks = new TaskScheduler(setup, this.status);
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
    const final = this.#stages.make(node, splits.length, callSite);
    const stages = withAncestors(final);
    job.stageIds = stages.map(s => s.id);
    job.need(final, stages);
    this.jobs.set(job.id, job);
    this.#noteJob(job);
    if (sliceIsOver()) await turn();
    if (!job.begin()) this.#dropJob(job, callSite);
    const started = clock.monotonic();
    const tells = tellsJobs();
    if (tells) tellJobStart(job.id, final, splits.length);
    if (!bus.isEmpty) {
      const stageInfos = stages.map(s => new StageFacts(s));
      const { stageIds } = job;
      bus.post("onJobStart", { jobId: job.id, time: clock.now(), stageInfos, stageIds, properties });
    }
    try {
      const result = await this.#runResultStage(final, action, splits, onResult, reject => job.whenCancelled(reject));
      job.status = "SUCCEEDED";
      return result;
    } catch (error) {
      job.status = "FAILED";
      job.error ??= error as Error;
      tellPlace(error, callSite);
      this.#stages.leave(job, "job failed");
      if (hasCause(error, "CANNOT_SPILL")) this.#stages.dropOutputs(job);
      throw error;
    } finally {
      this.#stages.leave(job, "job finished");
      this.jobs.delete(job.id);
      this.#noteJob(job);
      if (tells) tellJobEnd(job.id, final, clock.monotonic() - started, job.status === "SUCCEEDED");
      if (!bus.isEmpty) {
        const jobResult = job.status === "SUCCEEDED" ? "JobSucceeded" : "JobFailed";
        bus.post("onJobEnd", { jobId: job.id, time: clock.now(), jobResult, ...(job.error && { error: job.error }) });
        bus.flush();
      }
    }
  }

  /** A job without partitions has no stages, as in Spark: it is told and has ended. */
  #runNothing(job: Job): [] {
    const { bus, clock } = this.setup;
    job.status = "SUCCEEDED";
    this.#noteJob(job);
    if (bus.isEmpty) return [];
    bus.post("onJobStart", {
      jobId: job.id,
      time: clock.now(),
      stageInfos: [],
      stageIds: [],
      properties: job.properties,
    });
    bus.post("onJobEnd", { jobId: job.id, time: clock.now(), jobResult: "JobSucceeded" });
    bus.flush();
    return [];
  }

  /** A job that was cancelled before its turn: nobody has heard of it. */
  #dropJob(job: Job, callSite: CallSite): never {
    job.status = "FAILED";
    tellPlace(job.error, callSite);
    this.jobs.delete(job.id);
    this.#noteJob(job);
    throw job.error;
  }

  #noteJob({ id, stageIds, status, group }: Job): void {
    this.status.setJob({ jobId: id, stageIds, status, group });
  }

  cancelJobs(which: (job: Job) => boolean, reason: string): void {
    for (const job of [...this.jobs.values()]) {
      if (!which(job) || job.status !== "RUNNING" || job.isCancelled) continue;
      job.cancel(() => E.JOB_CANCELLED(job.id, reason));
      // Its tasks end when they next look.
      this.#stages.leave(job, `job ${job.id} cancelled`);
    }
  }

  #runResultStage(
    stage: Stage,
    action: Action,
    splits: readonly Partition[],
    onResult?: (index: number, result: unknown) => void,
    onReject?: (reject: (error: Error) => void) => void,
  ): Promise<unknown[]> {
    const attempt = new StageAttempt(stage);
    return attempt.untilTerminated(this.#attemptResultStage(attempt, action, splits, onResult), onReject);
  }

  async #attemptResultStage(
    attempt: StageAttempt,
    action: Action,
    splits: readonly Partition[],
    onResult?: (index: number, result: unknown) => void,
  ): Promise<unknown[]> {
    const { node } = attempt.stage;
    await this.#runMissingParents(attempt);
    const prepared = this.#prepareLineage(attempt);
    if (prepared !== undefined) await prepared;
    return this.#tasks.run(attempt, { kind: "result", node, action }, splits, onResult);
  }

  /** Runs the parents whose outputs are needed and are not there: not those behind what is wholly in the cache. */
  #runMissingParents(attempt: StageAttempt): Promise<unknown> | undefined {
    attempt.check();
    const { stage } = attempt;
    const missing = new Set<ShuffleStage>();
    const seen = new Set([stage.node]);
    for (const n of seen) {
      if (n.storageLevel !== StorageLevel.NONE && this.setup.blocks.hasAll(n.id, n.numPartitions)) continue;
      for (const d of n.dependencies) {
        if (!d.wide) seen.add(d.node);
        else if (!this.#stages.ofShuffle(d).available) missing.add(this.#stages.ofShuffle(d));
      }
    }
    return missing.size === 0 ? undefined : Promise.all(Array.from(missing, p => this.#runShuffleStage(p)));
  }

  /** The attempt under way, or a new one where that one was killed: it may take its time to end. */
  #runShuffleStage(stage: ShuffleStage): Promise<void> {
    if (stage.run !== undefined && stage.attempt?.killed === undefined) return stage.run;
    const attempt = new StageAttempt(stage);
    const run = attempt.untilTerminated(this.#attemptShuffleStage(attempt, stage)).finally(() => {
      if (stage.run === run) stage.run = undefined;
    });
    stage.run = run;
    return run;
  }

  async #attemptShuffleStage(attempt: StageAttempt, stage: ShuffleStage): Promise<void> {
    // Each on a stack of its own: thousands of shuffles may be behind one another.
    await undefined;
    await this.#runMissingParents(attempt);
    const { dependency, outputs } = stage;
    await this.#prepare(attempt, dependency.partitioner)?.catch(abortStage);
    await this.#prepareLineage(attempt);
    const todo = dependency.node.partitions.filter(p => !outputs.done.has(p.index));
    await this.#tasks.run(attempt, { kind: "shuffleMap", dependency }, todo, i => outputs.done.add(todo[i]!.index));
  }

  /** Lets the nodes of a stage find out what they must know before a task can run; `undefined` when they know it. */
  #prepareLineage(attempt: StageAttempt): Promise<void> | undefined {
    const nodes = narrowLineage(attempt.stage.node).filter(node => node.prepare !== undefined);
    return nodes.length === 0 ? undefined : this.#prepareAll(attempt, nodes);
  }

  async #prepareAll(attempt: StageAttempt, nodes: readonly PlanNode<unknown>[]): Promise<void> {
    for (const node of nodes) {
      const wait = this.#prepare(attempt, node);
      if (wait !== undefined) await wait;
    }
  }

  /** Lets `what` find out what it must know; together with other stages that wait for the same. */
  #prepare(attempt: StageAttempt, what: Preparable): Promise<void> | undefined {
    if (what.prepare === undefined) return undefined;
    // Its jobs may have left while it waited for what others still need: these would join in what comes to nothing.
    attempt.check();
    const { stage } = attempt;
    const known = this.#preparations.get(what);
    if (known?.result !== undefined && !known.isGivenUp) {
      known.waiting.add(stage);
      stage.preparations.add(known);
      for (const job of stage.jobs) for (const inner of known.stages) job.need(inner);
      return known.result;
    }
    const preparation = new Preparation();
    preparation.waiting.add(stage);
    stage.preparations.add(preparation);
    const asked = what.prepare((node, action, partitions) => this.#runInner(preparation, node, action, partitions));
    const end = () => {
      for (const s of preparation.waiting) s.preparations.delete(preparation);
      if (this.#preparations.get(what) === preparation) this.#preparations.delete(what);
    };
    if (asked === undefined) {
      end();
      return undefined;
    }
    this.#preparations.set(what, preparation);
    preparation.result = asked.finally(end);
    return preparation.result;
  }

  /** Runs an action whose result other stages need to go on. */
  async #runInner(
    preparation: Preparation,
    node: PlanNode<unknown>,
    action: Action,
    partitions?: readonly number[],
  ): Promise<unknown[]> {
    const splits = partitions?.map(i => node.partitions[i]!) ?? node.partitions;
    const jobs = new Set([...preparation.waiting].flatMap(s => [...s.jobs]));
    if (jobs.size === 0) {
      preparation.giveUp();
      throw E.TASK_KILLED(LEFT);
    }
    const stage = this.#stages.make(node, splits.length, node.callSite ?? NOWHERE);
    preparation.stages.add(stage);
    for (const job of jobs) job.need(stage);
    try {
      return await this.#runResultStage(stage, action, splits);
    } finally {
      if (!stage.over) preparation.stages.delete(stage);
    }
  }
}

const NOWHERE: CallSite = { short: "", long: "" };

function unknownPartition(i: number, node: PlanNode<unknown>): never {
  throw E.UNKNOWN_PARTITION(i, node.numPartitions);
}
