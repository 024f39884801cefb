import { loadAccumulator } from "../accumulator/accumulator-form.js";
import { type AccumulatorV2, findAccumulator } from "../accumulator/accumulator-v2.js";
import { Broadcast, setBroadcastRemover } from "../broadcast/broadcast.js";
import { systemClock } from "../clock/clock.js";
import { E } from "../closure/errors.js";
import { Refusal, StaysHere } from "../closure/refusal.js";
import { getLogger } from "../log/logger.js";
import type { MemoryManager } from "../memory/memory-manager.js";
import type { Partition } from "../plan/partition.js";
import type { PlanNode } from "../plan/plan-node.js";
import type { TaskContext } from "../scheduler/task-context.js";
import type { TaskEnvironment } from "../scheduler/task-environment.js";
import { unpackColumn } from "../shuffle/columns/unpack.js";
import { StatCounter } from "../util/stat-counter.js";
import type { Backend, Task, Work } from "./backend.js";
import { EmbeddedBackend } from "./embedded-backend.js";
import { lookAt, type Placement, place, type StageLook } from "./pool/placement.js";
import { forgetPacked, packedBroadcast } from "./pool/pool-worker.js";
import type { TaskDone } from "./pool/protocol.js";
import { type StagePlan, shipStage } from "./pool/stage-plan.js";
import { taskInputs } from "./pool/task-inputs.js";
import { WorkerPool } from "./pool/worker-pool.js";
import { turn } from "./time-slice.js";

const log = getLogger("Executor");

/** How long the first partition of a stage is watched before the others move, ms. */
const WATCH_MS = 8;
/** What must be left to do for other threads to pay, ms: with workers that run, and with those to be started. */
const WORTH_WARM_MS = 4;
const WORTH_COLD_MS = 80;
/** About what it takes to copy one element to another thread and make it again there, ms. */
const COPY_MS = 0.0003;

/** A stage under way. */
interface StageRun {
  readonly tasks: number;
  readonly look: StageLook;
  place: Placement;
  plan: StagePlan | undefined;
  /** When the task began that is measured; how long it took. */
  watchedFrom: number | undefined;
  watched: number | undefined;
}

/** What was said already about what cannot travel. */
const told = new Set<string>();

/** Runs tasks in a pool of worker threads, and in the driver's thread what is too little or cannot travel. */
export class PooledBackend implements Backend {
  readonly slots: number;
  readonly #here: EmbeddedBackend;
  readonly #pool: WorkerPool;
  readonly #stages = new Map<Work, StageRun>();

