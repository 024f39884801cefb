import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { pipeTranscript } from "./helpers/pipe-transcript.js";
import { PtyShell } from "./helpers/pty-shell.js";
import { emptyFolder } from "./helpers/run-shell.js";
import { normalize, readTranscript } from "./transcript.js";

const names = readdirSync("test/shell/transcripts").map(file => file.replace(/\.txt$/, ""));

for (const name of names) {
  const { steps } = readTranscript(name);

  // Packages are found from the project's folder, as in process.
  const place = { cwd: process.cwd(), home: emptyFolder() };

  test(`transcript, piped: ${name}`, () => pipeTranscript(readTranscript(name), place));

  test(`transcript, on a pseudo-terminal: ${name}`, async t => {
    const shell = PtyShell.start(t, [], { ...place, columns: 200, rows: 50 });
    for (const { input, output, line } of steps) {
      const lines = input.split("\n");
      const said = await shell.run(lines.join("\r"));
      // What was typed stands above: the first line behind the prompt, the others behind the continuation.
      const typed = lines.slice(1).map(l => `     | ${l}`.trimEnd());
      assert.equal(
        normalize(said),
        normalize([...typed, ...(output === "" ? [] : [output])].join("\n")),
        `${name}.txt:${line}`,
      );
    }
    assert.equal(await shell.leave(), 0);
  });
}
