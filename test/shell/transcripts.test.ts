import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { startSession } from "./session-harness.js";
import { normalize, readTranscript } from "./transcript.js";

for (const file of readdirSync("test/shell/transcripts")) {
  const transcript = readTranscript(file.replace(/\.txt$/, ""));
  test(`transcript, in process: ${transcript.name}`, async () => {
    const shell = await startSession();
    try {
      for (const { input, output, line } of transcript.steps) {
        const said = await shell.type(input);
        assert.equal(normalize(said), normalize(output), `${transcript.name}.txt:${line}: ${input}`);
      }
    } finally {
      await shell.dispose();
    }
  });
}
