import { defineErrors } from "../core/errors/define-errors.js";
import { IllegalArgumentError, IllegalStateError, InputOutputError } from "../core/errors/spark-error.js";
import type { Duration } from "./duration.js";

const show = (value: unknown) => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** Every error of the streaming layer. */
export const E = defineErrors("streaming", {
  BAD_DURATION: {
    base: IllegalArgumentError,
    message: (ms: unknown) =>
      `A duration is a whole number of milliseconds, not ${show(ms)}: pass e.g. Milliseconds(500).`,
    doc: "A `Duration` was made of a fraction of a millisecond, of NaN or of something that is no number.",
  },
  NOT_A_DURATION: {
    base: IllegalArgumentError,
    message: (what: string, value: unknown) =>
      `${what} must be a Duration, not ${show(value)}: pass e.g. Seconds(1) or Milliseconds(500).`,
    doc: "A plain number (or nothing) was passed where a `Duration` is due; its unit would be a guess.",
  },
  DURATION_NOT_POSITIVE: {
    base: IllegalArgumentError,
    message: (what: string, value: Duration) => `${what} is ${value}: it must be longer than zero.`,
    doc: "A batch, window, slide or checkpoint duration is zero or negative.",
  },
  NOT_A_TIME: {
    base: IllegalArgumentError,
    message: (value: unknown) => `A Time is due, not ${show(value)}: pass e.g. new Time(1560022246000), in ms.`,
    doc: "A plain number (or nothing) was passed where a `Time` is due.",
  },
  NOT_A_STREAM: {
    base: IllegalArgumentError,
    message: (what: string, value: unknown) =>
      `${what} takes a DStream, not ${show(value)}: an RDD is joined with each batch by transform(rdd => rdd.join(other)).`,
    doc: "An operation on two streams got something else for the other one.",
  },
  NOT_WHOLE_MS: {
    base: IllegalArgumentError,
    message: (ms: unknown) => `A time is a whole number of milliseconds since the epoch, not ${show(ms)}.`,
    doc: "A `Time` was made of something that is no whole number.",
  },
  NOT_A_MULTIPLE: {
    base: IllegalArgumentError,
    message: (what: string, value: Duration, of: string, slide: Duration) =>
      `The ${what} (${value}) must be a multiple of the ${of} (${slide}): pass ${nearestMultiples(value, slide)}.`,
    doc: "A window, slide or checkpoint duration does not fit the slide duration of the stream it is taken of.",
  },
  GRAPH_IS_FIXED: {
    base: IllegalStateError,
    message: (what: string, phase: "started" | "stopped") =>
      `The StreamingContext has ${phase === "started" ? "been started" : "stopped"}, and ${what} came too late: adding new inputs, transformations, and output operations after ${phase === "started" ? "starting" : "stopping"} a context is not supported. ` +
      (phase === "started"
        ? "Define the whole graph before ssc.start(). To begin another one, await ssc.stop(false) and make a new StreamingContext; in tspark-shell await ssc.stop(), and ssc is a fresh one."
        : "Make a new StreamingContext and define the whole graph before its start()."),
    doc: "A stream was added to, or derived in, a context that has been started or stopped.",
  },
  NO_OUTPUTS: {
    base: IllegalArgumentError,
    message: () =>
      "No output operations registered, so nothing to execute. Call print(), foreachRDD(f) or saveAsTextFiles(prefix) on a stream before ssc.start().",
    doc: "`ssc.start()` on a graph without output operation.",
  },
  CHECKPOINT_DIR_NOT_SET: {
    base: IllegalArgumentError,
    message: (operator: string) =>
      `The checkpoint directory has not been set, and ${operator} needs one: please set it by ssc.checkpoint("directory") before ssc.start().`,
    doc: "`updateStateByKey`, `mapWithState` and windows with an inverse function need a checkpoint directory.",
  },
  CHECKPOINT_INTERVAL: {
    base: IllegalArgumentError,
    message: (operator: string, interval: Duration, slide: Duration) =>
      `The checkpoint interval of ${operator} (${interval}) must be a multiple of its slide duration (${slide}) and not shorter: pass ${nearestMultiples(interval, slide)}.`,
    doc: "`stream.checkpoint(interval)` with an interval that does not fit the stream.",
  },
  GRAPH_PROBLEMS: {
    base: IllegalArgumentError,
    message: (problems: readonly string[]) =>
      problems.length === 1
        ? problems[0]!
        : `The streaming graph has ${problems.length} problems:\n${problems.map((p, i) => `  ${i + 1}. ${p}`).join("\n")}`,
    doc: "`ssc.start()` found things wrong with the graph; when there are several, all are listed.",
  },
  DUPLICATE_UID: {
    base: IllegalArgumentError,
    message: (uid: string) => `Two operators have the uid ${show(uid)}: give each stream.uid("…") its own name.`,
    doc: "State is found again after a restart by the operator's uid, so it must be unique in the graph.",
  },
  UID_TAKEN_TWICE: {
    base: IllegalStateError,
    message: (old: string, uid: string) =>
      `This stream already has the uid ${show(old)}; it cannot become ${show(uid)}. Call uid once.`,
    doc: "`stream.uid` was called twice with different names.",
  },
  ALREADY_STOPPED: {
    base: IllegalStateError,
    message: () =>
      "StreamingContext has already been stopped and cannot be started again: make a new StreamingContext(sc, batchDuration).",
    doc: "`start` on a stopped streaming context.",
  },
  ANOTHER_ACTIVE: {
    base: IllegalStateError,
    message: (where: string) =>
      `Only one StreamingContext may be started in this process. Currently running StreamingContext was started ${where}. Stop it first: await StreamingContext.getActive()?.stop(false).`,
    doc: "A second streaming context was started while one is active.",
  },
  SPARK_CONTEXT_STOPPED: {
    base: IllegalStateError,
    message: () =>
      "The SparkContext of this StreamingContext has been stopped: make a new SparkContext, then a new StreamingContext.",
    doc: "A streaming context was made of, or started on, a stopped `SparkContext`.",
  },
  NEITHER_CONTEXT_NOR_CONF: {
    base: IllegalArgumentError,
    message: (value: unknown) =>
      `new StreamingContext(…) takes a SparkContext or a SparkConf first, not ${show(value)}.`,
    doc: "The first argument of `StreamingContext` is neither a context nor a configuration.",
  },
  DIFFERENT_CONTEXTS: {
    base: IllegalArgumentError,
    message: (what: string) => `${what}: all streams must belong to the same StreamingContext.`,
    doc: "`union`, `join`, `transformWith` … of streams of different contexts.",
  },
  DIFFERENT_SLIDES: {
    base: IllegalArgumentError,
    message: (what: string, slides: readonly string[]) =>
      `${what}: all streams must have the same slide duration, but they have ${slides.join(", ")}. Give them the same window slide.`,
    doc: "`union`, `join`, `transform` … of streams that slide differently.",
  },
  NO_STREAMS: {
    base: IllegalArgumentError,
    message: (what: string) => `${what} needs at least one stream: pass e.g. [streamA, streamB].`,
    doc: "`ssc.union([])` or `ssc.transform(f, [])`.",
  },
  TRANSFORM_WITHOUT_RDD: {
    base: IllegalArgumentError,
    message: (value: unknown, time: string) =>
      `The function of transform returned ${show(value)} at ${time}: it must return an RDD. Return sc.emptyRDD() for an empty one.`,
    doc: "The function passed to `transform` or `transformWith` returned something else than an RDD.",
  },
  NOT_INITIALIZED: {
    base: IllegalStateError,
    message: (what: string) => `${what} has not been initialized: it has batches only after ssc.start().`,
    doc: "`slice` or `compute` of a stream whose context has not been started.",
  },
  WINDOW_LOST_KEY: {
    base: IllegalStateError,
    message: (key: unknown) =>
      `Neither previous window has value for key ${show(key)}, nor new values found: the inverse function met a key that the window does not hold. Is the key compared by value?`,
    doc: "A window with inverse function lost track of a key.",
  },
  STATE_HAS_NO_VALUE: {
    base: IllegalStateError,
    message: () => "State is not set: call state.exists() before state.get(), or use state.getOption().",
    doc: "`State.get()` of a key without state.",
  },
  STATE_CANNOT_CHANGE: {
    base: IllegalStateError,
    message: (what: string, why: string) => `Cannot ${what} the state that ${why}.`,
    doc: "`State.update` or `State.remove` after `remove`, or while the key times out.",
  },
  RECEIVER_NOT_STARTED: {
    base: IllegalStateError,
    message: (what: string) =>
      `${what}: the receiver has not been started. Pass it to ssc.receiverStream(receiver), and call it after ssc.start() has called onStart().`,
    doc: "`store`, `restart`, `reportError` … of a receiver that no context runs.",
  },
  RECEIVER_IN_USE: {
    base: IllegalStateError,
    message: () => "This receiver already belongs to a stream: make a new receiver for each receiverStream.",
    doc: "The same receiver was passed to `receiverStream` twice.",
  },
  BAD_HOST: {
    base: IllegalArgumentError,
    message: (host: unknown) =>
      `socketTextStream: host ${show(host)} is none: pass a name or an address, e.g. "localhost".`,
    doc: "The host of a socket stream is no text, or an empty one.",
  },
  BAD_PORT: {
    base: IllegalArgumentError,
    message: (port: unknown) => `socketTextStream: port ${show(port)} is none: pass a whole number from 1 to 65535.`,
    doc: "The port of a socket stream is out of range.",
  },
  CONNECTION_FAILED: {
    base: InputOutputError,
    message: (address: string, reason: string) => `Error connecting to ${address}: ${reason}`,
    doc: "A socket stream could not connect; it tries again after `spark.streaming.receiverRestartDelay`.",
  },
  NO_LINE_END: {
    base: InputOutputError,
    message: (bytes: number) =>
      `No line end came in ${bytes} bytes, which is the longest line. Does the server send lines? ssc.socketStream(host, port, converter) takes bytes of any form.`,
    doc: "What a socket stream received is no text with lines; the receiver connects again.",
  },
  BAD_RECORD_LENGTH: {
    base: IllegalArgumentError,
    message: (length: unknown) =>
      `recordLength is ${show(length)}: pass the whole number of bytes of a record, at least 1.`,
    doc: "`binaryRecordsStream` with a record length that is no positive whole number.",
  },
  TORN_RECORD: {
    base: InputOutputError,
    message: (path: string, size: number, length: number) =>
      `${path} has ${size} bytes, which is no multiple of the record length ${length}: the file is cut or holds other records.`,
    doc: "A file of `binaryRecordsStream` does not divide into records.",
  },
  BAD_COUNT: {
    base: IllegalArgumentError,
    message: (what: string, n: unknown) => `${what} is ${show(n)}: pass a whole number, at least 1.`,
    doc: "A number of batches, rows or elements is no positive whole number.",
  },
  BATCHES_CUT_SHORT: {
    base: IllegalStateError,
    message: (done: number, asked: number) =>
      `The StreamingContext stopped after ${done} of the ${asked} batches that awaitBatches waits for.`,
    doc: "The context was stopped before the batches that were waited for had finished.",
  },
  STREAMS_ARE_NOT_A_LIST: {
    base: IllegalArgumentError,
    message: (what: string, value: unknown) =>
      `${what} takes a list of streams, not ${show(value)}: pass [streamA, streamB].`,
    doc: "`ssc.union` or `ssc.transform` without a list of streams.",
  },
  CHECKPOINT_VERSION: {
    base: IllegalStateError,
    message: (file: string, version: number, ours: number) =>
      `${file} is a checkpoint of version ${version}; this tspark reads version ${ours}. Nothing was changed. Use the tspark that wrote it, or another directory.`,
    doc: "A checkpoint directory was written by another version of tspark.",
  },
  CHECKPOINT_DAMAGED: {
    base: InputOutputError,
    message: (file: string, why: string) => `The checkpoint file ${file} is damaged: ${why}.`,
    doc: "A file of a checkpoint directory is cut short or was changed. The checkpoint before it is used.",
  },
  CHECKPOINT_UNREADABLE: {
    base: InputOutputError,
    message: (directory: string, troubles: readonly string[]) =>
      `No checkpoint in ${directory} can be read: ${troubles.join(" ")} Nothing was changed. Restore the directory, or start anew with another one.`,
    doc: "`StreamingContext.getOrCreate` found checkpoints, and every one of them is damaged.",
  },
  CHECKPOINT_NOT_SERIALIZABLE: {
    base: InputOutputError,
    message: (what: string, why: string) =>
      `${what} cannot be kept in the checkpoint: ${why}. Keep plain data (numbers, strings, lists, objects, Map, Set, Date) in it.`,
    doc: "A state, or the data of a batch, holds something that cannot be written to a file.",
  },
  SOURCE_NOT_ITERABLE: {
    base: IllegalArgumentError,
    message: (value: unknown) =>
      `asyncIterableStream takes something to iterate, not ${show(value)}: pass an async iterable, an iterable, or a function that makes one.`,
    doc: "`ssc.asyncIterableStream` was given something that cannot be iterated.",
  },
  LOG_NOT_WRITTEN: {
    base: InputOutputError,
    message: (directory: string, attempts: number) =>
      `The write-ahead log ${directory} could not be written in ${attempts} attempts: what was being stored was not taken. Is the disk full? spark.streaming.receiver.writeAheadLog.maxFailures says how often it is tried.`,
    doc: "What a receiver stored could not be made durable; `store` rejects with it.",
  },
  LOG_DAMAGED: {
    base: InputOutputError,
    message: (file: string, missing: string) =>
      `The write-ahead log ${file} is damaged: ${missing} of a batch cannot be read again. Restore the file, or start anew with another checkpoint directory.`,
    doc: "A batch is run again after a restart, and what receivers had stored for it was changed or removed since.",
  },
  CHECKPOINT_BATCH_DURATION: {
    base: IllegalArgumentError,
    message: (directory: string, saved: number, given: Duration) =>
      `The checkpoint in ${directory} was written with a batch of ${saved} ms, and this program has ${given}: use Milliseconds(${saved}), or another directory.`,
    doc: "`StreamingContext.getOrCreate` with another batch duration than the checkpoint's.",
  },
  NO_CONTEXT_CREATED: {
    base: IllegalArgumentError,
    message: (value: unknown) =>
      `The function of StreamingContext.getOrCreate returned ${show(value)}: it must return a StreamingContext that has not been started.`,
    doc: "The second argument of `StreamingContext.getOrCreate` does not make a new context.",
  },
  CANNOT_RESTORE_BATCH: {
    base: IllegalStateError,
    message: (input: string) =>
      `${input} saved what makes a batch again and cannot read it: override restoreBatch(time, saved) beside saveBatch.`,
    doc: "A subclass of `InputDStream` overrides `saveBatch` and not `restoreBatch`.",
  },
  NOT_A_STATE_SPEC: {
    base: IllegalArgumentError,
    message: (value: unknown) =>
      `mapWithState takes a StateSpec, not ${show(value)}: pass StateSpec.function((key, value, state) => …).`,
    doc: "`mapWithState` got something else where a `StateSpec` is due, often the function itself.",
  },
  NOT_A_FUNCTION: {
    base: IllegalArgumentError,
    message: (what: string, value: unknown) => `${what} takes a function, not ${show(value)}.`,
    doc: "An operation got something else where a function is due.",
  },
});

/** `2 s or 3 s` in milliseconds: the multiples of `slide` on both sides of `value`. */
function nearestMultiples(value: Duration, slide: Duration): string {
  const below = Math.floor(value.milliseconds / slide.milliseconds) * slide.milliseconds;
  const above = below + slide.milliseconds;
  return below > 0 ? `Milliseconds(${below}) or Milliseconds(${above})` : `Milliseconds(${above})`;
}
