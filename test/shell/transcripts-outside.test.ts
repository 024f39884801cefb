import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { PtyShell } from "./helpers/pty-shell.js";
import { emptyFolder, runShell, START_UP } from "./helpers/run-shell.js";
import { normalize, readTranscript } from "./transcript.js";

const names = readdirSync("test/shell/transcripts").map(file => file.replace(/\.txt$/, ""));

for (const name of names) {
  const { steps } = readTranscript(name);

  // Packages are found from the project's folder, as in process.
  const place = { cwd: process.cwd(), home: emptyFolder() };

  test(`transcript, piped: ${name}`, async () => {
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
  });

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
