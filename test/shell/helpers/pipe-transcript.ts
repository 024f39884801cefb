import assert from "node:assert/strict";
import { normalize, type Transcript } from "../transcript.js";
import { type RunOptions, runShell, START_UP } from "./run-shell.js";

/** Pipes the inputs of a transcript into one shell, which is to say what the transcript says, errors included. */
export async function pipeTranscript({ steps }: Transcript, place: Pick<RunOptions, "cwd" | "home">): Promise<void> {
  const result = await runShell(["--keep-going"], {
    input: steps.map(s => `${s.input}\n`).join(""),
    merged: true,
    ...place,
  });
  // In piped input lines count from its beginning, at the prompt within what was typed.
  let before = 0;
  const expected = steps.map(({ input, output }) => {
    const offset = before;
    before += input.split("\n").length;
    const placed = output.replace(/<console>:(\d+):/g, (_, line: string) => `<console>:${Number(line) + offset}:`);
    return placed === "" ? "" : `${placed}\n`;
  });
  assert.match(result.stdout, START_UP);
  assert.equal(normalize(result.stdout.replace(START_UP, "")), normalize(expected.join("")));
}
