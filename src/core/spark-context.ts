import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { type Clock, systemClock } from "./clock/clock.js";
import { SHIP } from "./closure/protocol.js";
import { checkConf } from "./conf/check-conf.js";
import { SparkConf } from "./conf/spark-conf.js";
import { startWith } from "./context-starters.js";
import { Engine } from "./engine.js";
import { E } from "./errors/engine-errors.js";
import { locate } from "./io/file-systems.js";
import { takeHadoopSettings } from "./io/hadoop-settings.js";
import { LocalProperties } from "./local-properties.js";
import { configureLogging } from "./log/configure-logging.js";
import { setLogLevel } from "./log/logger.js";
import type { PlanNode } from "./plan/plan-node.js";
import { Checkpointer } from "./rdd/checkpointer.js";
import { PersistentRDDs } from "./rdd/persistent-rdds.js";
import { RDD } from "./rdd/rdd.js";
import type { Action } from "./scheduler/action.js";
import type { SparkListener } from "./scheduler/events.js";
import { ListenerBus, type SparkEvent } from "./scheduler/listener-bus.js";
import type { SparkStatusTracker } from "./scheduler/status-tracker.js";
import { TaskContext } from "./scheduler/task-context.js";
import { SharedVariables } from "./shared-variables.js";
import { addFile, forgetFiles } from "./spark-files.js";
import type { StoredRDD } from "./storage/block-store.js";
import { cleanLocalDirs } from "./storage/clean-local-dirs.js";
import { localDirParents } from "./storage/local-dir.js";
import * as must from "./util/arguments.js";
import { type CallSite, captureCallSite } from "./util/call-site.js";
import { VERSION } from "./version.js";

let active: SparkContext | undefined;

const JOB_GROUP = "spark.jobGroup.id";
const JOB_DESCRIPTION = "spark.job.description";
const INTERRUPT_ON_CANCEL = "spark.job.interruptOnCancel";

/**
 * The entrance to the engine: it makes RDDs, accumulators and broadcast values, and runs jobs. One is active in a process.
 *
 * Spark's name: `org.apache.spark.SparkContext`.
 *
 * @example
 * const sc = new SparkContext(new SparkConf().setMaster("local[2]").setAppName("first"));
 * await sc.parallelize([1, 2, 3]).map(x => x * 2).collect(); // [2, 4, 6]
 * await sc.stop();
 */
export class SparkContext extends SharedVariables {
  /** A copy of what it was made with: changing it has no effect. */
  readonly conf: SparkConf;
  /** The master string, e.g. `local[*]`. */
  readonly master: string;
  readonly appName: string;
  /** `local-` and the start time. */
  readonly applicationId: string;
  /** ms since the epoch. */
  readonly startTime: number;
  /** Where the status pages are; `undefined` until the port is bound (`await sc.whenReady()`) and when there are none. */
  uiWebUrl: string | undefined;
  /** @internal */
  readonly clock: Clock = systemClock;
  /** @internal */
  readonly listenerBus = new ListenerBus();

  readonly #engine: Engine;
  readonly #checkpointer: Checkpointer;
  readonly #properties = new LocalProperties();
  readonly #persistent: PersistentRDDs;
  readonly #madeAt: CallSite;
  readonly #onStop: (() => void | Promise<void>)[] = [];
  readonly #ready: Promise<void>;
  #stoppedAt: CallSite | undefined;
  #stopping: Promise<void> | undefined;
  #checkpointDir: string | undefined;
  #lastRddId = -1;

