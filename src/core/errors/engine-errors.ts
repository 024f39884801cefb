import { inspect } from "node:util";
import { engineFunctions } from "../util/engine-functions.js";
import { defineErrors } from "./define-errors.js";
import {
  IllegalArgumentError,
  IllegalStateError,
  InputOutputError,
  JobAbortedError,
  NoSuchElementError,
  SparkError,
} from "./spark-error.js";

/** A value as it stands in a message: on one line and cut where it gets long. */
function show(value: unknown): string {
  const text = inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 5,
    maxStringLength: 60,
  })
    // An error comes with its stack.
    .replace(/\n +at .*?( \{)?$/gm, "$1")
    .replace(/\s*\n\s*/g, " ");
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** Why a file could not be written or read, as the system says it. */
function systemReason(cause: unknown): string {
  const first = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  if ((first as NodeJS.ErrnoException | undefined)?.code === "ENOSPC") return "no space left on the device";
  return first instanceof Error ? first.message : String(first);
}

/** An operation that needs elements was given none. Scala's `UnsupportedOperationException("empty collection")`. */
export class UnsupportedOperationError extends SparkError {}
engineFunctions("class", { UnsupportedOperationError });

/** The errors of the RDD engine. */
export const E = defineErrors("engine", {
  NO_NATURAL_ORDER: {
    base: IllegalArgumentError,
    message: (a: unknown, b: unknown) =>
      `${show(a)} and ${show(b)} have no natural order: numbers, strings, bigints, booleans, dates and arrays of those have one among their own kind. Pass an ordering, (a, b) => number.`,
    doc: "Values were sorted or compared that have no natural order. Pass an `Ordering`.",
  },
  KEY_NOT_COMPARABLE: {
    base: IllegalArgumentError,
    message: (what: string, key: unknown) =>
      `A key is ${what}, ${show(key)}: keys compare by value, so they are strings, numbers, bigints, booleans, null, undefined, dates, arrays and plain objects of those, or objects with equals(other) and hashCode() methods. Map it to one of these first.`,
    doc: "A function, symbol or instance of a class without `equals`/`hashCode` was used as a key.",
  },
  NOT_A_PAIR: {
    base: IllegalArgumentError,
    message: (element: unknown) =>
      `The element ${show(element)} is not a pair: an operation by key needs elements of the form [key, value]. Make pairs first, e.g. rdd.map(x => [x, 1]).`,
    doc: "An operation by key met an element that is not a `[key, value]` array.",
  },
  NOT_A_NUMBER: {
    base: IllegalArgumentError,
    message: (element: unknown) =>
      `The element ${show(element)} is not a number: sum, mean, stats and the like take numbers. Map to numbers first, e.g. rdd.map(Number).`,
    doc: "`sum`, `mean`, `stats`, `variance`, `stdev` or `histogram` met an element that is not a number.",
  },
  NOT_ITERABLE: {
    base: IllegalArgumentError,
    message: (operation: string, value: unknown) =>
      `The function given to ${operation} returned ${show(value)}, which is not iterable: it must return an array or another iterable. Return [] for nothing, or use map for one result per element.`,
    doc: "The function of `flatMap`, `flatMapValues` or `mapPartitions` returned something that is not iterable.",
  },
  PROMISE_NOT_AWAITED: {
    base: IllegalArgumentError,
    message: (operation: string) =>
      `The function given to ${operation} returned a promise, which ${operation} does not await. Use rdd.mapAsync(f) for asynchronous work on each element, or foreachPartition(async it => …).`,
    doc: "An async function was given to an operation that does not await it.",
  },
  EMPTY_COLLECTION: {
    base: UnsupportedOperationError,
    message: (operation: string) =>
      `empty collection: ${operation} of an RDD without elements has no value. Ask isEmpty() first, or use fold(zero, f) or take(1).`,
    doc: "`reduce`, `first`, `max` or `min` of an RDD without elements; statistics (`stats`, `mean` …) of one without partitions.",
  },
  CONTEXT_STOPPED: {
    base: IllegalStateError,
    message: (what: string, madeAt: string, stoppedAt: string) =>
      `Cannot call ${what} on a stopped SparkContext: it was created at ${madeAt} and stopped at ${stoppedAt}. Make a new one with new SparkContext(conf).`,
    doc: "A stopped `SparkContext`, or an RDD of it, was used.",
  },
  CONTEXT_EXISTS: {
    base: IllegalStateError,
    message: (madeAt: string) =>
      `Only one SparkContext should be running in this process, and one was created at ${madeAt}. Stop it with await sc.stop() first, or use SparkContext.getOrCreate().`,
    doc: "A second `SparkContext` was made while the first is active.",
  },
  NO_MASTER: {
    base: IllegalArgumentError,
    message: () =>
      `A master URL must be set in your configuration: spark.master is not set. Call conf.setMaster("local[*]").`,
    doc: "`new SparkContext(conf)` without `spark.master`.",
  },
  NO_APP_NAME: {
    base: IllegalArgumentError,
    message: () =>
      `An application name must be set in your configuration: spark.app.name is not set. Call conf.setAppName("my app").`,
    doc: "`new SparkContext(conf)` without `spark.app.name`.",
  },
  NESTED_USE: {
    base: IllegalStateError,
    message: (what: string) =>
      `${what} was called inside a closure that runs in a task: RDD transformations and actions can only be invoked by the driver, not inside of other transformations; for example rdd1.map(x => rdd2.count() * x) is invalid, since rdd2.count() cannot be performed inside of rdd1.map. Compute it before and use the result in the closure, or join the two RDDs. (SPARK-5063)`,
    doc: "An RDD or the context was used inside a closure of another RDD.",
  },
  NUM_PARTITIONS: {
    base: IllegalArgumentError,
    message: (operation: string, n: unknown) =>
      `${operation}: the number of partitions is ${show(n)}, it must be a positive whole number. Pass at least 1.`,
    doc: "Zero, a negative or a broken number of partitions was asked for.",
  },
  BAD_ARGUMENT: {
    base: IllegalArgumentError,
    message: (operation: string, argument: string, value: unknown, rule: string) =>
      `${operation}: ${argument} is ${show(value)}, it must be ${rule}.`,
    doc: "An argument is outside of what the operation takes; the message says what it takes.",
  },
  CLOCK_GOES_BACK: {
    base: IllegalArgumentError,
    message: (now: number, time: unknown) =>
      `ManualClock is at ${now} ms and cannot go to ${show(time)}: a clock does not go back. Pass a later time, or make a new clock.`,
    doc: "`setTime` of a `ManualClock` was given an earlier time, or none.",
  },
  UNEQUAL_PARTITIONS: {
    base: IllegalArgumentError,
    message: (operation: string, counts: readonly number[]) =>
      `Can't ${operation} RDDs with unequal numbers of partitions: ${counts.join(", ")}. Bring them to the same number with repartition(n) or coalesce(n) first, or key both by zipWithIndex() and join.`,
    doc: "`zip` or `zipPartitions` of RDDs whose numbers of partitions differ.",
  },
  UNEQUAL_ELEMENTS: {
    base: SparkError,
    message: (partition: number) =>
      `Can only zip RDDs with same number of elements in each partition: those of partition ${partition} differ. Key both by zipWithIndex() and join instead.`,
    doc: "`zip` met partitions of different lengths.",
  },
  OTHER_CONTEXT: {
    base: IllegalArgumentError,
    message: (operation: string) =>
      `${operation}: the RDDs belong to different SparkContexts. Make both with the same sc.`,
    doc: "RDDs of two contexts were combined.",
  },
  JOB_ABORTED: {
    base: JobAbortedError,
    message: (task: number, stage: string, failures: number, attempt: string, taskId: number, reason: string) =>
      `Job aborted due to stage failure: Task ${task} in stage ${stage} failed ${failures} times, most recent failure: Lost task ${attempt} in stage ${stage} (TID ${taskId}): ${reason}`,
    doc: "A task failed as often as the master string allows (`local[N,F]`: F attempts). `cause` is the error of the user's own code.",
  },
  STAGE_ABORTED: {
    base: JobAbortedError,
    message: (reason: string) => `Job aborted due to stage failure: ${reason}`,
    doc: "A stage could not begin: keys have no order, or the ordering given for them failed, while the bounds of the partitions were looked for. `cause` is the error.",
  },
  JOB_CANCELLED: {
    base: JobAbortedError,
    message: (jobId: number, why: string) => `Job ${jobId} cancelled ${why}`.trimEnd(),
    doc: "The job was cancelled: `cancelJobGroup`, `cancelAllJobs`, `cancelJob`, Ctrl-C, or the context stopped.",
  },
  TASK_KILLED: {
    message: (reason: string) => `TaskKilled (${reason})`,
    doc: "The task was killed because its job was cancelled or failed elsewhere.",
  },
  WORKER_LOST: {
    message: (why: string) =>
      `ExecutorLostFailure (the worker that ran the task ended: ${why}). A closure must not call process.exit; where memory ran out, use more partitions, or a larger heap with --driver-memory.`,
    doc: "A worker thread ended while it ran a task: out of memory, or a closure called `process.exit`. The task is tried again as the master string says; another worker takes the place of the one that was lost.",
  },
  CANNOT_SPILL: {
    base: InputOutputError,
    message: (path: string, cause: unknown) =>
      `Cannot spill to ${path}: ${systemReason(cause)}. Data that does not fit into memory is kept in spark.local.dir while a job runs: free space there, set it to another place, or give more memory with --driver-memory.`,
    doc: "A temporary file of a shuffle, an aggregation, a sort or the cache could not be written: the disk is full, or `spark.local.dir` cannot be written to. The job fails; what it had written is removed.",
  },
  CANNOT_READ_SPILLED: {
    base: InputOutputError,
    message: (path: string, cause: unknown) =>
      `Cannot read ${path}, a temporary file of this application: ${systemReason(cause)}. Something else removed or changed it: keep spark.local.dir free of other programs, and run the job again.`,
    doc: "A temporary file that this application wrote is gone or damaged.",
  },
  NO_CHECKPOINT_DIR: {
    message: () =>
      `Checkpoint directory has not been set in the SparkContext: checkpoint() needs a place to write to. Call sc.setCheckpointDir("path") first, or use localCheckpoint().`,
    doc: "`checkpoint()` before `setCheckpointDir`.",
  },
  STORAGE_LEVEL_SET: {
    message: (before: string, now: string) =>
      `Cannot change storage level of an RDD after it was already assigned a level: it is ${before}, ${now} was asked for. Call unpersist() first.`,
    doc: "`persist` with another level than before.",
  },
  UNKNOWN_PARTITION: {
    base: IllegalArgumentError,
    message: (partition: unknown, n: number) =>
      `Attempting to access a non-existent partition: ${show(partition)}. The RDD has ${n}, numbered from 0.`,
    doc: "`runJob` was asked for a partition the RDD does not have.",
  },
  RANGE_NOT_SAMPLED: {
    base: IllegalStateError,
    message: () =>
      `This RangePartitioner has not seen its data yet: it samples it when a job first needs it. Run a job on the RDD that uses it before asking for getPartition(key).`,
    doc: "`RangePartitioner.getPartition` outside of a job, before it sampled its data.",
  },
  BAD_PARTITION: {
    message: (key: unknown, partition: unknown, n: number) =>
      `The partitioner puts the key ${show(key)} into partition ${show(partition)}: it must be a whole number from 0 to ${n - 1}. Check its getPartition.`,
    doc: "A user's `Partitioner` returned a partition that does not exist.",
  },
  BROADCAST_DESTROYED: {
    message: (id: number) =>
      `Attempted to use Broadcast(${id}) after it was destroyed: its value is gone. Make a new one with sc.broadcast(value).`,
    doc: "`Broadcast.value` after `destroy()`.",
  },
  PIPE_NOT_STARTED: {
    message: (program: string, why: string) =>
      `pipe: the program ${program} could not be started: ${why}. Give a program of the PATH or an absolute path; pass an array to keep spaces together.`,
    doc: "The command of `pipe` could not be started.",
  },
  PIPE_FAILED: {
    message: (command: string, status: number | string, complaint: string) =>
      `Subprocess exited with status ${status}. Command ran: ${command}${complaint === "" ? "" : `\n${complaint}`}`,
    doc: "The command of `pipe` ended with another status than 0; the message ends with what it wrote to standard error.",
  },
  LOCAL_CHECKPOINT_LOST: {
    message: (block: string) =>
      `Checkpoint block ${block} not found: the RDD was checkpointed locally and then unpersisted, so that it can be computed neither from its lineage nor from the cache. Keep it persisted, or use checkpoint().`,
    doc: "A locally checkpointed RDD whose blocks are gone was used.",
  },
  BROADCAST_RDD: {
    base: IllegalArgumentError,
    message: () =>
      `Can not directly broadcast RDDs; instead, call collect() and broadcast the result: sc.broadcast(await rdd.collect()).`,
    doc: "An RDD was given to `broadcast`.",
  },
  NO_FILE_TO_ADD: {
    base: InputOutputError,
    message: (path: string) => `addFile: there is no file or directory ${path}. Give the path of one that exists.`,
    doc: "`sc.addFile` of a path that does not exist.",
  },
  DIRECTORY_TO_ADD: {
    base: IllegalArgumentError,
    message: (path: string) =>
      `addFile: ${path} is a directory, and recursive is not turned on. sc.addFile(path, true) adds it with all it holds.`,
    doc: "`sc.addFile` of a directory without `recursive`.",
  },
  NO_SUCH_FILE_ADDED: {
    base: NoSuchElementError,
    message: (name: string, known: readonly string[]) =>
      `No file ${name} was added: there ${known.length === 0 ? "are none" : `are ${known.join(", ")}`}. Add it with sc.addFile(path) first.`,
    doc: "`SparkFiles.get` of a file that was not added.",
  },
  HISTOGRAM_RANGE: {
    base: UnsupportedOperationError,
    message: () =>
      `histogram on either an empty RDD or an RDD containing +/-Infinity or NaN: buckets cannot be made of it. Give the buckets' ends, histogram([0, 10, 20]), or filter with Number.isFinite first.`,
    doc: "`histogram(n)` of no numbers, or of some that are not finite.",
  },
});
