import { mergeUpdates } from "../accumulator/accumulator-v2.js";
import type { Clock } from "../clock/clock.js";
import { type Portable, portable } from "../closure/portable.js";
import { E } from "../errors/engine-errors.js";
import { JobAbortedError, putFrames, SparkError } from "../errors/spark-error.js";
import type { Backend, Work } from "../executor/backend.js";
import { sliceIsOver, turn } from "../executor/time-slice.js";
import { getLogger } from "../log/logger.js";
import type { MemoryManager } from "../memory/memory-manager.js";
import { noteOrigin } from "../pipeline/origin.js";
import type { SampleSettings } from "../pipeline/sample-settings.js";
import { TaskSamples } from "../pipeline/task-samples.js";
import type { ShuffleDependency } from "../plan/dependency.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { ShuffleStore } from "../shuffle/shuffle-store.js";
import type { BlockStore } from "../storage/block-store.js";
import type { SpillFiles } from "../storage/spill-files.js";
import { StorageLevel } from "../storage/storage-level.js";
import { type CallSite, framesOf } from "../util/call-site.js";
import { userFrames, withoutOwnFrames } from "../util/own-frames.js";
import type { Action } from "./action.js";
import type { TaskInfo } from "./events.js";
import { Job } from "./job.js";
import {
  tellJobEnd,
  tellJobStart,
  tellStageEnd,
  tellStageStart,
  tellsJobs,
  tellTaskEnd,
  tellTaskStart,
} from "./job-log.js";
import type { ListenerBus } from "./listener-bus.js";
import { narrowLineage, ShuffleStage, Stage, StageFacts } from "./stage.js";
import { type SparkStageInfo, SparkStatusTracker } from "./status-tracker.js";
import { TaskContext } from "./task-context.js";
import type { TaskEnvironment } from "./task-environment.js";

const log = getLogger("DAGScheduler");

/** What a scheduler works with. */
export interface SchedulerSetup {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly bus: ListenerBus;
  readonly shuffles: ShuffleStore;
  readonly blocks: BlockStore;
  readonly memory: MemoryManager;
  readonly spills: SpillFiles;
  /** Attempts of a task in all before its job fails. */
  readonly maxFailures: number;
  /** A closure that cannot travel is an error. */
  readonly strictClosures: boolean;
  /** What of the records is kept for people to look at; absent where nothing is. */
  readonly samples?: SampleSettings | undefined;
}

/** Turns an action into stages, cut at shuffles, and these into tasks. Spark's name: `DAGScheduler`. */
export class Scheduler {
  readonly jobs = new Map<number, Job>();
  readonly status = new SparkStatusTracker();
  #lastJobId = -1;
  #lastStageId = -1;
  #lastTaskId = -1;
  /** The stage of a shuffle lives as long as the shuffle. */
  readonly #stages = new WeakMap<ShuffleDependency, ShuffleStage>();
  readonly #droppedShuffles: FinalizationRegistry<number>;

