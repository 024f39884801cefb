import { isError, tame, thrownText } from "../../core/errors/thrown.js";
import { NonErrorThrown } from "../../core/scheduler/failure.js";
import { userFrames } from "../../core/util/call-site.js";

/** More of a stack, or of a chain, helps nobody who reads a log. */
const MOST_FRAMES = 5;
const MOST_CAUSES = 10;

/** What the user's code has thrown, or rejected with, as an Error that can be looked at. */
export function failureOf(thrown: unknown): Error {
  const error = tame(thrown);
  return isError(error) ? error : new NonErrorThrown(error);
}

/** A failure as a log line tells it: its message, the user's own frames, and its causes with theirs. */
export function failureText(error: Error): string {
  const lines = [error.message, ...framesOf(error)];
  const seen = new Set<unknown>([error]);
  for (let cause = error.cause; cause !== undefined && cause !== null; ) {
    if (seen.has(cause) || seen.size > MOST_CAUSES) break;
    seen.add(cause);
    lines.push(`Caused by: ${headOf(cause)}`, ...framesOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines.join("\n");
}

function headOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : thrownText(cause);
}

function framesOf(error: unknown): string[] {
  const frames = error instanceof Error ? userFrames(error.stack ?? "") : [];
  return frames.slice(0, MOST_FRAMES).map(frame => `    ${frame}`);
}
