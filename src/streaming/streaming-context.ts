import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import type { Clock } from "../core/clock/clock.js";
import { SteadyClock } from "../core/clock/steady-clock.js";
import { SparkConf } from "../core/conf/spark-conf.js";
import { E as EngineErrors } from "../core/errors/engine-errors.js";
import type { RDD } from "../core/rdd/rdd.js";
import { SparkContext } from "../core/spark-context.js";
import type { StorageLevel } from "../core/storage/storage-level.js";
import * as must from "../core/util/arguments.js";
import { CheckpointDirectory } from "./checkpoint/checkpoint-directory.js";
import { ContextLife } from "./context-life.js";
import { activeContext } from "./context-registry.js";
import { beFunction, nodeOf } from "./derive-stream.js";
import type { DStreamNode } from "./dstream/dstream-node.js";
import { TransformNode } from "./dstream/transform-node.js";
import { UnionNode } from "./dstream/union-node.js";
import { DStream } from "./dstream.js";
import { type Duration, positiveDuration } from "./duration.js";
import { E } from "./errors.js";
import type { InputDStream } from "./input-dstream.js";
import type { MaybePromise } from "./maybe-promise.js";
import { Receiver } from "./receiver/receiver.js";
import { ReceiverInputDStream } from "./receiver/receiver-input-dstream.js";
import { AsyncIterableReceiver, type IterableSource } from "./sources/async-iterable-receiver.js";
import { BinaryRecords } from "./sources/binary-records.js";
import { FileInputDStream } from "./sources/file-input-dstream.js";
import { QueueInputDStream } from "./sources/queue-input-dstream.js";
import { RateInputDStream, type RateRow } from "./sources/rate-input-dstream.js";
import { type SocketConverter, SocketReceiver } from "./sources/socket-receiver.js";
import { SocketTextReceiver } from "./sources/socket-text-receiver.js";
import type { Time } from "./time.js";

/** The clock of contexts that the function of `getOrCreate` makes without saying which. */
const clockForNew = new AsyncLocalStorage<Clock | undefined>();
/** How many of these functions run. */
let creating = 0;

/** Calls `create`; contexts that it makes follow `clock`, if one is given. */
async function withClock(
  clock: Clock | undefined,
  create: () => StreamingContext | Promise<StreamingContext>,
): Promise<StreamingContext> {
  creating++;
  try {
    return await clockForNew.run(clock, async () => create());
  } finally {
    // Node 20 goes on handing it to every promise of every batch.
    if (--creating === 0) clockForNew.disable();
  }
}

function contextOf(given: SparkContext | SparkConf): SparkContext {
  const sc = given instanceof SparkConf ? new SparkContext(given) : given;
  if (!(sc instanceof SparkContext)) throw E.NEITHER_CONTEXT_NOR_CONF(given);
  if (sc.isStopped) throw E.SPARK_CONTEXT_STOPPED();
  return sc;
}

function checkOptions(operation: string, options: StreamingContextOptions): void {
  must.beObject(operation, "options", options, "an object, e.g. { clock: new ManualClock() }");
  if (options.clock !== undefined && typeof options.clock?.at !== "function") {
    throw EngineErrors.BAD_ARGUMENT(operation, "clock", options.clock, "a Clock, e.g. a ManualClock");
  }
}

/** Options of a `StreamingContext`. */
export interface StreamingContextOptions {
  /**
   * Where batches take their time from; by default the wall clock (when that is set back, batches go on with the time that
   * they had), in tests a `ManualClock`.
   */
  readonly clock?: Clock;
}

/**
 * The entrance to streams: it makes them from sources, starts the whole graph of streams, and stops it.
 *
 * The graph is defined first, then `start()` checks it and runs it: from then on a batch is due at every multiple of the
 * batch duration, and nothing can be added. A stopped context stays stopped. One context can be active in a process.
 *
 * Spark's name: `org.apache.spark.streaming.StreamingContext`.
 *
 * @example
 * // needs: a server on port 9999
 * const ssc = new StreamingContext(sc, Seconds(1));
 * ssc.socketTextStream("localhost", 9999).count().print();
 * await ssc.start();
 * await ssc.awaitTermination();
 */
export class StreamingContext extends ContextLife {
  /**
   * @param context an existing `SparkContext`, or the configuration of a new one
   * @param batchDuration the time between two batches
   * @throws IllegalArgumentError when the duration is not positive
   */
  constructor(context: SparkContext | SparkConf, batchDuration: Duration, options: StreamingContextOptions = {}) {
    positiveDuration(batchDuration, "The batch duration");
    checkOptions("new StreamingContext", options);
    super(contextOf(context), batchDuration, options.clock ?? clockForNew.getStore() ?? new SteadyClock());
  }

  /** The context that runs in this process; `undefined` when none does. */
  static getActive(): StreamingContext | undefined {
    return activeContext();
  }

