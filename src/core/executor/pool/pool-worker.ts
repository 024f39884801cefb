import { SHARE_ENV, Worker } from "node:worker_threads";
import { AccumulatorV2 } from "../../accumulator/accumulator-v2.js";
import { Broadcast } from "../../broadcast/broadcast.js";
import { systemClock, type Timer } from "../../clock/clock.js";
import { loaderModules } from "../../closure/protocol.js";
import { shareId } from "../../closure/shared-memory.js";
import { E } from "../../errors/engine-errors.js";
import { type HadoopSettings, hadoopSettings } from "../../io/hadoop-settings.js";
import type { TaskContext } from "../../scheduler/task-context.js";
import type { PackedColumn } from "../../shuffle/columns/column.js";
import { packColumn } from "../../shuffle/columns/pack.js";
import { addedFiles } from "../../spark-files.js";
import { restoreError } from "./error-form.js";
import type { FromWorker, Supplies, TaskDone, TaskInputs, TaskLimits, ToWorker } from "./protocol.js";
import type { StagePlan } from "./stage-plan.js";

/** How long a killed task may take to notice, ms: what runs longer in one call of the user's code is ended with its thread. */
const GRACE_MS = 100;
/** How long one may take that has noticed and ends what it waits for elsewhere, a query at a database, ms. */
const ENDING_MS = 10_000;

/** What came of a task; `refused` when something it made cannot leave the worker. */
export type Outcome = TaskDone | { readonly type: "refused"; readonly what: string };

interface Running {
  readonly taskId: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
  timer?: Timer;
  /** Why it was killed. */
  killed?: string;
}

/** One worker thread, as the driver sees it. Runs one task at a time. */
export class PoolWorker {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  readonly #plans = new Set<number>();
  readonly #closures = new Set<number>();
  readonly #broadcasts = new Set<number>();
  readonly #accumulators = new Set<number>();
  readonly #memories = new Set<number>();
  readonly #modules = new Set<string>();
  #files = 0;
  #hadoop: HadoopSettings | undefined;
  #running: Running | undefined;
  #failure: Error | undefined;
  /** Why it was ended with its task. */
  #killed: string | undefined;
  /** Whether it can take no more tasks. */
  dead = false;