  /**
   * @param slots N of `local[N]`
   * @param entry the workers' code
   */
  constructor(
    slots: number,
    entry: URL,
    private readonly options: {
      readonly memory: MemoryManager;
      readonly strictClosures: boolean;
      /** In place of the choice by the work. */
      readonly placement?: Placement | undefined;
    },
  ) {
    this.slots = slots;
    this.#here = new EmbeddedBackend(slots);
    this.#pool = new WorkerPool(slots, entry);
    setBroadcastRemover(broadcast => {
      forgetPacked(broadcast);
      for (const worker of this.#pool.workers) worker.forgetBroadcast(broadcast.id);
    });
  }

  acquire(): Promise<void> | undefined {
    return this.#here.acquire();
  }

  release(): void {
    this.#here.release();
  }

  open(work: Work, splits: readonly Partition[], environment: TaskEnvironment): void {
    const fixed = this.options.placement;
    if (fixed === "driver" || (splits.length < 2 && fixed === undefined) || splits.length === 0) return;
    const look = lookAt(work, splits, environment);
    const placement = fixed ?? place(look, splits.length);
    if (placement === "driver") return;
    this.#stages.set(work, {
      tasks: splits.length,
      look,
      place: placement,
      plan: undefined,
      watchedFrom: undefined,
      watched: undefined,
    });
  }

  close(work: Work): void {
    const plan = this.#stages.get(work)?.plan;
    this.#stages.delete(work);
    if (plan !== undefined) for (const worker of this.#pool.workers) worker.forgetPlan(plan.id);
  }

  run(task: Task): unknown {
    const stage = this.#stages.get(task.work);
    if (stage === undefined) return this.#here.run(task);
    if (stage.place === "measure") {
      if (stage.watchedFrom === undefined) return this.#watch(task, stage);
      if (stage.watched === undefined) return this.#whenWatched(task, stage);
      this.#decide(stage);
    }
    return stage.place === "workers" ? this.#away(task, stage) : this.#here.run(task);
  }

  /** Runs the first task of a stage here and takes its time. */
  #watch(task: Task, stage: StageRun): unknown {
    stage.watchedFrom = systemClock.monotonic();
    const end = () => {
      stage.watched = systemClock.monotonic() - stage.watchedFrom!;
    };
    const result = this.#here.run(task);
    if (result instanceof Promise) return result.finally(end);
    end();
    return result;
  }

  async #whenWatched(task: Task, stage: StageRun): Promise<unknown> {
    while (stage.watched === undefined && systemClock.monotonic() - stage.watchedFrom! < WATCH_MS) await turn();
    if (stage.place === "measure") this.#decide(stage);
    return stage.place === "workers" ? this.#away(task, stage) : this.#here.run(task);
  }

  #decide(stage: StageRun): void {
    const each = stage.watched ?? systemClock.monotonic() - stage.watchedFrom!;
    const left = (stage.tasks - 1) * (each - stage.look.loose * COPY_MS);
    const worth = this.#pool.isWarm ? WORTH_WARM_MS : WORTH_COLD_MS;
    // What still runs may take any time.
    const enough = stage.watched === undefined ? each > stage.look.loose * COPY_MS : left > worth;
    stage.place = enough ? "workers" : "driver";
  }

  /** Runs a task in a worker. */
  async #away(task: Task, stage: StageRun): Promise<unknown> {
    const { work, split, context } = task;
    const node = work.kind === "result" ? work.node : work.dependency.node;
    let done: TaskDone;
    try {
      stage.plan ??= this.#ship(work, context.environment);
      const inputs = taskInputs(node, split.index, stage.plan.rowOf, context);
      context.check();
      const worker = await this.#pool.take();
      try {
        context.onKilled = reason => worker.kill(reason);
        const { memory } = this.options;
        const limits = {
          memory: memory.taskShare,
          output: memory.shuffleRoom,
          directory: context.environment.spills.reserve(),
        };
        const outcome = await worker.run(stage.plan, context, inputs, limits);
        if (outcome.type === "refused") throw new Refusal("what it made", outcome.what);
        // What it made is thrown away: another attempt may be at the same partition.
        context.check();
        done = outcome;
      } finally {
        context.onKilled = undefined;
        this.#pool.giveBack(worker);
      }
    } catch (error) {
      // A worker that died could not do it.
      context.environment.spills.removeOf(context.taskAttemptId());
      if (!(error instanceof Refusal)) throw error;
      if (this.options.strictClosures && !(error instanceof StaysHere))
        throw E.TASK_NOT_SERIALIZABLE.because(error.cause, error.path, error.what);
      this.#stay(stage, error);
      return this.#here.run(task);
    }
    return settle(done, task, node);
  }

  #ship(work: Work, { blocks }: TaskEnvironment): StagePlan {
    const plan = shipStage(work, blocks);
    for (const ref of plan.refs) if (ref instanceof Broadcast) packedBroadcast(ref);
    return plan;
  }

  #stay(stage: StageRun, refusal: Refusal): void {
    stage.place = "driver";
    const text = `A stage stays in the driver's thread: ${refusal.message}`;
    if (told.has(text)) return;
    if (told.size > 1000) told.clear();
    told.add(text);
    log.info(text);
  }

  async stop(): Promise<void> {
    setBroadcastRemover(undefined);
    this.#stages.clear();
    await this.#pool.stop();
  }
}

/** Puts what a task sent back where a task in this thread would have left it, and gives its result. */
function settle(
  { metrics, output, outputFile, kept, updates, result, samples }: TaskDone,
  { work, split, context }: Task,
  node: PlanNode<unknown>,
) {
  Object.assign(context.metrics, metrics);
  const { shuffles, blocks } = context.environment;
  if (output !== undefined && work.kind === "shuffleMap") {
    shuffles.put(work.dependency.shuffleId, split.index, output, outputFile);
  }
  for (const [rddId, index, elements] of kept) {
    const cached = nodeWithId(node, rddId);
    if (cached === undefined) continue;
    if ("path" in elements) blocks.putFile(cached, index, elements);
    else blocks.putPacked(cached, index, elements);
  }
  addUpdates(context, updates);
  if (samples !== undefined) context.samples?.adopt(samples);
  if (result === undefined) return undefined;
  const values = unpackColumn(result.value);
  if (result.form === "rows") return values;
  return result.form === "one" ? values[0] : StatCounter.fromData(values as number[]);
}

function nodeWithId(last: PlanNode<unknown>, id: number): PlanNode<unknown> | undefined {
  const seen = new Set([last]);
  for (const n of seen) {
    if (n.id === id) return n;
    for (const d of n.dependencies) if (!d.wide) seen.add(d.node);
  }
  return undefined;
}

/** Puts what was added to accumulators where the scheduler looks for it once the task has succeeded. */
function addUpdates(context: TaskContext, updates: TaskDone["updates"]): void {
  for (const [id, state] of updates) {
    const accumulator = findAccumulator(id) as AccumulatorV2<unknown, unknown> | undefined;
    if (accumulator === undefined) continue;
    const [added] = unpackColumn(state);
    let copy: AccumulatorV2<unknown, unknown>;
    if (accumulator.mergeState === undefined) copy = loadAccumulator(added as Uint8Array);
    else {
      copy = accumulator.copyAndReset();
      copy.mergeState!(added);
    }
    context.updates.set(accumulator, copy);
  }
}
