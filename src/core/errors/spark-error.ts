import { engineFunctions } from "../util/engine-functions.js";
import { userFrames } from "../util/own-frames.js";

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
    const before = Error.stackTraceLimit;
    // Of V8's own stack Node wants one frame, to say where an error was made that nobody catches.
    Error.stackTraceLimit = 1;
    super(message, init.cause === undefined ? undefined : { cause: init.cause });
    Error.stackTraceLimit = before;
    this.code = init.code ?? "SPARK";
    putUserStack(this);
    Object.defineProperty(this, "name", { value: new.target.name, configurable: true, enumerable: false });
  }
}

/** So many frames are looked through for the user's own, which stand behind ours. */
const LOOK_THROUGH = 60;
/** Of a function that calls itself so many frames are shown: as many as V8 shows of all. */
const MOST_EQUAL = 10;
/** Where the frames of a stack are kept that the user is not shown. */
const WHOLE = Symbol("whole stack");

/** What an error's stack is made of. */
interface StackParts {
  readonly stack?: string;
  /** Those to show in place of the user's own in `stack`. */
  frames?: () => readonly string[];
  /** The whole text, once it was read or set. */
  text?: string | undefined;
}

/** Makes `error.stack` begin with the user's own frames, and leave ours out; its text is made when it is first read. */
function putUserStack(error: SparkError): void {
  const at: StackParts = {};
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = LOOK_THROUGH;
  Error.captureStackTrace(at, SparkError);
  Error.stackTraceLimit = before;
  Object.defineProperty(error, WHOLE, { value: at });
  // To replace it V8 would write it out first, which takes longer than all the rest.
  delete error.stack;
  Object.defineProperty(error, "stack", {
    get: () => (at.text ??= [head(error), ...atMostSoOften(at.frames?.() ?? userFrames(at.stack ?? ""))].join("\n")),
    set: (value: string) => {
      at.text = value;
    },
    configurable: true,
    enumerable: false,
  });
}

const head = ({ name, message }: Error): string => (message === "" ? name : `${name}: ${message}`);

/** The frames, those of a long recursion without most of their repetitions. */
function atMostSoOften(frames: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return frames.filter(frame => {
    const times = (seen.get(frame) ?? 0) + 1;
    seen.set(frame, times);
    return times <= MOST_EQUAL;
  });
}

/** @internal the stack with all frames, ours too: for who looks for a mistake of tspark's own */
export function wholeStack(error: Error): string {
  const at = (error as { [WHOLE]?: StackParts })[WHOLE];
  const frames = at?.stack?.split("\n").filter(line => /^\s+at /.test(line));
  return frames === undefined ? (error.stack ?? head(error)) : [head(error), ...frames].join("\n");
}

/**
 * @internal puts the frames of the user's closure, and then those of the call that ran it, in place of the error's own
 *
 * @param frames asked for when the stack is read
 */
export function putFrames(error: SparkError, frames: () => readonly string[]): void {
  const at = (error as { [WHOLE]?: StackParts })[WHOLE];
  if (at === undefined) return;
  at.frames = frames;
  at.text = undefined;
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

engineFunctions("class", {
  SparkError,
  NoSuchElementError,
  IllegalArgumentError,
  IllegalStateError,
  TaskNotSerializableError,
  JobAbortedError,
  InputOutputError,
});
