import { loadAccumulator, shipAccumulator } from "../../accumulator/accumulator-form.js";
import { type AccumulatorV2, receiveAccumulator } from "../../accumulator/accumulator-v2.js";
import { CollectionAccumulator } from "../../accumulator/collection-accumulator.js";
import { DoubleAccumulator, LongAccumulator } from "../../accumulator/long-accumulator.js";
import { type Broadcast, receiveBroadcast } from "../../broadcast/broadcast.js";
import { Refusal } from "../../closure/refusal.js";
import { adoptShared } from "../../closure/shared-memory.js";
import { tame } from "../../errors/thrown.js";
import { adoptHadoopSettings } from "../../io/hadoop-settings.js";
import { TaskSamples } from "../../pipeline/task-samples.js";
import { TaskContext } from "../../scheduler/task-context.js";
import { packColumn } from "../../shuffle/columns/pack.js";
import { unpackColumn } from "../../shuffle/columns/unpack.js";
import { adoptFiles } from "../../spark-files.js";
import { StatCounter } from "../../util/stat-counter.js";
import type { Work } from "../backend.js";
import { runTask } from "../run-task.js";
import { describeError } from "./error-form.js";
import { type LoadedPlan, loadPlan } from "./load-plan.js";
import type { FromWorker, Supplies, TaskDone, ToWorker } from "./protocol.js";
import { WorkerClosures } from "./worker-closures.js";
import { WorkerEnvironment } from "./worker-environment.js";

const ACCUMULATORS: Readonly<Record<string, () => AccumulatorV2<never, unknown>>> = {
  LongAccumulator: () => new LongAccumulator(),
  DoubleAccumulator: () => new DoubleAccumulator(),
  CollectionAccumulator: () => new CollectionAccumulator(),
};

/** Runs the tasks that the driver sends, one after the other. */
export class WorkerTasks {
  readonly #closures = new WorkerClosures();
  readonly #plans = new Map<number, LoadedPlan>();
  readonly #running = new Map<number, TaskContext>();
  // The tables that closures find these by hold them weakly.
  readonly #broadcasts = new Map<number, Broadcast<unknown>>();
  readonly #accumulators = new Map<number, AccumulatorV2<never, unknown>>();
  readonly #memories = new Map<number, SharedArrayBuffer>();

  constructor(private readonly send: (message: FromWorker) => void) {}

  async run({
    plan: planId,
    facts,
    supplies,
    inputs,
    limits,
    samples,
  }: Extract<ToWorker, { type: "task" }>): Promise<void> {
    const taskId = facts.taskAttemptId;
    let context: TaskContext | undefined;
    try {
      await this.#receive(supplies);
      const plan = this.#plans.get(planId)!;
      const environment = new WorkerEnvironment(taskId, inputs, limits, plan.rows, this.#closures.portables);
      context = new TaskContext(facts, environment);
      if (samples !== undefined) context.samples = new TaskSamples(samples);
      this.#running.set(taskId, context);
      const node = plan.work.kind === "result" ? plan.work.node : plan.work.dependency.node;
      const split = node.partitions[facts.partitionId]!;
      const result: unknown = await runTask({ work: plan.work, split, context });
      context.complete();
      this.send(done(taskId, plan.work, result, context, environment));
    } catch (thrown) {
      context?.completeFailed();
      const error = tame(thrown);
      if (error instanceof Refusal) this.send({ type: "refused", taskId, what: error.message });
      else {
        const metrics = (context ?? new TaskContext(facts, undefined as never)).metrics;
        this.send({ type: "failed", taskId, metrics, error: describeError(thrown) });
      }
    } finally {
      this.#running.delete(taskId);
    }
  }

  kill(taskId: number, reason: string): void {
    const context = this.#running.get(taskId);
    if (context === undefined) return;
    // Before: those who are told are told once.
    if (context.waitsElsewhere) this.send({ type: "ending", taskId });
    context.killed = reason;
  }

  forget({ plans = [], closures = [], broadcasts = [] }: Extract<ToWorker, { type: "forget" }>): void {
    for (const id of plans) this.#plans.delete(id);
    for (const id of broadcasts) {
      // Closures that stay here hold it; its value must not stay with them.
      this.#broadcasts.get(id)?.load(() => undefined);
      this.#broadcasts.delete(id);
    }
    this.#closures.forget(closures);
  }

  async #receive(supplies: Supplies): Promise<void> {
    const { memories, broadcasts, accumulators, files, hadoop, modules, closures, plan } = supplies;
    for (const module of modules) await import(module);
    if (files !== undefined) adoptFiles(files);
    if (hadoop !== undefined) adoptHadoopSettings(hadoop);
    for (const [id, memory] of memories) {
      this.#memories.set(id, memory);
      adoptShared(id, memory);
    }
    for (const [id, value] of broadcasts) {
      this.#broadcasts.set(
        id,
        receiveBroadcast(id, () => unpackColumn(value)[0]),
      );
    }
    for (const [id, type] of accumulators) {
      if (this.#accumulators.has(id)) continue;
      const make = typeof type === "string" ? ACCUMULATORS[type]! : () => loadAccumulator(type) as never;
      this.#accumulators.set(id, receiveAccumulator(id, make));
    }
    for (const closure of closures) await this.#closures.receive(closure);
    if (plan !== undefined) {
      const functions = plan.closures.map(id => this.#closures.get(id));
      this.#plans.set(plan.id, await loadPlan(plan.bytes, functions));
    }
  }
}

function done(
  taskId: number,
  work: Work,
  result: unknown,
  context: TaskContext,
  { output, outputFile, kept }: WorkerEnvironment,
): TaskDone {
  const updates: [number, ReturnType<typeof packColumn>][] = [];
  for (const [accumulator, copy] of context.updates) {
    if (accumulator !== copy) updates.push([accumulator.id, packColumn([copy.state?.() ?? shipAccumulator(copy)])]);
  }
  const samples = context.samples?.records;
  return {
    type: "done",
    taskId,
    metrics: context.metrics,
    kept,
    updates,
    ...(samples && { samples }),
    ...(output && { output }),
    ...(outputFile && { outputFile }),
    ...(work.kind === "result" && { result: resultForm(result) }),
  };
}

function resultForm(result: unknown): NonNullable<TaskDone["result"]> {
  if (result instanceof StatCounter) return { form: "stats", value: packColumn(result.toData()) };
  if (Array.isArray(result) && Object.getPrototypeOf(result) === Array.prototype) {
    return { form: "rows", value: packColumn(result) };
  }
  return { form: "one", value: packColumn([result]) };
}