  constructor(private readonly setup: SchedulerSetup) {
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
    return this.#runTasks(stage, { kind: "result", node: stage.node, action }, splits, onResult);
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
    await this.#runTasks(stage, { kind: "shuffleMap", dependency }, todo, i => stage.done.add(todo[i]!.index));
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

  async #runTasks(
    stage: Stage,
    work: Work,
    splits: readonly Partition[],
    onDone?: (index: number, result: unknown) => void,
  ): Promise<unknown[]> {
    const { bus, clock, backend } = this.setup;
    const facts = new StageFacts(stage);
    facts.submissionTime = clock.now();
    stage.attempts++;
    bus.post("onStageSubmitted", { stageInfo: facts });
    this.status.setStage(
      trackedStage(callSiteOf(stage), {
        stageId: stage.id,
        currentAttemptId: facts.attemptNumber,
        submissionTime: facts.submissionTime,
        numTasks: splits.length,
        numActiveTasks: 0,
        numCompletedTasks: 0,
        numFailedTasks: 0,
      }),
    );
    const started = clock.monotonic();
    const tells = tellsJobs();
    if (tells) {
      tellStageStart(
        stage,
        facts.attemptNumber,
        splits.map(s => s.index),
      );
    }
    stage.succeeded = 0;
    stage.tasks = splits.length;
    const environment = this.#environment();
    backend.open?.(work, splits, environment);
    const results = new Array<unknown>(splits.length);
    let next = 0;
    // One lane a slot; a lane whose tasks never wait takes them all.
    const lane = async () => {
      while (next < splits.length && stage.killed === undefined) {
        const wait = backend.acquire();
        if (wait !== undefined) await wait;
        try {
          if (next >= splits.length || stage.killed !== undefined) break;
          const i = next++;
          const result = this.#runTask(stage, work, splits[i]!, environment, facts.attemptNumber);
          results[i] = result instanceof Promise ? await result : result;
          onDone?.(i, results[i]);
        } finally {
          backend.release();
        }
        if (next < splits.length && sliceIsOver()) await turn();
      }
    };
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      // It holds what this attempt worked with; the stage of a shuffle lives on.
      stage.onTerminated = undefined;
      backend.close?.(work);
      facts.completionTime = clock.now();
      if (tells) tellStageEnd(stage, facts.attemptNumber, clock.monotonic() - started, facts.failureReason);
      bus.post("onStageCompleted", { stageInfo: facts });
    };
    stage.onTerminated = error => {
      stage.kill(TERMINATED);
      facts.failureReason = error.message;
      end();
    };
    try {
      await Promise.all(Array.from({ length: Math.min(backend.slots, splits.length) }, lane));
      if (stage.killed !== undefined) throw E.TASK_KILLED(stage.killed);
    } catch (error) {
      stage.kill("stage failed");
      facts.failureReason ??= (error as Error).message;
      throw error;
    } finally {
      end();
    }
    return results;
  }

  /** Runs one task until it succeeds or has used up its attempts. A promise only when it had to wait. */
  #runTask(
    stage: Stage,
    work: Work,
    split: Partition,
    environment: TaskEnvironment,
    stageAttempt: number,
    attempt = 0,
  ): unknown {
    const { bus, clock, backend } = this.setup;
    const taskId = ++this.#lastTaskId;
    const context = new TaskContext(
      { stageId: stage.id, partitionId: split.index, attemptNumber: attempt, taskAttemptId: taskId },
      environment,
    );
    if (this.setup.samples !== undefined) context.samples = new TaskSamples(this.setup.samples);
    const taskInfo: TaskInfo = {
      taskId,
      index: split.index,
      attempt,
      partitionId: split.index,
      launchTime: clock.now(),
      executorId: "driver",
      host: "localhost",
    };
    const started = clock.monotonic();
    stage.running.add(context);
    this.status.countTask(stage.id, 1, 0, 0);
    const tells = tellsJobs();
    if (tells) tellTaskStart(stage, stageAttempt, taskInfo);
    bus.post("onTaskStart", { stageId: stage.id, stageAttemptId: stageAttempt, taskInfo });
    const end = (error?: Error) => {
      stage.running.delete(context);
      this.status.countTask(stage.id, -1, error === undefined ? 1 : 0, error === undefined ? 0 : 1);
      context.complete();
      taskInfo.finishTime = clock.now();
      context.metrics.executorRunTime = clock.monotonic() - started;
      if (error !== undefined) {
        taskInfo.failed = context.killed === undefined;
        taskInfo.killed = context.killed !== undefined;
      } else {
        stage.succeeded++;
        if (tells) {
          const done = `${stage.succeeded}/${stage.tasks}`;
          tellTaskEnd(stage, stageAttempt, taskInfo, context.metrics.executorRunTime, done);
        }
      }
      const samples = context.samples?.records;
      bus.post("onTaskEnd", {
        stageId: stage.id,
        stageAttemptId: stageAttempt,
        taskInfo,
        taskMetrics: context.metrics,
        reason: error === undefined ? "Success" : describeFailure(error),
        ...(error && { error }),
        ...(samples && { samples }),
      });
    };
    const succeed = (result: unknown) => {
      end();
      if (context.updates.size > 0) mergeUpdates(context);
      return result;
    };
    const fail = (error: unknown): unknown => {
      const cause = error instanceof Error ? error : new NonErrorThrown(error);
      leaveOutOwnFrames(cause);
      end(cause);
      if (context.killed !== undefined || stage.killed !== undefined) throw E.TASK_KILLED(context.killed ?? "stage");
      if (isDriversMistake(error)) throw error;
      const failures = attempt + 1;
      const name = `${split.index}.${attempt}`;
      const where = `${stage.id}.${stageAttempt}`;
      const reason = describeFailure(error);
      if (failures < this.setup.maxFailures) {
        log.warn(`Lost task ${name} in stage ${where} (TID ${taskId}): ${reason}`);
        return this.#runTask(stage, work, split, environment, stageAttempt, failures);
      }
      throw E.JOB_ABORTED.because(error, split.index, where, failures, name, taskId, reason);
    };
    context.onTerminated = () => {
      const error = E.TASK_KILLED(TERMINATED);
      context.killed ??= TERMINATED;
      end(error);
      // The lane it ran in is no more.
      backend.release();
      stage.terminated(error);
    };
    try {
      const result = backend.run({ work, split, context });
      if (!(result instanceof Promise)) return succeed(result);
      // Terminated from here on, it leaves a promise that never settles, and its lane waits.
      context.onTerminated = () => stage.kill(TERMINATED);
      return Promise.race([result, stage.dying]).then(succeed, fail);
    } catch (error) {
      return fail(error);
    }
  }

  #environment(): TaskEnvironment {
    const { shuffles, blocks, memory, spills, strictClosures } = this.setup;
    const known = new Map<Function, Portable<Function>>();
    return {
      shuffles,
      blocks,
      spills,
      openMemory: () => memory.open(),
      portable<F extends Function>(fn: F): Portable<F> {
        let p = known.get(fn);
        if (p === undefined) {
          p = portable(fn as Function, { strict: strictClosures });
          if (p.stays !== undefined) log.info(`A closure stays in the driver's thread: ${p.stays}`);
          noteOrigin(p.fn, fn);
          known.set(fn, p);
        }
        return p as Portable<F>;
      },
    };
  }
}