  /**
   * The context that `create` makes, which goes on from the checkpoint in `checkpointDir` where there is one: `start()`
   * restores states, positions of sources and remembered batches, runs the batches again whose jobs had not ended, and makes
   * up for those that have been missed since.
   *
   * Streams, functions and configuration come from the program, states and positions from the directory. An operator is
   * found again by its uid (`stream.uid("orders")`), else by its kind and its place among its like. What does not fit any
   * more is told by a warning.
   *
   * Spark's name: `StreamingContext.getOrCreate`. Spark restores the graph itself; here the program is asked for it, so that
   * it may have changed.
   *
   * @param create makes the context and its streams, and does not start it; may return a promise
   * @param options the clock of a context that `create` makes without one
   * @throws InputOutputError when there are checkpoints and none can be read
   * @throws IllegalStateError when they are of another version of tspark
   * @throws IllegalArgumentError when the batch duration is not the checkpoint's
   *
   * @example
   * // needs: a server on port 9999
   * const ssc = await StreamingContext.getOrCreate("/tmp/word-count", () => {
   *   const ssc = new StreamingContext(sc, Seconds(1));
   *   ssc.checkpoint("/tmp/word-count");
   *   const words = ssc.socketTextStream("localhost", 9999).map(word => [word, 1] as [string, number]);
   *   words.updateStateByKey((ones: number[], n: number | undefined) => (n ?? 0) + ones.length).uid("counts").print();
   *   return ssc;
   * });
   * await ssc.start();
   */
  static async getOrCreate(
    checkpointDir: string,
    create: () => StreamingContext | Promise<StreamingContext>,
    options: StreamingContextOptions = {},
  ): Promise<StreamingContext> {
    must.bePath("StreamingContext.getOrCreate", checkpointDir);
    if (typeof create !== "function") throw E.NOT_A_FUNCTION("StreamingContext.getOrCreate", create);
    checkOptions("StreamingContext.getOrCreate", options);
    const found = await new CheckpointDirectory(checkpointDir).newest();
    const ssc = await withClock(options.clock, create);
    if (!(ssc instanceof StreamingContext) || ssc.getState() !== "INITIALIZED") throw E.NO_CONTEXT_CREATED(ssc);
    if (ssc.graph.checkpointDir === undefined) ssc.checkpoint(checkpointDir);
    if (found === undefined) return ssc;
    const { batchDuration } = found.checkpoint.context;
    if (batchDuration !== ssc.batchDuration.milliseconds) {
      throw E.CHECKPOINT_BATCH_DURATION(checkpointDir, batchDuration, ssc.batchDuration);
    }
    ssc.graph.recovered = found;
    return ssc;
  }

  /** Makes each stream remember its RDDs for at least `duration`, for queries from outside (`slice`). */
  remember(duration: Duration): void {
    this.graph.assertOpen("remember");
    this.graph.remember(positiveDuration(duration, "The remember duration"));
  }

  /**
   * Sets the directory, of this machine or of HDFS, where the context is kept, and its state; operations that keep state need
   * one.
   */
  checkpoint(directory: string): void {
    this.graph.assertOpen("checkpoint");
    must.bePath("checkpoint", directory);
    this.sparkContext.setCheckpointDir(directory);
    this.graph.checkpointDir = directory;
  }

  // ---- streams from streams

  /** @internal what operations of streams make their results with */
  streamOf<T>(node: DStreamNode<T>): DStream<T> {
    return new DStream(this, node);
  }

  /** The elements of all streams, which must slide alike. */
  union<T>(streams: readonly DStream<T>[]): DStream<T> {
    return new DStream(this, new UnionNode<T>(this.#nodesOf("union", streams)));
  }

  /** Any function of the RDDs of several streams that slide alike, called in the driver for each batch. */
  transform<U>(
    f: (rdds: RDD<unknown>[], time: Time) => MaybePromise<RDD<U>>,
    streams: readonly DStream<never>[] | readonly DStream<unknown>[],
  ): DStream<U> {
    const nodes = this.#nodesOf("transform", streams as readonly DStream<unknown>[]);
    if (typeof f !== "function") throw E.NOT_A_FUNCTION("transform", f);
    return new DStream(this, new TransformNode(nodes, "transform", [f], f));
  }

  #nodesOf<T>(operation: string, streams: readonly DStream<T>[]): DStreamNode<T>[] {
    if (!Array.isArray(streams)) throw E.STREAMS_ARE_NOT_A_LIST(operation, streams);
    const nodes = streams.map(stream => nodeOf<T>(operation, stream));
    if (nodes.some(node => node.graph !== this.graph)) throw E.DIFFERENT_CONTEXTS(operation);
    return nodes;
  }

  // ---- sources

  /**
   * The lines that a TCP server sends, without `\n` or `\r\n`, as UTF-8. When the server closes or is not there, it is
   * tried again after `spark.streaming.receiverRestartDelay` ms.
   */
  socketTextStream(host: string, port: number, storageLevel?: StorageLevel): ReceiverInputDStream<string> {
    return this.receiverStream(new SocketTextReceiver(host, port, storageLevel));
  }