  /**
   * @param conf must set `spark.master` and `spark.app.name`
   * @throws IllegalStateError when another context is active: it says where that one was made
   */
  constructor(conf: SparkConf = new SparkConf()) {
    super();
    if (!(conf instanceof SparkConf)) {
      const rule = 'a SparkConf: new SparkConf().setMaster("local[*]").setAppName("my app")';
      throw E.BAD_ARGUMENT("new SparkContext", "its argument", conf, rule);
    }
    if (active !== undefined) throw E.CONTEXT_EXISTS(placeOf(active.#madeAt, "start"));
    if (!conf.contains("spark.master")) throw E.NO_MASTER();
    if (!conf.contains("spark.app.name")) throw E.NO_APP_NAME();
    checkConf(conf);
    this.#madeAt = captureCallSite();
    this.conf = conf.clone();
    configureLogging(this.conf);
    takeHadoopSettings(this.conf.getAll());
    this.master = conf.get("spark.master");
    this.appName = conf.get("spark.app.name");
    this.startTime = this.clock.now();
    this.applicationId = `local-${this.startTime}`;
    this.conf.set("spark.app.id", this.applicationId);
    this.#engine = new Engine(this.conf, this.applicationId, this.clock, this.listenerBus);
    this.#checkpointer = new Checkpointer(this, this.#engine.blocks, this.#engine.scheduler.jobs);
    this.#persistent = new PersistentRDDs(rddId => {
      this.#engine.blocks.remove(rddId);
      this.listenerBus.post("onUnpersistRDD", { rddId });
    });
    active = this;
    // What killed processes left is removed beside the start, not before it.
    const cleaned = cleanLocalDirs(localDirParents(this.conf.getOption("spark.local.dir")));
    this.#ready = Promise.all([cleaned, ...startWith(this)]).then(() => {});
    this.#ready.catch(() => {});
    this.listenerBus.post("onApplicationStart", {
      appName: this.appName,
      appId: this.applicationId,
      time: this.startTime,
      sparkUser: process.env["USER"] ?? "",
    });
  }

  /** The active context, or a new one when there is none. */
  static getOrCreate(conf?: SparkConf): SparkContext {
    return active ?? new SparkContext(conf);
  }

  /** tspark's own version. */
  get version(): string {
    return VERSION;
  }

  get isStopped(): boolean {
    return this.#stoppedAt !== undefined;
  }

  /** Partitions of `parallelize` and `range` where none are given: `spark.default.parallelism`, else N of `local[N]`. */
  get defaultParallelism(): number {
    const given = this.conf.contains("spark.default.parallelism");
    return given ? this.conf.getInt("spark.default.parallelism") : this.#engine.threads;
  }

  /** A copy of the configuration. */
  getConf(): SparkConf {
    return this.conf.clone();
  }

  /** Where `checkpoint()` writes: a directory, made below it. */
  setCheckpointDir(dir: string): void {
    this.assertUsable("setCheckpointDir");
    must.bePath("setCheckpointDir", dir);
    const { fs, path } = locate(dir);
    this.#checkpointDir = `${fs.qualify(path)}/${randomUUID()}`;
  }

  /** The directory of this context's checkpoints; `undefined` before `setCheckpointDir`. */
  getCheckpointDir(): string | undefined {
    return this.#checkpointDir;
  }

  /**
   * `ALL`, `DEBUG`, `ERROR`, `FATAL`, `INFO`, `OFF`, `TRACE` or `WARN`; anything else is an error that lists them.
   *
   * @param component sets the level of that one alone, by the name in its lines
   */
  setLogLevel(level: string, component?: string): void {
    setLogLevel(level, component);
  }

  /** Sets a property for the jobs that this asynchronous context starts; `undefined` removes it. */
  setLocalProperty(key: string, value: string | undefined): void {
    must.beText("setLocalProperty", "key", key);
    // Scala's callers take a property away with null.
    if (value !== undefined && value !== null) must.beText("setLocalProperty", "value", value);
    this.#properties.set({ [key]: value ?? undefined });
  }

  getLocalProperty(key: string): string | undefined {
    return this.#properties.get(key);
  }

