import { E } from "../errors/engine-errors.js";
import { JobAbortedError, putFrames, SparkError } from "../errors/spark-error.js";
import { thrownText } from "../errors/thrown.js";
import { type CallSite, framesOf } from "../util/call-site.js";
import { userFrames, withoutOwnFrames } from "../util/own-frames.js";

/** What goes wrong while the bounds of a partitioner are found, in the user's ordering or key, ends the job as a task's error does. */
export function abortStage(error: unknown): never {
  const isKeys = error instanceof SparkError && error.code === "NO_NATURAL_ORDER";
  if (error instanceof SparkError && !isKeys) throw error;
  leaveOutOwnFrames(error);
  throw E.STAGE_ABORTED.because(error, describeFailure(error));
}

/** Makes the stack of a failed job say where the user's code failed, and which call of theirs ran it. */
export function tellPlace(error: unknown, callSite: CallSite): void {
  if (error instanceof JobAbortedError) {
    const { cause } = error;
    putFrames(error, () => withCaller(cause instanceof Error ? userFrames(cause.stack ?? "") : [], framesOf(callSite)));
  } else if (isDriversMistake(error)) {
    // Who awaits the action is behind the call.
    const inClosure = userFrames(error.stack ?? "").filter(frame => !/^\s+at async /.test(frame));
    putFrames(error, () => withCaller(inClosure, framesOf(callSite)));
  }
}

/** Frames and those behind them; where a task ran inside the call that made its job, the last ones are the caller's already. */
function withCaller(frames: readonly string[], caller: readonly string[]): string[] {
  let shared = Math.min(frames.length, caller.length);
  while (!caller.slice(0, shared).every((frame, i) => frame === frames[frames.length - shared + i])) shared--;
  return [...frames, ...caller.slice(shared)];
}

/** What was wrong before any task could start: told as it is. */
export function isDriversMistake(error: unknown): error is SparkError {
  return error instanceof SparkError && (error.code === "TASK_NOT_SERIALIZABLE" || error.code === "NESTED_USE");
}

/** The user's own error, with the user's own frames; `cause`s too. */
export function leaveOutOwnFrames(error: unknown): void {
  for (let e = error, i = 0; e instanceof Error && i < 10; e = e.cause, i++) {
    if (e instanceof SparkError || typeof e.stack !== "string") continue;
    const stack = withoutOwnFrames(e.stack);
    if (stack !== e.stack && Object.isExtensible(e)) e.stack = stack;
  }
}

/** Whether an error of that code is among the causes. */
export function hasCause(error: unknown, code: string): boolean {
  let e = error;
  for (let i = 0; e instanceof Error && i < 10; i++, e = e.cause) {
    if (e instanceof SparkError && e.code === code) return true;
  }
  return false;
}

/** Something thrown that is no Error. */
export class NonErrorThrown extends Error {
  constructor(value: unknown) {
    super(thrownText(value));
  }
}

/** `Error: boom` */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return thrownText(error);
  return error.message === "" ? error.name : `${error.name}: ${error.message}`;
}