  /** What `converter` makes of the bytes that a TCP server sends: it gets them as an async iterable of buffers. */
  socketStream<T>(
    host: string,
    port: number,
    converter: SocketConverter<T>,
    storageLevel?: StorageLevel,
  ): ReceiverInputDStream<T> {
    if (typeof converter !== "function") throw E.NOT_A_FUNCTION("socketStream", converter);
    return this.receiverStream(new SocketReceiver(host, port, converter, storageLevel));
  }

  /**
   * The lines of the files that appear in a directory. Write a file elsewhere on the same file system and move it there:
   * a file is read when it is seen first, and never again. Names that begin with `.` are not read. A pattern (`logs/*`)
   * stands for all directories that match, also for those that appear later.
   */
  textFileStream(directory: string): InputDStream<string> {
    return this.fileStream(directory);
  }

  /**
   * The files that appear in a directory, as `read` reads each (default: as lines).
   *
   * @param filter which paths count; by default those whose name does not begin with `.`
   * @param newFilesOnly `false` counts files, too, that were there before, within `spark.streaming.fileStream.minRememberDuration`
   */
  fileStream<T = string>(
    directory: string,
    filter?: (path: string) => boolean,
    newFilesOnly = true,
    read?: (path: string) => RDD<T>,
  ): InputDStream<T> {
    must.bePath("a stream of files", directory);
    for (const f of [filter, read]) if (f !== undefined) beFunction("fileStream", f);
    must.beFlag("fileStream", "newFilesOnly", newFilesOnly);
    const reader = read ?? ((path: string) => this.sparkContext.textFile(path) as unknown as RDD<T>);
    return new FileInputDStream(this, directory, reader, filter, newFilesOnly);
  }

  /** The records, `recordLength` bytes each, of the files that appear in a directory; see {@link textFileStream}. */
  binaryRecordsStream(directory: string, recordLength: number): InputDStream<Buffer> {
    const records = new BinaryRecords(this.sparkContext, recordLength);
    return this.fileStream(directory, undefined, true, path => records.read(path));
  }

  /**
   * RDDs from a queue: each batch takes one off its front, or with `oneAtATime = false` all of them. The queue may be
   * filled while the context runs.
   *
   * @param defaultRDD what a batch gets when the queue is empty; by default an RDD without elements
   */
  queueStream<T>(queue: RDD<T>[], oneAtATime = true, defaultRDD?: RDD<T> | null): InputDStream<T> {
    if (!Array.isArray(queue)) throw EngineErrors.BAD_ARGUMENT("queueStream", "queue", queue, "an array of RDDs");
    must.beFlag("queueStream", "oneAtATime", oneAtATime);
    if (defaultRDD !== undefined && defaultRDD !== null) must.beRDD("queueStream", "defaultRDD", defaultRDD);
    return new QueueInputDStream(this, queue, oneAtATime, defaultRDD);
  }

  /** What a receiver of the user's own stores. */
  receiverStream<T>(receiver: Receiver<T>): ReceiverInputDStream<T> {
    if (!(receiver instanceof Receiver)) {
      throw EngineErrors.BAD_ARGUMENT("receiverStream", "its argument", receiver, "of a class that extends Receiver");
    }
    return new ReceiverInputDStream(this, receiver);
  }

  /**
   * What an async iterable gives: a generator, a Node stream, an event emitter's `on(…)`, a subscription of a client. The next
   * element is asked for when there is room, so a source that is faster than the batches is held back, not gathered.
   *
   * When it has ended the stream is empty from then on; when it fails it is iterated again after
   * `spark.streaming.receiverRestartDelay`. A generator that has failed gives nothing more: pass the function that makes it.
   *
   * @param source something to iterate, or a function that is called for it at each start
   * @throws IllegalArgumentError when it is neither
   *
   * @example
   * async function* ticks() {
   *   for (let n = 0; ; n++) {
   *     await new Promise(resolve => setTimeout(resolve, 10));
   *     yield n;
   *   }
   * }
   * ssc.asyncIterableStream(ticks).count().print();
   */
  asyncIterableStream<T>(source: IterableSource<T>, storageLevel?: StorageLevel): ReceiverInputDStream<T> {
    const isIterable =
      typeof source === "object" && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source);
    if (!isIterable && typeof source !== "function") throw E.SOURCE_NOT_ITERABLE(source);
    return this.receiverStream(new AsyncIterableReceiver(source, storageLevel));
  }

  /** Rows `{ timestamp, value }` at a steady rate, for trying things out: value 0, 1, 2 …, timestamp in ms. */
  rateStream(rowsPerSecond: number): InputDStream<RateRow> {
    return new RateInputDStream(this, rowsPerSecond);
  }

  /** `StreamingContext(batch = 1000 ms, ACTIVE)`. */
  override toString(): string {
    return `StreamingContext(batch = ${this.batchDuration}, ${this.getState()})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
