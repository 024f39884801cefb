import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import { Broadcast } from "./broadcast/broadcast.js";
import { type Clock, systemClock } from "./clock/clock.js";
import { SHIP } from "./closure/protocol.js";
import { parseMaster } from "./conf/master.js";
import { SparkConf } from "./conf/spark-conf.js";
import { E } from "./errors/engine-errors.js";
import type { Backend } from "./executor/backend.js";
import { EmbeddedBackend } from "./executor/embedded-backend.js";
import { setLogLevel } from "./log/logger.js";
import { BlocksNode } from "./plan/nodes/blocks-node.js";
import { ParallelCollectionNode } from "./plan/nodes/parallel-collection-node.js";
import { RangeNode } from "./plan/nodes/range-node.js";
import { PartitionerAwareUnionNode, UnionNode } from "./plan/nodes/union-node.js";
import type { PlanNode } from "./plan/plan-node.js";
import { partitionCount } from "./rdd/default-partitioner.js";
import { RDD } from "./rdd/rdd.js";
import type { Action } from "./scheduler/action.js";
import type { SparkListener } from "./scheduler/events.js";
import { ListenerBus, type SparkEvent } from "./scheduler/listener-bus.js";
import { Scheduler } from "./scheduler/scheduler.js";
import { TaskContext } from "./scheduler/task-context.js";
import { samePartitioner } from "./shuffle/partitioner.js";
import { MemoryShuffleStore } from "./shuffle/shuffle-store.js";
import { MemoryBlockStore } from "./storage/block-store.js";
import { type CallSite, captureCallSite } from "./util/call-site.js";

/** Tuples and the empty array: what makes TypeScript see `[x, 1]` as a pair rather than as an array. */
export type TupleHint = readonly [unknown, ...unknown[]] | [];

/** Things that want to know of every context as it starts: the status port. */
const starters = new Set<(sc: SparkContext) => void | Promise<void>>();

/**
 * Calls `start` with every context made from now on; `sc.whenReady()` waits for the promise it may return. What it wants
 * undone when the context stops it says with `sc.onStop`.
 */
export function registerContextStarter(start: (sc: SparkContext) => void | Promise<void>): void {
  starters.add(start);
}

let active: SparkContext | undefined;

export class SparkContext {
  readonly conf: SparkConf;
  readonly master: string;
  readonly appName: string;
  readonly applicationId: string;
  readonly startTime: number;
  readonly clock: Clock = systemClock;
  readonly listenerBus = new ListenerBus();
  readonly #scheduler: Scheduler;
  readonly #backend: Backend;
  readonly #blocks = new MemoryBlockStore();
  readonly #shuffles = new MemoryShuffleStore();
  readonly #madeAt: CallSite;
  readonly #properties = new AsyncLocalStorage<Readonly<Record<string, string>>>();
  #rootProperties: Readonly<Record<string, string>> = {};
  #stoppedAt: CallSite | undefined;
  #ready: Promise<void>;
  #lastRddId = -1;
  readonly #onStop: (() => void | Promise<void>)[] = [];
  readonly #threads: number;