  constructor(entry: URL) {
    this.#worker = new Worker(entry, { env: SHARE_ENV, execArgv: [], stdin: false });
    this.#ready = new Promise((resolve, reject) => {
      this.#worker.once("message", () => resolve());
      this.#worker.once("exit", code => reject(this.#died(code)));
    });
    this.#ready.catch(() => {});
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", error => {
      this.#failure = error;
    });
    this.#worker.on("exit", code => {
      this.dead = true;
      this.#settle()?.reject(this.#killed === undefined ? this.#died(code) : E.TASK_KILLED(this.#killed));
    });
    // An idle worker keeps nobody alive.
    this.#worker.unref();
  }

  async run(plan: StagePlan, context: TaskContext, inputs: TaskInputs, limits: TaskLimits): Promise<Outcome> {
    const { facts } = context;
    const samples = context.samples?.settings;
    this.#worker.ref();
    try {
      await this.#ready;
      // It may have been killed before there was anything to kill.
      context.check();
      return await new Promise<Outcome>((resolve, reject) => {
        this.#running = { taskId: facts.taskAttemptId, resolve, reject };
        this.#post({ type: "task", plan: plan.id, facts, supplies: this.#supplies(plan), inputs, limits, samples });
      });
    } finally {
      // While it is being ended somebody waits for that.
      if (!this.dead) this.#worker.unref();
    }
  }

  /** Ends the running task: when it next looks, or with its thread. */
  kill(reason: string): void {
    const running = this.#running;
    if (running === undefined || running.timer !== undefined) return;
    this.#post({ type: "kill", taskId: running.taskId, reason });
    this.#endWithin(running, GRACE_MS, reason);
  }

  #endWithin(running: Running, ms: number, reason: string): void {
    running.timer?.cancel();
    running.killed = reason;
    running.timer = systemClock.at(systemClock.now() + ms, () => {
      if (this.#running !== running) return;
      this.dead = true;
      this.#killed = reason;
      // The task has ended when its thread has: until then it may write files.
      void this.#worker.terminate();
    });
  }

  forgetPlan(id: number): void {
    if (this.#plans.delete(id)) this.#post({ type: "forget", plans: [id] });
  }

  forgetBroadcast(id: number): void {
    if (this.#broadcasts.delete(id)) this.#post({ type: "forget", broadcasts: [id] });
  }

  async stop(): Promise<void> {
    this.dead = true;
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    if (!this.dead) this.#worker.postMessage(message);
  }

  #forgetSupplies(): void {
    this.#plans.clear();
    this.#closures.clear();
    this.#broadcasts.clear();
    this.#modules.clear();
    this.#files = 0;
    this.#hadoop = undefined;
  }

  #settle(): Running | undefined {
    const running = this.#running;
    this.#running = undefined;
    running?.timer?.cancel();
    return running;
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "output":
        (message.fd === 1 ? process.stdout : process.stderr).write(message.text);
        return;
      case "done":
      case "refused":
        this.#settle()?.resolve(message);
        return;
      case "ending": {
        const running = this.#running;
        if (running?.taskId === message.taskId && running.killed !== undefined) {
          this.#endWithin(running, ENDING_MS, running.killed);
        }
        return;
      }
      case "failed":
        // It may be that not all of what was sent has got there.
        this.#forgetSupplies();
        this.#settle()?.reject(restoreError(message.error));
    }
  }

  #died(code: number): Error {
    const cause = this.#failure;
    const why =
      (cause as { code?: string } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY"
        ? "its memory was used up"
        : (cause?.message ?? `its code ended it with exit code ${code}`);
    return cause === undefined ? E.WORKER_LOST(why) : E.WORKER_LOST.because(cause, why);
  }

  /** What this worker lacks for a plan. */
  #supplies(plan: StagePlan): Supplies {
    const memories: [number, SharedArrayBuffer][] = [];
    const broadcasts: [number, PackedColumn][] = [];
    const accumulators: [number, string | Uint8Array][] = [];
    const isNew = (set: Set<number>, id: number) => !set.has(id) && set.add(id) !== undefined;
    for (const ref of plan.refs) {
      if (ref instanceof SharedArrayBuffer) {
        if (isNew(this.#memories, shareId(ref))) memories.push([shareId(ref), ref]);
      } else if (ref instanceof Broadcast) {
        if (isNew(this.#broadcasts, ref.id)) broadcasts.push([ref.id, packedBroadcast(ref)]);
      } else if (ref instanceof AccumulatorV2) {
        if (isNew(this.#accumulators, ref.id))
          accumulators.push([ref.id, plan.accumulators.get(ref.id) ?? ref.constructor.name]);
      }
    }
    const closures = plan.closures.filter(c => isNew(this.#closures, c.id));
    const files = addedFiles();
    const newFiles = files.version !== this.#files;
    this.#files = files.version;
    const hadoop = hadoopSettings();
    const newHadoop = hadoop !== this.#hadoop;
    this.#hadoop = hadoop;
    return {
      memories,
      broadcasts,
      accumulators,
      ...(newFiles && { files }),
      ...(newHadoop && { hadoop }),
      modules: loaderModules().filter(module => !this.#modules.has(module) && this.#modules.add(module)),
      closures: closures.map(({ id, name, bytes, constant }) => ({
        id,
        constant,
        ...(name !== undefined && { name }),
        ...(bytes && { bytes }),
      })),
      ...(isNew(this.#plans, plan.id) && {
        plan: { id: plan.id, bytes: plan.bytes, closures: plan.closures.map(c => c.id) },
      }),
    };
  }
}

const packedBroadcasts = new WeakMap<Broadcast<unknown>, PackedColumn>();

/**
 * A broadcast value in shared memory, made once for all workers.
 *
 * @throws Refusal when it cannot travel
 */
export function packedBroadcast(broadcast: Broadcast<unknown>): PackedColumn {
  let packed = packedBroadcasts.get(broadcast);
  if (packed === undefined) packedBroadcasts.set(broadcast, (packed = packColumn([broadcast.value])));
  return packed;
}

/** Lets go of the shared memory of a broadcast value. */
export function forgetPacked(broadcast: Broadcast<unknown>): void {
  packedBroadcasts.delete(broadcast);
}