  /**
   * Puts the jobs that this asynchronous context starts into a group, which `cancelJobGroup` cancels.
   *
   * @param description what status pages show
   */
  setJobGroup(groupId: string, description: string, interruptOnCancel = false): void {
    must.beText("setJobGroup", "groupId", groupId);
    must.beText("setJobGroup", "description", description);
    this.#properties.set({
      [JOB_GROUP]: groupId,
      [JOB_DESCRIPTION]: description,
      [INTERRUPT_ON_CANCEL]: String(interruptOnCancel),
    });
  }

  /** What status pages show for the jobs that this asynchronous context starts. */
  setJobDescription(description: string | undefined): void {
    if (description !== undefined) must.beText("setJobDescription", "description", description);
    this.#properties.set({ [JOB_DESCRIPTION]: description });
  }

  /** The jobs started from now on belong to no group. */
  clearJobGroup(): void {
    this.#properties.set({ [JOB_GROUP]: undefined, [JOB_DESCRIPTION]: undefined, [INTERRUPT_ON_CANCEL]: undefined });
  }

  /** Cancels the running jobs of a group: their actions reject. */
  cancelJobGroup(groupId: string): void {
    must.beText("cancelJobGroup", "groupId", groupId);
    this.#engine.scheduler.cancelJobs(job => job.group === groupId, `part of cancelled job group ${groupId}`);
  }

  /** Cancels all running jobs: their actions reject. */
  cancelAllJobs(): void {
    this.#engine.scheduler.cancelJobs(() => true, "as part of cancellation of all jobs");
  }

  /** Cancels one job. */
  cancelJob(jobId: number, reason = ""): void {
    must.beAtLeast("cancelJob", "jobId", jobId, 0);
    this.#engine.scheduler.cancelJobs(job => job.id === jobId, reason);
  }

  /** @internal runs `f`, and what it starts, with exactly these local properties */
  withLocalProperties<R>(properties: Readonly<Record<string, string>>, f: () => R): R {
    return this.#properties.run(properties, f);
  }

  /** What runs, and how far it is. */
  get statusTracker(): SparkStatusTracker {
    return this.#engine.scheduler.status;
  }

  /**
   * Runs `f` on a lazy iterator over each partition (or over those given) and gives what it returns, in the order of the
   * partitions. A promise that `f` returns is awaited.
   *
   * @example
   * await sc.runJob(sc.parallelize([1, 2, 3], 2), it => [...it].length); // [1, 2]
   */
  runJob<T, U>(
    rdd: RDD<T>,
    f: (elements: IterableIterator<T>, context: TaskContext) => U | Promise<U>,
    partitions?: readonly number[],
  ): Promise<U[]> {
    if (TaskContext.get() !== undefined) throw E.NESTED_USE("An action");
    return must.checked(
      () => {
        if (!(rdd instanceof RDD)) throw E.BAD_ARGUMENT("runJob", "its first argument", rdd, "an RDD");
        must.beFunction("runJob", f, "its second argument");
        if (partitions !== undefined && !Array.isArray(partitions)) {
          throw E.BAD_ARGUMENT("runJob", "partitions", partitions, "an array of numbers of partitions");
        }
      },
      () => this.runAction(rdd.node, { name: "iterator", args: [f as never] }, { partitions }) as Promise<U[]>,
    );
  }

  /** @internal runs an action of the engine's own */
  runAction(
    node: PlanNode<unknown>,
    action: Action,
    options: {
      readonly partitions?: readonly number[] | undefined;
      readonly onResult?: (index: number, result: unknown) => void;
      /** Where the user asked for it, where that is not the call that is being made. */
      readonly callSite?: CallSite;
    } = {},
  ): Promise<unknown[]> {
    // Thrown at once: a promise made inside a closure is awaited by nobody.
    if (TaskContext.get() !== undefined) throw E.NESTED_USE("An action");
    return this.#runAction(
      node,
      action,
      options.callSite ?? captureCallSite(this.getLocalProperty("callSite.short")),
      options,
    );
  }

  async #runAction(
    node: PlanNode<unknown>,
    action: Action,
    callSite: CallSite,
    options: {
      readonly partitions?: readonly number[] | undefined;
      readonly onResult?: (index: number, result: unknown) => void;
    },
  ): Promise<unknown[]> {
    this.assertUsable("an action");
    const listed = node.whenListed();
    if (listed !== undefined) {
      await listed;
      this.assertUsable("an action");
    }
    const partitions = options.partitions ?? node.partitions.map(p => p.index);
    const { current } = this.#properties;
    const results = await this.#engine.scheduler.run(node, action, partitions, current, callSite, options.onResult);
    if (this.#checkpointer.hasWork) await this.#checkpointer.after(node, callSite);
    return results;
  }

  /** Tells `listener` of everything that happens from now on. */
  addSparkListener(listener: SparkListener): void {
    must.beObject("addSparkListener", "listener", listener, "an object with callbacks, e.g. { onJobEnd(event) {} }");
    this.listenerBus.addListener(listener);
  }

  removeSparkListener(listener: SparkListener): void {
    this.listenerBus.removeListener(listener);
  }

  /**
   * Everything that happens from now on, until the loop over it ends or the context stops.
   *
   * @example
   * // needs: jobs that run meanwhile
   * for await (const event of sc.events()) if (event.type === "SparkListenerJobEnd") console.log(event.jobId);
   */
  events(): AsyncIterableIterator<SparkEvent> {
    return this.listenerBus.events();
  }

  /** The persisted RDDs by id. */
  getPersistentRDDs(): Map<number, RDD<unknown>> {
    return this.#persistent.all();
  }

  /** @internal what the cache holds of an RDD */
  storedRDD(rddId: number): StoredRDD {
    return this.#engine.blocks.stored(rddId);
  }

  /**
   * Copies a file, of this machine or of HDFS, to where tasks find it: `SparkFiles.get(name)`, with the last name of its path.
   * It is there when the call returns.
   *
   * @param recursive whether `path` may be a directory, which is copied with all it holds; default `false`
   * @throws IllegalArgumentError for a directory without `recursive`, or a scheme that nothing is known of
   * @throws InputOutputError when there is nothing by that name, or it cannot be read
   */
  addFile(path: string, recursive = false): void {
    this.assertUsable("addFile");
    must.bePath("addFile", path);
    must.beFlag("addFile", "recursive", recursive);
    addFile(path, recursive, this.#engine.localDir);
  }

  /** Resolves when what belongs to the context has started: the status port is bound. */
  async whenReady(): Promise<this> {
    await this.#ready;
    return this;
  }

  /** @internal calls `f` when the context stops, last added first, before its listeners hear of the end */
  onStop(f: () => void | Promise<void>): void {
    this.#onStop.push(f);
  }

  /** Cancels what runs and lets go of everything. Using the context, or an RDD of it, afterwards is an error. */
  stop(): Promise<void> {
    if (this.#stopping === undefined) {
      this.#stoppedAt = captureCallSite();
      this.#stopping = this.#stop();
    }
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    try {
      for (const f of this.#onStop.reverse()) await f();
    } finally {
      this.#engine.scheduler.cancelJobs(() => true, "because SparkContext was shut down");
      this.listenerBus.post("onApplicationEnd", { time: this.clock.now() });
      this.listenerBus.flush();
      await this.#engine.stop();
      this.#persistent.clear();
      forgetFiles();
      this.#engine.localDir.remove();
      if (active === this) active = undefined;
    }
  }

  /** @internal what operations of RDDs make their results with */
  rddOf<T>(node: PlanNode<T>): RDD<T> {
    return new RDD(this, node);
  }

  /** @internal */
  newRddId(): number {
    return ++this.#lastRddId;
  }

  /** @internal an error when the context has stopped, or when a task asks */
  assertUsable(what: string): void {
    if (TaskContext.get() !== undefined) throw E.NESTED_USE(what);
    if (this.#stoppedAt !== undefined) {
      throw E.CONTEXT_STOPPED(what, placeOf(this.#madeAt, "start"), placeOf(this.#stoppedAt, "end"));
    }
  }

  /** @internal */
  persisted(rdd: RDD<unknown>): void {
    this.#persistent.add(rdd);
  }

  /** @internal */
  unpersisted(rdd: RDD<unknown>): void {
    this.#persistent.remove(rdd.id);
  }

  /** @internal */
  get checkpointer(): Checkpointer {
    return this.#checkpointer;
  }

  [SHIP](): never {
    throw E.NESTED_USE("The SparkContext");
  }

  /** `SparkContext(master = local[2], app id = local-1795454665218)` */
  override toString(): string {
    return `SparkContext(master = ${this.master}, app id = ${this.applicationId})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Where the user's code did it; where none of it did, as with the shell's own context, in the program's course. */
function placeOf(site: CallSite, otherwise: "start" | "end"): string {
  return site.long === "" ? `the ${otherwise} of the program` : site.short;
}
