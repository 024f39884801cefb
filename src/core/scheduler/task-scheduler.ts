import { mergeUpdates } from "../accumulator/accumulator-v2.js";
import type { Clock } from "../clock/clock.js";
import { type Portable, portable } from "../closure/portable.js";
import { E } from "../errors/engine-errors.js";
import { tame } from "../errors/thrown.js";
import type { Backend, Work } from "../executor/backend.js";
import { sliceIsOver, turn } from "../executor/time-slice.js";
import { getLogger } from "../log/logger.js";
import type { MemoryManager } from "../memory/memory-manager.js";
import { noteOrigin } from "../pipeline/origin.js";
import type { SampleSettings } from "../pipeline/sample-settings.js";
import type { Partition } from "../plan/partition.js";
import type { ShuffleStore } from "../shuffle/shuffle-store.js";
import type { BlockStore } from "../storage/block-store.js";
import type { SpillFiles } from "../storage/spill-files.js";
import type { CallSite } from "../util/call-site.js";
import { describeFailure, isDriversMistake, leaveOutOwnFrames, NonErrorThrown } from "./failure.js";
import { tellStageEnd, tellStageStart, tellsJobs } from "./job-log.js";
import type { ListenerBus } from "./listener-bus.js";
import { type Stage, StageFacts } from "./stage.js";
import type { StageAttempt } from "./stage-attempt.js";
import { type SparkStatusTracker, TrackedStage } from "./status-tracker.js";
import { TaskAttempt } from "./task-attempt.js";
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

/** Runs the tasks of stages, each until it succeeds or has used up its attempts. Spark's name: `TaskScheduler`. */
export class TaskScheduler {
  #lastTaskId = -1;

  constructor(
    private readonly setup: SchedulerSetup,
    private readonly status: SparkStatusTracker,
  ) {}

  /** Runs a task for each of `splits`; their results, in that order. */
  async run(
    attempt: StageAttempt,
    work: Work,
    splits: readonly Partition[],
    onDone?: (index: number, result: unknown) => void,
  ): Promise<unknown[]> {
    attempt.check();
    const { bus, clock, backend } = this.setup;
    const { stage } = attempt;
    const facts = new StageFacts(stage);
    facts.submissionTime = clock.now();
    attempt.number = stage.attempts++;
    bus.post("onStageSubmitted", { stageInfo: facts });
    const { attemptNumber, submissionTime } = facts;
    this.status.setStage(new TrackedStage(stage.id, attemptNumber, submissionTime, splits.length, callSiteOf(stage)));
    const started = clock.monotonic();
    const tells = tellsJobs();
    if (tells) {
      tellStageStart(
        stage,
        facts.attemptNumber,
        splits.map(s => s.index),
      );
    }
    attempt.tasks = splits.length;
    const environment = this.#environment();
    backend.open?.(work, splits, environment);
    const results = new Array<unknown>(splits.length);
    let next = 0;
    // One lane a slot; a lane whose tasks never wait takes them all.
    const lane = async () => {
      while (next < splits.length && attempt.killed === undefined) {
        const wait = backend.acquire();
        if (wait !== undefined) await wait;
        try {
          if (next >= splits.length || attempt.killed !== undefined) break;
          const i = next++;
          const result = this.#runTask(attempt, work, splits[i]!, environment);
          results[i] = result instanceof Promise ? await result : result;
          // Who killed the attempt may have removed what its tasks left.
          if (attempt.killed === undefined) onDone?.(i, results[i]);
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
      // It holds what this attempt worked with.
      attempt.onTerminated = undefined;
      backend.close?.(work);
      facts.completionTime = clock.now();
      if (tells) tellStageEnd(stage, facts.attemptNumber, clock.monotonic() - started, facts.failureReason);
      bus.post("onStageCompleted", { stageInfo: facts });
    };
    attempt.onTerminated = error => {
      attempt.kill(TERMINATED);
      facts.failureReason = error.message;
      end();
    };
    try {
      const lanes = [lane()];
      // None for what the others have taken already.
      while (lanes.length < backend.slots && next < splits.length) lanes.push(lane());
      await (lanes.length === 1 ? lanes[0] : Promise.all(lanes));
      if (attempt.killed !== undefined) throw E.TASK_KILLED(attempt.killed);
    } catch (error) {
      attempt.kill("stage failed");
      facts.failureReason ??= (error as Error).message;
      throw error;
    } finally {
      attempt.over = true;
      end();
    }
    return results;
  }

  /** Runs one task until it succeeds or has used up its attempts. A promise only when it had to wait. */
  #runTask(
    stageAttempt: StageAttempt,
    work: Work,
    split: Partition,
    environment: TaskEnvironment,
    attempt = 0,
  ): unknown {
    const { backend, maxFailures } = this.setup;
    const { stage, number } = stageAttempt;
    const taskId = ++this.#lastTaskId;
    const task = new TaskAttempt(this.setup, this.status, stageAttempt, split.index, attempt, taskId, environment);
    const { context } = task;
    const succeed = (result: unknown) => {
      try {
        context.complete();
        // Killed while it ended: what it made is thrown away.
        context.check();
      } catch (error) {
        return fail(error);
      }
      task.end();
      if (context.updates.size > 0) mergeUpdates(context);
      return result;
    };
    const fail = (thrown: unknown): unknown => {
      const error = tame(thrown);
      const cause = error instanceof Error ? error : new NonErrorThrown(error);
      leaveOutOwnFrames(cause);
      task.end(cause);
      if (context.killed !== undefined || stageAttempt.killed !== undefined)
        throw E.TASK_KILLED(context.killed ?? "stage");
      if (isDriversMistake(error)) throw error;
      const failures = attempt + 1;
      const name = `${split.index}.${attempt}`;
      const where = `${stage.id}.${number}`;
      const reason = describeFailure(error);
      if (failures < maxFailures) {
        log.warn(`Lost task ${name} in stage ${where} (TID ${taskId}): ${reason}`);
        return this.#runTask(stageAttempt, work, split, environment, failures);
      }
      throw E.JOB_ABORTED.because(error, split.index, where, failures, name, taskId, reason);
    };
    context.onTerminated = () => {
      const error = E.TASK_KILLED(TERMINATED);
      context.killed ??= TERMINATED;
      task.end(error);
      // The lane it ran in is no more.
      backend.release();
      stageAttempt.terminated(error);
    };
    let result: unknown;
    try {
      result = backend.run({ work, split, context });
    } catch (error) {
      return fail(error);
    }
    if (!(result instanceof Promise)) return succeed(result);
    // Terminated from here on, it leaves a promise that never settles, and its lane waits.
    context.onTerminated = () => stageAttempt.kill(TERMINATED);
    return Promise.race([result, stageAttempt.dying]).then(succeed, fail);
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

/** Where a stage was asked for: what its job says (a stream's output operation), else the call itself. */
function callSiteOf(stage: Stage): CallSite {
  for (const { properties } of stage.jobs) {
    const short = properties["callSite.short"];
    if (short !== undefined) return { short, long: "" };
  }
  return stage.callSite;
}
