import { userFrames } from "../../core/util/call-site.js";

/** More of a stack, or of a chain, helps nobody who reads a log. */
const MOST_FRAMES = 5;
const MOST_CAUSES = 10;

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
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

function framesOf(error: unknown): string[] {
  const frames = error instanceof Error ? userFrames(error.stack ?? "") : [];
  return frames.slice(0, MOST_FRAMES).map(frame => `    ${frame}`);
}
