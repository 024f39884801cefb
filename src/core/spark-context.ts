import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { AccumulatorV2 } from "./accumulator/accumulator-v2.js";
import { CollectionAccumulator } from "./accumulator/collection-accumulator.js";
import { DoubleAccumulator, LongAccumulator } from "./accumulator/long-accumulator.js";
import { Broadcast } from "./broadcast/broadcast.js";
import { type Clock, systemClock } from "./clock/clock.js";
import { SHIP } from "./closure/protocol.js";
import { checkConf } from "./conf/check-conf.js";
import { SparkConf } from "./conf/spark-conf.js";
import { Engine } from "./engine.js";
import { E } from "./errors/engine-errors.js";
import { locate } from "./io/file-systems.js";
import { takeHadoopSettings } from "./io/hadoop-settings.js";
import { LocalProperties } from "./local-properties.js";
import { configureLogging } from "./log/configure-logging.js";
import { setLogLevel } from "./log/logger.js";
import { BlocksNode } from "./plan/nodes/blocks-node.js";
import { ObjectFileNode, TextFileNode, WholeFilesNode } from "./plan/nodes/file-nodes.js";
import { ParallelCollectionNode } from "./plan/nodes/parallel-collection-node.js";
import { RangeNode } from "./plan/nodes/range-node.js";
import { PartitionerAwareUnionNode, UnionNode } from "./plan/nodes/union-node.js";
import type { PlanNode } from "./plan/plan-node.js";
import { Checkpointer } from "./rdd/checkpointer.js";
import { partitionCount } from "./rdd/default-partitioner.js";
import { PersistentRDDs } from "./rdd/persistent-rdds.js";
import { RDD } from "./rdd/rdd.js";
import type { TupleHint } from "./rdd/tuple-hint.js";
import type { Action } from "./scheduler/action.js";
import type { SparkListener } from "./scheduler/events.js";
import { ListenerBus, type SparkEvent } from "./scheduler/listener-bus.js";
import type { SparkStatusTracker } from "./scheduler/status-tracker.js";
import { TaskContext } from "./scheduler/task-context.js";
import { samePartitioner } from "./shuffle/partitioner.js";
import { addFile, forgetFiles } from "./spark-files.js";
import type { StoredRDD } from "./storage/block-store.js";
import { cleanLocalDirs } from "./storage/clean-local-dirs.js";
import { localDirParents } from "./storage/local-dir.js";
import * as must from "./util/arguments.js";
import { type CallSite, captureCallSite } from "./util/call-site.js";
import { VERSION } from "./version.js";

export type { TupleHint };

/** What wants to know of every context as it starts: the status port. */
const starters = new Set<(sc: SparkContext) => void | Promise<void>>();

/**
 * Calls `start` with every context made from now on; `sc.whenReady()` waits for the promise it may return. What it wants
 * undone when the context stops it says with `sc.onStop`.
 */
export function registerContextStarter(start: (sc: SparkContext) => void | Promise<void>): void {
  starters.add(start);
}

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
export class SparkContext {
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
    this.#ready = Promise.all([cleaned, ...[...starters].map(async start => start(this))]).then(() => {});
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

  /** Partitions of a file where none are given: `defaultParallelism`, at most 2. */
  get defaultMinPartitions(): number {
    return Math.min(this.defaultParallelism, 2);
  }

  /** A copy of the configuration. */
  getConf(): SparkConf {
    return this.conf.clone();
  }

  /**
   * An RDD of the elements of an array or another iterable, in `numSlices` partitions: partition i of n holds elements
   * i·length/n up to (i+1)·length/n. An array is read when a job runs: do not change it in between.
   *
   * @param numSlices default `defaultParallelism`
   * @example
   * await sc.parallelize([1, 2, 3, 4, 5], 2).glom().collect(); // [[1, 2], [3, 4, 5]]
   */
  parallelize<T extends TupleHint>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  parallelize<T>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  parallelize<T>(xs: Iterable<T>, numSlices = this.defaultParallelism): RDD<T> {
    this.assertUsable("parallelize");
    partitionCount("parallelize", numSlices);
    if (typeof (xs as Iterable<T> | null | undefined)?.[Symbol.iterator] !== "function") {
      throw E.BAD_ARGUMENT("parallelize", "the collection", xs, "an array or another iterable");
    }
    return new RDD(this, new ParallelCollectionNode(Array.isArray(xs) ? (xs as T[]) : Array.from(xs), numSlices));
  }

