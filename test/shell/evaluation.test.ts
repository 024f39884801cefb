import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { moduleFolder } from "./helpers/module-folder.js";
import { pipeTranscript } from "./helpers/pipe-transcript.js";
import { emptyFolder } from "./helpers/run-shell.js";
import { type SessionHarness, startSession } from "./session-harness.js";
import { normalize, readTranscript, type Transcript } from "./transcript.js";

// TypeScript's features one by one, beyond what the contract says: in `evaluation/`, in the form of the transcripts.
const FOLDER = "evaluation";
const names = readdirSync(`test/shell/${FOLDER}`)
  .map(file => file.replace(/\.txt$/, ""))
  .filter(name => name !== "boundaries");

async function follow(shell: SessionHarness, { name, steps }: Transcript): Promise<void> {
  await shell.type(":reset");
  for (const { input, output, line } of steps) {
    assert.equal(normalize(await shell.type(input)), normalize(output), `${name}.txt:${line}: ${input}`);
  }
}

test("evaluation", async t => {
  const shell = await startSession();
  for (const name of names.filter(name => name !== "modules")) {
    await t.test(name, () => follow(shell, readTranscript(name, FOLDER)));
  }
  await shell.dispose();
});

test("evaluation: modules", async () => {
  const shell = await startSession({ directory: moduleFolder() });
  await follow(shell, readTranscript("modules", FOLDER));
  await shell.dispose();
});

// In one process each; where statements end is the question only there.
for (const name of ["boundaries", "flow"]) {
  const place = { cwd: process.cwd(), home: emptyFolder() };
  test(`evaluation, piped: ${name}`, () => pipeTranscript(readTranscript(name, FOLDER), place));
}

test("there are hundreds of cases, none of them twice in a file", () => {
  const transcripts = names.map(name => readTranscript(name, FOLDER));
  assert.ok(transcripts.reduce((sum, { steps }) => sum + steps.length, 0) >= 600);
  for (const { name, steps } of transcripts)
    assert.ok(new Set(steps.map(s => s.input)).size >= 0.85 * steps.length, name);
});
