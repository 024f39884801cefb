/** How an error of tspark is made: what `defineErrors` adds to a message. */
export interface SparkErrorInit {
  /** Stable code of the error, the key of its row in the table of errors, e.g. `NO_SUCH_CONF`. */
  readonly code?: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * Every error tspark raises for something the user did or asked for. `message` names the subject, the actual value, the
 * rule and the remedy; `cause` holds what led to it.
 *
 * Spark's name: `org.apache.spark.SparkException`.
 */
export class SparkError extends Error {
  readonly code: string;

  constructor(message: string, init: SparkErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code ?? "SPARK";
    Object.defineProperty(this, "name", { value: new.target.name, configurable: true, enumerable: false });
  }
}

/** A value was asked for that is not there. Scala's `NoSuchElementException`. */
export class NoSuchElementError extends SparkError {}

/** An argument has a value that the call cannot take. Scala's `IllegalArgumentException`. */
export class IllegalArgumentError extends SparkError {}

/** The object is in a state in which the call makes no sense (a stopped context, a started graph). `IllegalStateException`. */
export class IllegalStateError extends SparkError {}

/** A closure holds what cannot travel to a worker. Spark's `Task not serializable`. */
export class TaskNotSerializableError extends SparkError {}

/** A job failed: a task exhausted its attempts, or the job was cancelled. Spark's `Job aborted due to stage failure`. */
export class JobAbortedError extends SparkError {}

/** An input path, directory or file is missing, unreadable or in the way. */
export class InputOutputError extends SparkError {}