  /** The same as {@link parallelize}. */
  makeRDD<T extends TupleHint>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  makeRDD<T>(xs: Iterable<T>, numSlices?: number): RDD<T>;
  makeRDD<T>(xs: Iterable<T>, numSlices?: number): RDD<T> {
    return this.parallelize(xs, numSlices);
  }

  /**
   * The whole numbers from `start` up to but without `end`, in steps. With one argument: from 0 up to it.
   *
   * @example
   * await sc.range(0, 10, 3).collect(); // [0, 3, 6, 9]
   */
  range(start: number, end?: number, step = 1, numSlices = this.defaultParallelism): RDD<number> {
    this.assertUsable("range");
    const [from, to] = end === undefined ? [0, start] : [start, end];
    for (const [name, x] of [
      ["start", from],
      ["end", to],
      ["step", step],
    ] as const) {
      if (!Number.isSafeInteger(x)) throw E.BAD_ARGUMENT("range", name, x, "a whole number");
    }
    if (step === 0) throw E.BAD_ARGUMENT("range", "step", step, "other than 0");
    partitionCount("range", numSlices);
    return new RDD(this, new RangeNode(from, step, Math.max(0, Math.ceil((to - from) / step)), numSlices));
  }

  /** An RDD without elements and without partitions. */
  emptyRDD<T>(): RDD<T> {
    this.assertUsable("emptyRDD");
    return new RDD<T>(this, new BlocksNode<T>([]));
  }

  /** @internal what operations of RDDs make their results with */
  rddOf<T>(node: PlanNode<T>): RDD<T> {
    return new RDD(this, node);
  }

  /** @internal one partition for each block */
  blocksRDD<T>(blocks: readonly (readonly T[])[]): RDD<T> {
    this.assertUsable("blocksRDD");
    return new RDD(this, new BlocksNode(blocks));
  }

  /**
   * The lines of text files, without their ends (`\n`, `\r\n` or a lone `\r`). `path`: a file, a directory, a pattern, or
   * several with commas between them, of this machine or of HDFS (`hdfs://nn:8020/logs`, `hdfs:/logs`, `webhdfs://nn:9870/logs`);
   * `.gz` is read as what it holds. Files are cut into splits of bytes, those of HDFS by their blocks.
   *
   * @param minPartitions how many partitions at least, where the files can be cut; default `defaultMinPartitions`
   * @throws InputOutputError from the first job, or from `partitions`, when a path does not exist: it names the path
   * @example
   * import { writeFileSync } from "node:fs";
   * writeFileSync("app.log", "INFO one\nERROR two\n");
   * await sc.textFile("*.log").filter(line => line.startsWith("ERROR")).count(); // 1
   */
  textFile(path: string, minPartitions = this.defaultMinPartitions): RDD<string> {
    this.assertUsable("textFile");
    must.bePath("textFile", path);
    const minSize = this.conf.getLong("spark.hadoop.mapreduce.input.fileinputformat.split.minsize");
    const n = this.#minPartitions("textFile", minPartitions);
    return new RDD(this, new TextFileNode(path, n, minSize)).setName(path);
  }

  /** Whole text files as `[path, content]`; small files share a partition. */
  wholeTextFiles(path: string, minPartitions = this.defaultMinPartitions): RDD<[string, string]> {
    this.assertUsable("wholeTextFiles");
    must.bePath("wholeTextFiles", path);
    const n = this.#minPartitions("wholeTextFiles", minPartitions);
    return new RDD(this, new WholeFilesNode<string>(path, n, "text")).setName(path);
  }