/** Why a task ends that Ctrl-C has taken out of a loop. */
const TERMINATED = "its code was terminated";

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

/** What goes wrong while the bounds of a partitioner are found, in the user's ordering or key, ends the job as a task's error does. */
function abortStage(error: unknown): never {
  const isKeys = error instanceof SparkError && error.code === "NO_NATURAL_ORDER";
  if (error instanceof SparkError && !isKeys) throw error;
  leaveOutOwnFrames(error);
  throw E.STAGE_ABORTED.because(error, describeFailure(error));
}

/** Makes the stack of a failed job say where the user's code failed, and which call of theirs ran it. */
function tellPlace(error: unknown, callSite: CallSite): void {
  const calls = framesOf(callSite);
  if (error instanceof JobAbortedError) {
    const { cause } = error;
    putFrames(error, [...(cause instanceof Error ? userFrames(cause.stack ?? "") : []), ...calls]);
  } else if (isDriversMistake(error)) {
    // Who awaits the action is behind the call.
    const inClosure = userFrames(error.stack ?? "").filter(frame => !/^\s+at async /.test(frame));
    putFrames(error, [...inClosure, ...calls]);
  }
}

/** What was wrong before any task could start: told as it is. */
function isDriversMistake(error: unknown): error is SparkError {
  return error instanceof SparkError && (error.code === "TASK_NOT_SERIALIZABLE" || error.code === "NESTED_USE");
}

/** The user's own error, with the user's own frames; `cause`s too. */
function leaveOutOwnFrames(error: unknown): void {
  for (let e = error, i = 0; e instanceof Error && i < 10; e = e.cause, i++) {
    if (e instanceof SparkError || typeof e.stack !== "string") continue;
    const stack = withoutOwnFrames(e.stack);
    if (stack !== e.stack && Object.isExtensible(e)) e.stack = stack;
  }
}

/** Whether an error of that code is among the causes. */
function hasCause(error: unknown, code: string): boolean {
  let e = error;
  for (let i = 0; e instanceof Error && i < 10; i++, e = e.cause) {
    if (e instanceof SparkError && e.code === code) return true;
  }
  return false;
}

/** Something thrown that is no Error. */
class NonErrorThrown extends Error {
  constructor(value: unknown) {
    super(String(value));
  }
}

/** `Error: boom` */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === "" ? error.name : `${error.name}: ${error.message}`;
}

/** Where a stage was asked for: what its job says (a stream's output operation), else the call itself. */
function callSiteOf(stage: Stage): CallSite {
  for (const { properties } of stage.jobs) {
    const short = properties["callSite.short"];
    if (short !== undefined) return { short, long: "" };
  }
  return stage.callSite;
}

/** What is remembered of a stage; made here, since it would hold what its maker can see: the stage, and with it the data. */
function trackedStage(callSite: CallSite, info: Omit<SparkStageInfo, "name">): SparkStageInfo {
  return {
    ...info,
    get name() {
      return callSite.short;
    },
  };
}
