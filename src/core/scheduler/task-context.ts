import { executionAsyncId } from "node:async_hooks";
import type { AccumulatorV2 } from "../accumulator/accumulator-v2.js";
import { E } from "../errors/engine-errors.js";
import { tame } from "../errors/thrown.js";
import { getLogger } from "../log/logger.js";
import type { TaskMemory } from "../memory/task-memory.js";
import { noteOrigin } from "../pipeline/origin.js";
import type { TaskSamples } from "../pipeline/task-samples.js";
import { AsyncValue } from "../util/async-value.js";
import type { TaskEnvironment } from "./task-environment.js";
import { emptyMetrics } from "./task-metrics.js";

const log = getLogger("TaskContext");

/** The task whose code runs right now; set while the driver loop is in it. */
let running: TaskContext | undefined;
/** The task whose code is being terminated, or was: nothing tells this thread when that has happened. */
let doomed: TaskContext | undefined;
/** The task on whose behalf an asynchronous function of the user runs. */
const awaiting = new AsyncValue<TaskContext>();

/**
 * What a task knows about itself. Spark's name: `org.apache.spark.TaskContext`.
 *
 * @example
 * await sc.parallelize([1, 2], 2).foreachPartition(() => console.log(TaskContext.getPartitionId()));
 */
export class TaskContext {
  #killed: string | undefined;
  #whenKilled: Set<() => void> | undefined;
  /** @internal told when it is killed */
  onKilled: ((reason: string) => void) | undefined;
  /** @internal told when its code was terminated from outside */
  onTerminated: (() => void) | undefined;
  readonly metrics = emptyMetrics();
  /** @internal how many sources that are being opened are nested in one another */
  nested = 0;
  /** @internal where some of its records are kept for people to look at */
  samples: TaskSamples | undefined;
  /** What this attempt added to accumulators; merged when it succeeds. */
  readonly updates = new Map<AccumulatorV2<unknown, unknown>, AccumulatorV2<unknown, unknown>>();
  #copies: Map<Function, Function> | undefined;
  #onCompletion: ((context: TaskContext) => void)[] | undefined;
  #memory: TaskMemory | undefined;

  constructor(
    /** @internal */
    readonly facts: {
      readonly stageId: number;
      readonly partitionId: number;
      readonly attemptNumber: number;
      readonly taskAttemptId: number;
    },
    /** @internal what nodes need to compute: cache, shuffles, closures */
    readonly environment: TaskEnvironment,
  ) {}

  /** Why it is to end early. */
  get killed(): string | undefined {
    return this.#killed;
  }

  set killed(reason: string | undefined) {
    this.#killed = reason;
    if (reason === undefined) return;
    this.onKilled?.(reason);
    const told = this.#whenKilled;
    this.#whenKilled = undefined;
    for (const f of told ?? []) f();
  }

  /** @internal whether something outside of this process is to be ended when it is killed */
  get waitsElsewhere(): boolean {
    return this.#whenKilled !== undefined && this.#whenKilled.size > 0;
  }

  /**
   * @internal calls `f` when it is killed, at once where it was: what it waits for outside of this process is to end, too
   *
   * @returns takes it back
   */
  whenKilled(f: () => void): () => void {
    if (this.#killed !== undefined) {
      f();
      return () => {};
    }
    const told = (this.#whenKilled ??= new Set());
    told.add(f);
    return () => told.delete(f);
  }

  /** The stage it belongs to. */
  stageId(): number {
    return this.facts.stageId;
  }

  /** The partition it computes. */
  partitionId(): number {
    return this.facts.partitionId;
  }

  /** How many attempts of this task came before. */
  attemptNumber(): number {
    return this.facts.attemptNumber;
  }

  /** Unique among all attempts of all tasks of the context. */
  taskAttemptId(): number {
    return this.facts.taskAttemptId;
  }

  /** The task whose code is running, `undefined` in the driver. */
  static get(): TaskContext | undefined {
    if (doomed !== undefined) TaskContext.#seeWhetherTerminated();
    return running ?? awaiting.get();
  }

  /** The partition of the running task, 0 in the driver. */
  static getPartitionId(): number {
    return TaskContext.get()?.partitionId() ?? 0;
  }

  /**
   * @internal no task runs any more in this thread: its code was terminated from outside (Ctrl-C in a loop), and then V8
   * runs no `finally`; the task ends here
   */
  static terminated(): void {
    const terminated = running ?? doomed;
    running = undefined;
    doomed = undefined;
    terminated?.onTerminated?.();
  }

  /**
   * @internal the code that runs now is about to be terminated from outside, and the stack of asynchronous contexts to be
   * cleared: what has an identity there is other code, and it comes after
   */
  static terminating(): void {
    doomed = running;
  }

  static #seeWhetherTerminated(): void {
    // What the task leaves behind is for who ended it to say.
    if (running === doomed && executionAsyncId() !== 0) running = undefined;
  }

  isInterrupted(): boolean {
    return this.killed !== undefined;
  }

  /** Calls `f` when the task ends, whichever way, last added first. A task whose `f` throws has failed, as in Spark. */
  addTaskCompletionListener(f: (context: TaskContext) => void): this {
    (this.#onCompletion ??= []).push(f);
    return this;
  }

  /** @internal what it may hold in memory */
  get memory(): TaskMemory {
    if (this.#memory === undefined) {
      const memory = this.environment.openMemory();
      this.addTaskCompletionListener(() => memory.release());
      this.#memory = memory;
    }
    return this.#memory;
  }

  /** @internal calls all completion listeners; throws what the first of them threw that did */
  complete(): void {
    const listeners = this.#onCompletion;
    this.#onCompletion = undefined;
    const thrown: unknown[] = [];
    for (const f of listeners?.reverse() ?? []) {
      try {
        this.run(() => f(this));
      } catch (error) {
        thrown.push(error);
      }
    }
    if (thrown.length > 0) throw thrown[0];
  }

  /** @internal the same where the task has failed already: that is what is told */
  completeFailed(): void {
    try {
      this.complete();
    } catch (error) {
      log.error("A completion listener of a failed task threw", tame(error));
    }
  }

  /** @internal throws when the task was killed */
  check(): void {
    if (this.killed !== undefined) throw E.TASK_KILLED(this.killed);
  }

  /** @internal the closure as this task calls it; with captured variables of its own where it changes them */
  closure<F extends Function>(fn: F): F {
    const copy = this.#copies?.get(fn);
    if (copy !== undefined) return copy as F;
    const portable = this.environment.portable(fn);
    if (portable.fresh === undefined) return portable.fn;
    const own = portable.fresh();
    (this.#copies ??= new Map()).set(fn, own);
    noteOrigin(own, fn);
    return own;
  }

  /** @internal runs `f` as this task's code */
  run<R>(f: () => R): R {
    // One that runs again has not been.
    if (doomed === this) doomed = undefined;
    else if (doomed !== undefined) TaskContext.#seeWhetherTerminated();
    const before = running;
    running = this;
    try {
      return f();
    } finally {
      running = before;
    }
  }

  /** @internal runs `f`, which may go on asynchronously, as this task's code */
  runAsync<R>(f: () => R): R {
    return awaiting.run(this, f);
  }
}