  constructor(conf: SparkConf = new SparkConf()) {
    if (active !== undefined) throw E.CONTEXT_EXISTS(active.#madeAt.short);
    if (!conf.contains("spark.master")) throw E.NO_MASTER();
    if (!conf.contains("spark.app.name")) throw E.NO_APP_NAME();
    this.#madeAt = captureCallSite();
    this.conf = conf.clone();
    this.master = conf.get("spark.master");
    this.appName = conf.get("spark.app.name");
    const { threads, maxFailures } = parseMaster(this.master);
    this.#threads = threads;
    this.startTime = this.clock.now();
    this.applicationId = `local-${this.startTime}`;
    this.#backend = new EmbeddedBackend(threads);
    this.#scheduler = new Scheduler({
      backend: this.#backend,
      clock: this.clock,
      bus: this.listenerBus,
      shuffles: this.#shuffles,
      blocks: this.#blocks,
      maxFailures,
      strictClosures: conf.getBoolean("spark.tspark.closure.strict", false),
    });
    active = this;
    this.#ready = Promise.all([...starters].map(async start => start(this))).then(() => {});
    this.#ready.catch(() => {});
  }

  static getOrCreate(conf?: SparkConf): SparkContext {
    return active ?? new SparkContext(conf);
  }

  get isStopped(): boolean {
    return this.#stoppedAt !== undefined;
  }

  get defaultParallelism(): number {
    return this.conf.contains("spark.default.parallelism")
      ? this.conf.getInt("spark.default.parallelism")
      : this.#threads;
  }

  get defaultMinPartitions(): number {
    return Math.min(this.defaultParallelism, 2);
  }

  getConf(): SparkConf {
    return this.conf.clone();
  }

  parallelize<T extends TupleHint>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  parallelize<T>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  parallelize<T>(xs: Iterable<T>, numSlices = this.defaultParallelism): RDD<T> {
    this.assertUsable("parallelize");
    partitionCount("parallelize", numSlices);
    return new RDD(this, new ParallelCollectionNode(Array.isArray(xs) ? (xs as T[]) : Array.from(xs), numSlices));
  }

  makeRDD<T extends TupleHint>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  makeRDD<T>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  makeRDD<T>(xs: Iterable<T>, numSlices?: number): RDD<T> {
    return this.parallelize(xs, numSlices);
  }

  range(start: number, end?: number, step = 1, numSlices = this.defaultParallelism): RDD<number> {
    this.assertUsable("range");
    if (end === undefined) [start, end] = [0, start];
    for (const [name, x] of [
      ["start", start],
      ["end", end],
      ["step", step],
    ] as const) {
      if (!Number.isSafeInteger(x)) throw E.BAD_ARGUMENT("range", name, x, "a whole number");
    }
    if (step === 0) throw E.BAD_ARGUMENT("range", "step", step, "other than 0");
    partitionCount("range", numSlices);
    return new RDD(this, new RangeNode(start, step, Math.max(0, Math.ceil((end - start) / step)), numSlices));
  }

  emptyRDD<T>(): RDD<T> {
    this.assertUsable("emptyRDD");
    return new RDD<T>(this, new BlocksNode<T>([]));
  }

  /** @internal one partition for each block */
  blocksRDD<T>(blocks: readonly (readonly T[])[]): RDD<T> {
    this.assertUsable("blocksRDD");
    return new RDD(this, new BlocksNode(blocks));
  }

  union<T>(...rdds: RDD<T>[] | [readonly RDD<T>[]]): RDD<T> {
    this.assertUsable("union");
    const all = (rdds.length === 1 && Array.isArray(rdds[0]) ? rdds[0] : rdds) as readonly RDD<T>[];
    for (const rdd of all) if (rdd.sparkContext !== this) throw E.OTHER_CONTEXT("union");
    const nodes = all.filter(r => r.getNumPartitions() > 0).map(r => r.node);
    const [first] = nodes;
    if (first === undefined) return this.emptyRDD<T>();
    if (nodes.every(n => samePartitioner(n.partitioner, first.partitioner))) {
      return new RDD(this, new PartitionerAwareUnionNode(nodes));
    }
    return new RDD(this, new UnionNode(nodes));
  }

  broadcast<T>(value: T): Broadcast<T> {
    this.assertUsable("broadcast");
    return new Broadcast(value);
  }

  runJob<T, U>(
    rdd: RDD<T>,
    f: (elements: IterableIterator<T>, context: TaskContext) => U | Promise<U>,
    partitions?: readonly number[],
  ): Promise<U[]> {
    return this.runAction(rdd.node, { name: "iterator", args: [f as never] }, partitions) as Promise<U[]>;
  }

  /** @internal runs an action of the engine's own */
  runAction(node: PlanNode<unknown>, action: Action, partitions?: readonly number[]): Promise<unknown[]> {
    // Thrown at once: a promise made inside a closure is awaited by nobody.
    if (TaskContext.get() !== undefined) throw E.NESTED_USE("An action");
    return this.#runAction(node, action, partitions);
  }

  async #runAction(node: PlanNode<unknown>, action: Action, partitions?: readonly number[]): Promise<unknown[]> {
    this.assertUsable("an action");
    partitions ??= node.partitions.map(p => p.index);
    return this.#scheduler.run(node, action, partitions, this.localProperties);
  }

  setLogLevel(level: string): void {
    setLogLevel(level);
  }

  addSparkListener(listener: SparkListener): void {
    this.listenerBus.addListener(listener);
  }

  removeSparkListener(listener: SparkListener): void {
    this.listenerBus.removeListener(listener);
  }

  events(): AsyncIterableIterator<SparkEvent> {
    return this.listenerBus.events();
  }

  async whenReady(): Promise<this> {
    await this.#ready;
    return this;
  }

  get localProperties(): Readonly<Record<string, string>> {
    return this.#properties.getStore() ?? this.#rootProperties;
  }

  onStop(f: () => void | Promise<void>): void {
    this.#onStop.push(f);
  }

  async stop(): Promise<void> {
    if (this.#stoppedAt !== undefined) return;
    this.#stoppedAt = captureCallSite();
    this.#scheduler.cancelJobs(() => true, "because SparkContext was shut down");
    if (active === this) active = undefined;
    for (const f of this.#onStop.reverse()) await f();
    this.listenerBus.post("onApplicationEnd", { time: this.clock.now() });
    this.listenerBus.flush();
    await this.#backend.stop();
    this.#shuffles.clear();
    this.#blocks.clear();
  }

  /** @internal */
  newRddId(): number {
    return ++this.#lastRddId;
  }

  /** @internal an error when the context has stopped, or when a task asks */
  assertUsable(what: string): void {
    if (TaskContext.get() !== undefined) throw E.NESTED_USE(what);
    if (this.#stoppedAt !== undefined) throw E.CONTEXT_STOPPED(what, this.#madeAt.short, this.#stoppedAt.short);
  }

  [SHIP](): never {
    throw E.NESTED_USE("The SparkContext");
  }

  toString(): string {
    return `SparkContext(master = ${this.master}, app id = ${this.applicationId})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
