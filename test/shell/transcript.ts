import { readFileSync } from "node:fs";

/** One input of a transcript and all that is said until the next prompt. */
export interface TranscriptStep {
  /** What is typed; several lines when it goes on at the continuation prompt. */
  readonly input: string;
  /** Lines that come back, without the last newline; empty when nothing is said. */
  readonly output: string;
  /** Line of the file the input begins on, 1-based. */
  readonly line: number;
}

export interface Transcript {
  readonly name: string;
  readonly steps: readonly TranscriptStep[];
}

export const PROMPT = "tspark> ";
export const CONTINUATION = "     | ";

/**
 * Reads a conversation written as it looks on a screen: `tspark> ` begins an input, `     | ` goes on with it, everything
 * else is what comes back. Lines before the first prompt are remarks.
 */
export function parseTranscript(name: string, text: string): Transcript {
  const steps: { input: string[]; output: string[]; line: number }[] = [];
  text
    .replace(/\n$/, "")
    .split("\n")
    .forEach((line, i) => {
      const step = steps.at(-1);
      if (line.startsWith(PROMPT) || line === PROMPT.trimEnd()) {
        steps.push({ input: [line.slice(PROMPT.length)], output: [], line: i + 1 });
      } else if (step !== undefined && step.output.length === 0 && line.startsWith(CONTINUATION.trimEnd())) {
        step.input.push(line.slice(CONTINUATION.length));
      } else step?.output.push(line);
    });
  return {
    name,
    steps: steps
      .map(s => ({ input: s.input.join("\n"), output: s.output.join("\n"), line: s.line }))
      .filter(s => s.input !== ""),
  };
}

/** Reads `test/shell/<folder>/<name>.txt`; tests run in the project's folder. */
export function readTranscript(name: string, folder = "transcripts"): Transcript {
  return parseTranscript(name, readFileSync(`test/shell/${folder}/${name}.txt`, "utf8"));
}

/** Makes equal what differs from run to run: the application's id, colours, how long something took. */
export function normalize(text: string): string {
  return (
    text
      .replace(/\x1b\[[0-9;]*m/g, "")
      .replace(/^Time: .*$/gm, "Time: <duration>")
      .replace(/\blocal-\d{10,}/g, "local-<time>")
      // Keys that are symbols, as Node writes them from 24 on.
      .replace(/([{,] )Symbol\(([^)]*)\):/g, "$1[Symbol($2)]:")
      .replace(/master = local\[[^\]]*\]/g, "master = <master>")
  );
}