  /** Whole files as `[path, bytes]`; small files share a partition. */
  binaryFiles(path: string, minPartitions = this.defaultMinPartitions): RDD<[string, Buffer]> {
    this.assertUsable("binaryFiles");
    must.bePath("binaryFiles", path);
    const n = this.#minPartitions("binaryFiles", minPartitions);
    return new RDD(this, new WholeFilesNode<Buffer>(path, n, "bytes")).setName(path);
  }

  /** What `saveAsObjectFile` wrote; a partition for each part. */
  objectFile<T>(path: string): RDD<T> {
    this.assertUsable("objectFile");
    must.bePath("objectFile", path);
    return new RDD(this, new ObjectFileNode<T>(path));
  }

  /**
   * All elements of several RDDs: their partitions one after the other, or, where all are partitioned alike, partition i
   * of each put together. RDDs are given one by one or as an array.
   */
  union<T>(...rdds: RDD<T>[] | [readonly RDD<T>[]]): RDD<T> {
    this.assertUsable("union");
    const all = (rdds.length === 1 && Array.isArray(rdds[0]) ? rdds[0] : rdds) as readonly RDD<T>[];
    for (const rdd of all) {
      if (!(rdd instanceof RDD)) throw E.BAD_ARGUMENT("union", "one of them", rdd, "an RDD");
      if (rdd.sparkContext !== this) throw E.OTHER_CONTEXT("union");
    }
    const given = all.map(r => r.node);
    // What has no partitions has no say in whether all are partitioned alike.
    const nodes = given.some(n => n.partitioner !== undefined)
      ? given.filter(n => n.partitioner !== undefined || n.numPartitions > 0)
      : given;
    const [first] = nodes;
    if (first === undefined) return this.emptyRDD<T>();
    if (nodes.every(n => samePartitioner(n.partitioner, first.partitioner))) {
      return new RDD(this, new PartitionerAwareUnionNode(nodes));
    }
    return new RDD(this, new UnionNode(nodes));
  }

  /** A value that closures share; see {@link Broadcast}. */
  broadcast<T>(value: T): Broadcast<T> {
    this.assertUsable("broadcast");
    if (value instanceof RDD) throw E.BROADCAST_RDD();
    return new Broadcast(value);
  }

  /** Adds up whole numbers; tasks add, the driver reads. */
  longAccumulator(name?: string): LongAccumulator {
    return this.#registered(new LongAccumulator(), name);
  }

  /** Adds up numbers with fractions. */
  doubleAccumulator(name?: string): DoubleAccumulator {
    return this.#registered(new DoubleAccumulator(), name);
  }

  /** Collects values into an array. */
  collectionAccumulator<T>(name?: string): CollectionAccumulator<T> {
    return this.#registered(new CollectionAccumulator<T>(), name);
  }

  /** Gives an accumulator of your own class a name. */
  register(accumulator: AccumulatorV2<never, unknown>, name?: string): void {
    if (!(accumulator instanceof AccumulatorV2)) {
      throw E.BAD_ARGUMENT("register", "the accumulator", accumulator, "of a class that extends AccumulatorV2");
    }
    this.#registered(accumulator, name);
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
  toString(): string {
    return `SparkContext(master = ${this.master}, app id = ${this.applicationId})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }

  #registered<A extends AccumulatorV2<never, unknown>>(accumulator: A, name: string | undefined): A {
    this.assertUsable("an accumulator");
    if (name !== undefined) must.beText("an accumulator", "name", name);
    accumulator.name = name;
    return accumulator;
  }

  #minPartitions(operation: string, n: number): number {
    must.beAtLeast(operation, "minPartitions", n, 0);
    return n;
  }
}

/** Where the user's code did it; where none of it did, as with the shell's own context, in the program's course. */
function placeOf(site: CallSite, otherwise: "start" | "end"): string {
  return site.long === "" ? `the ${otherwise} of the program` : site.short;
}
